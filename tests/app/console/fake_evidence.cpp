#include "tests/app/console/fake_evidence.h"

#include <algorithm>

namespace satchel {

Comparison FakeComparison(const CompareRequest& request, PreviewResult after) {
  Comparison comparison;
  comparison.as_name = after.as_name;
  comparison.as_id = after.as_id;
  struct Line {
    const char* entity;
    std::int64_t added;
    std::int64_t removed;
  };
  constexpr Line kLines[] = {
      {"contact", 220, 0}, {"account", 86, 402}, {"annotation", 64, 12}, {"opportunity", 31, 5}};
  for (const EntityPreview& preview : after.entities) {
    EntityComparison entity;
    entity.name = preview.name;
    entity.after = preview;
    entity.before = preview;
    for (const Line& line : kLines) {
      if (preview.name != line.entity) continue;
      entity.added = line.added;
      entity.removed = line.removed;
      entity.before->records += line.removed - line.added;
    }
    entity.kept = preview.records - entity.added;
    comparison.added += entity.added;
    comparison.removed += entity.removed;
    comparison.kept += entity.kept;
    comparison.entities.push_back(entity);
  }
  comparison.after.records = after.records;
  comparison.before.records = after.records - comparison.added + comparison.removed;
  comparison.before_preview = after;
  comparison.after_preview = std::move(after);
  (void)request;
  return comparison;
}

Result<std::int64_t> FakeComparedRecords::Count(std::string_view entity, RecordChange change) {
  if (entity != "account") return 0;
  return change == RecordChange::kAdded ? 86 : change == RecordChange::kRemoved ? 402 : 3118;
}

Result<std::vector<ComparedRecord>> FakeComparedRecords::Rows(std::string_view entity,
                                                              RecordChange change,
                                                              std::int64_t offset,
                                                              std::int64_t limit) {
  std::vector<ComparedRecord> rows;
  const std::int64_t count = *Count(entity, change);
  for (std::int64_t i = offset; i < std::min(offset + limit, count); ++i) {
    rows.push_back({"id-" + std::to_string(3 * i + 1), "Record " + std::to_string(i)});
  }
  return rows;
}

Explanation FakeExplanation(const ExplainRequest& request) {
  const auto condition = [](GateOutcome outcome, const char* wording, const char* actual) {
    FilterPart part;
    part.outcome = outcome;
    part.wording = wording;
    part.actual = actual;
    return part;
  };
  Explanation why;
  why.as_name = "Jana Novák";
  why.zone = "Europe/Prague";
  why.entity = request.entity.empty() ? "account" : request.entity;
  why.entity_label = "Account";
  why.id = request.record;
  why.name = "Adventure Works Praha";
  why.on_device = request.record == "id-0";
  why.verdict = why.on_device ? "Adventure Works Praha passes every gate."
                              : "Last modified 104 days ago; the draft keeps 90 days.";
  using enum GateOutcome;
  why.gates = {{GateKind::kProject, kPassed, "The project is for everybody."},
               {GateKind::kEntity, kPassed, "Accounts are kept offline."},
               {GateKind::kPermission, kPassed, "Jana Novák may read it."},
               {GateKind::kFilter, why.on_device ? kPassed : kFailed, ""},
               {GateKind::kCap, why.on_device ? kPassed : kNotReached, ""},
               {GateKind::kNextSync, why.on_device ? kPassed : kUnknown, ""}};
  why.filter.kind = FilterPart::Kind::kAll;
  why.filter.path = "entities.account";
  why.filter.outcome = why.on_device ? kPassed : kFailed;
  FilterPart any;
  any.kind = FilterPart::Kind::kAny;
  any.outcome = kPassed;
  FilterPart linked = condition(kNotReached, "has an open Opportunity over 10 000", "");
  any.parts = {condition(kPassed, "Category is Preferred", "Preferred"), linked};
  why.filter.parts = {
      condition(kPassed, "Owner is the user or one of the user's teams", "Team Morava"),
      condition(why.on_device ? kPassed : kFailed, "Modified on is in the last 90 days",
                "11 Aug 2026"),
      any};
  if (!why.on_device) {
    why.fix = {.sentence =
                   "It would be there if “Modified on is in the last 90 days” were “Modified on "
                   "is in the last 120 days”.",
               .path = "entities.account.filter.and[1]",
               .value = "120",
               .edit = ExplainFix::Edit::kCondition,
               .condition = {.field = "modifiedon", .op = Operator::kLastXDays, .values = {"120"}}};
  }
  why.next_sync = {{.cause = NextSyncNote::Cause::kDateWindow,
                    .by_sweep = true,
                    .when = "within 24 hours",
                    .sentence = "Time passing is noticed by the sweep, within 24 hours."}};
  return why;
}

std::vector<KnockOn> FakeKnockOns(bool compared) {
  return {{.entity = "contact",
           .field = "parentcustomerid",
           .filter_asks = true,
           .leaves = compared ? 14 : 0},
          {.entity = "incident", .field = "customerid", .stays = 3},
          {.entity = "annotation", .field = "objectid", .leaves = compared ? 9 : 0}};
}

DriftResult FakeDrift() {
  DriftResult drift;
  drift.as_name = "Jana Novák";
  drift.entities = {{.name = "account", .base = 3'204, .full = 3'190, .missed = 3, .stale = 17}};
  const Reconcile daily = {.kind = Reconcile::Kind::kAfter, .after = Seconds(86'400)};
  drift.totals = {
      {"account", DriftKind::kMissed, DriftCause::kAccess, 3, DriftAdvice::kNone, daily},
      {"account", DriftKind::kStale, DriftCause::kDateWindow, 17, DriftAdvice::kSooner, daily}};
  drift.records = {{.entity = "account",
                    .id = "6f1d0c7e-0000-4000-8000-000000000001",
                    .name = "Adventure Works Praha",
                    .kind = DriftKind::kMissed,
                    .cause = DriftCause::kAccess,
                    .sentence = "its owner is Team Morava now"}};
  return drift;
}

CheckResult FakeCheck(const CheckRequest& request) {
  CheckResult result;
  MeasuredUser petr;
  petr.user = {.id = "u2", .name = "Petr Dvořák", .roles = {"Dispatcher"}};
  petr.records = 40'000;
  petr.bytes_on_device = 90LL << 20;
  for (const Entity& entity : request.policy.entities) petr.held[entity.name] = 5000;
  MeasuredUser namesake = petr;
  namesake.user.id = "u9";
  namesake.records = 100;
  result.users = {petr, namesake};
  result.unchecked = {{"ghost@contoso.example", "there is no such user"}};
  return result;
}

Result<MeasuredUser> FakeMeasure(const Policy& policy, const PreviewResult& preview,
                                 const UserInfo* user) {
  MeasuredUser measured;
  measured.user = user != nullptr ? *user : UserInfo{.id = preview.as_id, .name = preview.as_name};
  measured.records = preview.records;
  measured.bytes_on_device = preview.bytes_on_device;
  for (const EntityPreview& entity : preview.entities) {
    measured.held[entity.name] = entity.records;
  }
  (void)policy;
  return measured;
}

}  // namespace satchel
