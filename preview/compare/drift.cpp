#include "preview/compare/drift.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "engine/device/device_sync.h"
#include "engine/record/row_version.h"
#include "engine/store/scratch_folder.h"
#include "engine/store/sync_cursor.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/incremental_plan.h"
#include "engine/sync/incremental_runner.h"
#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "preview/compare/drift_cause.h"
#include "preview/compare/drift_sets.h"
#include "preview/run/device_copy.h"
#include "preview/run/record_text.h"
#include "preview/run/subject.h"

namespace satchel {

namespace {

constexpr std::size_t kMostListed = 1'000;  // Of one entity and kind; nobody reads more.

// The policy with nothing that comes right by itself.
Policy ChangesOnly(Policy policy) {
  const Reconcile never = {.kind = Reconcile::Kind::kNever};
  policy.sync.incremental.reconcile = never;
  for (Entity& entity : policy.entities) entity.incremental.reconcile = never;
  return policy;
}

class Measurement {
 public:
  Measurement(const DriftRequest& request, CrmServer& server, const PreviewSink& sink,
              std::stop_token stop)
      : request_(request), server_(server), sink_(sink), stop_(std::move(stop)) {}

  Result<DriftResult> Run() {
    if (auto done = Prepare(); !done) return Fail(done.error());
    const auto folder = ScratchFolder::Make("satchel-drift-");
    if (!folder) return Fail(folder.error());
    auto changes = CopyDevice(request_.since, folder->path() / "changes.db", sync_);
    if (!changes) return Fail(changes.error());
    auto policy_way = CopyDevice(request_.since, folder->path() / "policy.db", sync_);
    if (!policy_way) return Fail(policy_way.error());
    if (auto done = ReadBase(*changes); !done) return Fail(done.error());
    if (auto done = NoteMarks(); !done) return Fail(done.error());
    if (auto done = FollowChanges(*changes); !done) return Fail(done.error());
    if (auto done = FollowPolicy(*policy_way); !done) return Fail(done.error());
    const auto full = folder->path() / "full.db";
    if (auto done = ReadInFull(full); !done) return Fail(done.error());
    for (Database* each : {&*changes, &*policy_way}) {
      if (auto attached = AttachFull(*each, full); !attached) return Fail(attached.error());
    }
    for (DriftEntity& entity : out_.entities) {
      if (auto done = Compare(entity, *changes, *policy_way); !done) {
        return Fail(done.error().While(entity.name));
      }
    }
    AddTotals();
    return std::move(out_);
  }

 private:
  struct Base {
    std::optional<SyncCursor> cursor = {};
    std::set<std::string> ids = {};
    incremental::Choice choice = {};
    bool decides = false;  // Rows come whether they meet the filter or not.
  };

  Result<> Prepare();
  Result<> ReadBase(Database& database);
  Result<> NoteMarks();
  Result<> FollowChanges(Database& database);
  Result<> FollowPolicy(Database& database);
  Result<> ReadInFull(const std::filesystem::path& file);
  Result<> Compare(DriftEntity& entity, Database& changes, Database& policy_way);
  Result<> FindWasted(DriftEntity& entity, Database& changes);
  void NameFromBase(Database& database, const EntitySchema& schema,
                    std::vector<DriftRecord>& records) const;
  void AddTotals();
  [[nodiscard]] static DriftAdvice AdviceOn(const DriftTotal& total, std::int64_t unsettled);
  void Tell(const SyncProgress& at, const std::string& step);

  const DriftRequest& request_;
  CrmServer& server_;
  const PreviewSink& sink_;
  std::stop_token stop_;
  Subject subject_ = {};
  FullSyncRequest sync_ = {};
  std::optional<ValueWords> words_ = {};
  std::map<std::string, Base, std::less<>> base_ = {};
  std::map<std::string, HighWater, std::less<>> fresh_ = {};  // Before anything was read.
  DriftResult out_ = {};
};

Result<> Measurement::Prepare() {
  auto subject = FindSubject(server_, request_.as, stop_);
  if (!subject) return Fail(subject.error());
  subject_ = *std::move(subject);
  auto context = server_.ContextOf(subject_.id, stop_);
  if (!context) return Fail(context.error());
  context->now = request_.now.value_or(SystemNow());
  auto schema = server_.ReadSchema(EntitiesNamed(request_.policy), stop_);
  if (!schema) return Fail(schema.error());
  out_.policy_name = request_.policy.project.name;
  out_.server = server_.base_url();
  out_.as_id = subject_.id;
  out_.as_name = subject_.name.empty() ? subject_.id : subject_.name;
  out_.now = context->now;
  out_.zone = context->zone;
  if (!subject_.as.empty()) {
    const auto why = server_.WhyNotExact(subject_.as, EntitiesNamed(request_.policy), stop_);
    if (!why) return Fail(why.error());
    out_.exact = why->empty();
    if (!why->empty()) {
      out_.findings.push_back(
          {.severity = Severity::kWarning, .rule = "not-exact", .message = *why});
    }
  }
  sync_ = {.policy = request_.policy,
           .schema = *std::move(schema),
           .context = *std::move(context),
           .as = subject_.as,
           .organization = subject_.organization,
           .user = subject_.id,
           .rights = RightsOf(server_, subject_.id, stop_)};
  auto words =
      ValueWords::Make(sync_.schema, sync_.context, {.id = subject_.id, .name = out_.as_name});
  if (!words) return Fail(words.error());
  words_ = *std::move(words);
  return {};
}

Result<> Measurement::ReadBase(Database& database) {
  FullSyncRequest changes = sync_;
  changes.policy = ChangesOnly(sync_.policy);
  const std::string rights = RightsHash(changes);
  std::string why;
  bool any = false;
  for (const Entity& entity : changes.policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    DriftEntity row{.name = entity.name, .label = words_->EntityOf(entity.name)};
    Base base;
    auto cursor = ReadSyncCursor(database, entity.name);
    if (!cursor) return Fail(cursor.error());
    base.cursor = *std::move(cursor);
    const auto plan = PlanIncremental(changes, rights, false, entity, base.cursor, server_);
    if (!plan) return Fail(plan.error());
    base.choice = plan->choice;
    base.decides = plan->merge.decide;
    row.followed = !plan->choice.start.full;
    row.why = plan->choice.why;
    if (base.cursor) row.since = base.cursor->swept;
    auto ids = IdsOf(database, *sync_.schema.Find(entity.name));
    if (!ids) return Fail(ids.error());
    base.ids = *std::move(ids);
    row.base = static_cast<std::int64_t>(base.ids.size());
    any = any || row.followed;
    if (!row.followed && why.empty()) why = row.label + ": " + row.why;
    base_.emplace(entity.name, std::move(base));
    out_.entities.push_back(std::move(row));
  }
  if (!any && !out_.entities.empty()) {
    return Fail(ErrorCode::kInvalid,
                request_.since.string() + " is nothing to go on from (" + why +
                    "); make it with satchel preview --db, by this policy, for this user, before "
                    "what is to be compared happens");
  }
  return {};
}

void Measurement::Tell(const SyncProgress& at, const std::string& step) {
  if (!sink_) return;
  sink_({.entity = at.entity,
         .index = at.index,
         .count = at.count,
         .step = at.step == SyncProgress::Step::kNotice ? at.notice : step,
         .records = at.records,
         .total_records = at.total_records,
         .bytes = at.bytes,
         .waiting = at.step == SyncProgress::Step::kNotice});
}

// As the caller sees it: a record that was taken from the user has moved beyond everything the user
// still sees, however long ago that was.
Result<> Measurement::NoteMarks() {
  for (const DriftEntity& entity : out_.entities) {
    if (!entity.followed) continue;
    const auto mark = server_.NoteHighWater(entity.name, sync_.schema, "", stop_);
    if (!mark) return Fail(mark.error().While(entity.name));
    fresh_[entity.name] = *mark;
  }
  return {};
}

Result<> Measurement::FollowChanges(Database& database) {
  IncrementalRequest changes = {.what = sync_, .only_followed = true};
  changes.what.policy = ChangesOnly(sync_.policy);
  const auto done = RunIncremental(
      changes, server_, database,
      [this](const SyncProgress& at) { Tell(at, "following what changed"); }, stop_);
  if (!done) return Fail(done.error());
  for (const EntityChange& change : done->entities) {
    for (DriftEntity& entity : out_.entities) {
      if (entity.name != change.name) continue;
      entity.why = change.why;
      if (change.full || change.error) {
        entity.followed = false;
        if (change.error) entity.why = change.error->message;
      }
    }
  }
  return {};
}

Result<> Measurement::FollowPolicy(Database& database) {
  const auto done = RunIncremental(
      {.what = sync_, .only_followed = true}, server_, database,
      [this](const SyncProgress& at) { Tell(at, "as the policy says"); }, stop_);
  if (!done) return Fail(done.error());
  return {};
}

Result<> Measurement::ReadInFull(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Use::kScratch);
  if (!database) return Fail(database.error());
  FullSyncRequest full = sync_;
  full.note_marks = false;
  const auto done = RunFullSync(
      full, server_, *database, [this](const SyncProgress& at) { Tell(at, "reading in full"); },
      stop_);
  if (!done) return Fail(done.error());
  for (const EntityOutcome& outcome : done->entities) {
    for (DriftEntity& entity : out_.entities) {
      if (entity.name == outcome.name) entity.full = outcome.records;
    }
  }
  return {};
}

Result<> Measurement::Compare(DriftEntity& entity, Database& changes, Database& policy_way) {
  if (!entity.followed) return {};
  const EntitySchema& schema = *sync_.schema.Find(entity.name);
  const Base& base = base_.find(entity.name)->second;
  const auto found = DifferencesOf(changes, schema);
  if (!found) return Fail(found.error());
  const auto left = DifferencesOf(policy_way, schema);
  if (!left) return Fail(left.error());
  const std::set<std::string> unsettled = left->all();

  std::vector<DriftRecord> records;
  std::size_t not_listed = 0;
  const auto add = [&](const std::vector<std::string>& ids, DriftKind kind) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i >= kMostListed) {
        not_listed += ids.size() - i;
        break;
      }
      records.push_back({.entity = entity.name,
                         .id = ids[i],
                         .kind = kind,
                         .settled = !unsettled.contains(ids[i])});
    }
  };
  add(found->missing, DriftKind::kMissed);
  add(found->surplus, DriftKind::kStale);
  add(found->outdated, DriftKind::kStale);

  const ExplainSink told = [this, &entity](const std::string& what) {
    if (sink_) sink_({.entity = entity.name, .step = what});
  };
  const RecordReader reader{server_, sync_.schema, sync_.context, subject_.as, told, stop_};
  Query query = QueryOf(*request_.policy.Find(entity.name));
  query.order.clear();
  query.top = 0;
  const DriftSubject subject{.query = std::move(query),
                             .entity = schema,
                             .base = *base.cursor,
                             .fresh = fresh_[entity.name],
                             .matching = base.choice.matching && !base.choice.start.ids,
                             .as_user = reader,
                             .words = *words_};
  if (!records.empty()) {
    const auto meanwhile = FindCauses(subject, records);
    if (!meanwhile) return Fail(meanwhile.error());
    entity.changed_meanwhile = *meanwhile;
    NameFromBase(changes, schema, records);
  }
  for (const DriftRecord& record : records) {
    ++(record.kind == DriftKind::kMissed ? entity.missed : entity.stale);
    if (!record.settled) ++entity.unsettled;
  }
  const auto beyond = [](const std::vector<std::string>& ids) {
    return static_cast<std::int64_t>(ids.size() - std::min(ids.size(), kMostListed));
  };
  entity.missed += beyond(found->missing);
  entity.stale += beyond(found->surplus) + beyond(found->outdated);
  out_.not_listed += static_cast<std::int64_t>(not_listed);
  out_.records.insert(out_.records.end(), std::make_move_iterator(records.begin()),
                      std::make_move_iterator(records.end()));
  return FindWasted(entity, changes);
}

// What was changed, came, and met nothing: asked for once more, keys and names only.
Result<> Measurement::FindWasted(DriftEntity& entity, Database& changes) {
  const EntitySchema& schema = *sync_.schema.Find(entity.name);
  const Base& base = base_.find(entity.name)->second;
  if (!base.decides || !base.choice.start.changes) return {};
  const auto mark = ParseHighWater(base.cursor->mark);
  const auto query = mark ? ChangedSince(schema, *mark) : std::nullopt;
  if (!query) return {};
  const auto kept = IdsOf(changes, schema);
  if (!kept) return Fail(kept.error());
  ReadRequest ask = {.query = *query,
                     .context = sync_.context,
                     .as = subject_.as,
                     .page_size = request_.policy.sync.page_size};
  const FieldSchema* name = schema.Find(schema.primary_name);
  if (name) ask.fields.push_back(name->name);
  const auto plan = server_.Plan(ask, sync_.schema);
  if (!plan) return Fail(plan.error());
  if (!plan->exact) return {};
  std::size_t listed = 0;
  std::set<std::string> seen;
  std::string cursor = plan->first_cursor;
  std::set<std::string> cursors;
  while (cursors.insert(cursor).second) {
    const auto page = server_.ReadPage(*plan, cursor, stop_);
    if (!page) return Fail(page.error());
    const std::size_t last = page->rows.columns().empty() ? 0 : page->rows.columns().size() - 1;
    for (std::size_t row = 0; row < page->rows.rows(); ++row) {
      std::string id = IdText(page->rows.cell(row, 0));
      // The record that made the mark comes each time, and is told by every sync.
      const auto version = NumberOf(PlainVersion(IdText(page->rows.cell(row, last))));
      if (mark->kind == HighWater::Kind::kVersion && version == mark->version) continue;
      if (kept->contains(id) || base.ids.contains(id) || !seen.insert(id).second) continue;
      ++entity.wasted;
      if (++listed > kMostListed) {
        ++out_.not_listed;
        continue;
      }
      out_.records.push_back({.entity = entity.name,
                              .id = std::move(id),
                              .name = name ? PeopleText(*name, page->rows.cell(row, 1)) : "",
                              .kind = DriftKind::kWasted,
                              .cause = DriftCause::kOutsideFilter,
                              .sentence = "it changed, came, and does not meet the filter"});
    }
    if (page->next_cursor.empty()) break;
    cursor = page->next_cursor;
  }
  return {};
}

// What nobody can read any more still has its name on the device.
void Measurement::NameFromBase(Database& database, const EntitySchema& schema,
                               std::vector<DriftRecord>& records) const {
  const FieldSchema* name = schema.Find(schema.primary_name);
  if (!name) return;
  auto all = database.Prepare("SELECT " + SqlName(schema.key) + ", " + SqlName(name->name) +
                              " FROM main." + SqlName(schema.name));
  if (!all) return;  // The policy does not keep it.
  std::map<std::string, DriftRecord*> nameless;
  for (DriftRecord& record : records) {
    if (record.name.empty()) nameless[record.id] = &record;
  }
  if (nameless.empty()) return;
  for (;;) {
    const auto row = all->Step();
    if (!row || !*row) return;
    const auto at = nameless.find(IdText(all->At(0)));
    if (at != nameless.end()) at->second->name = PeopleText(*name, all->At(1));
  }
}

DriftAdvice Measurement::AdviceOn(const DriftTotal& total, std::int64_t unsettled) {
  if (total.kind == DriftKind::kWasted) return DriftAdvice::kMatching;
  if (unsettled == 0) return DriftAdvice::kNone;
  return total.reconcile.kind == Reconcile::Kind::kNever ? DriftAdvice::kSweep
                                                         : DriftAdvice::kSooner;
}

void Measurement::AddTotals() {
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < out_.entities.size(); ++i) place[out_.entities[i].name] = i;
  const auto order = [&](const DriftRecord& record) {
    return std::tuple(place[record.entity], record.kind, record.cause);
  };
  std::stable_sort(out_.records.begin(), out_.records.end(),
                   [&](const DriftRecord& a, const DriftRecord& b) { return order(a) < order(b); });
  std::int64_t unsettled = 0;
  for (std::size_t i = 0; i < out_.records.size(); ++i) {
    const DriftRecord& record = out_.records[i];
    const bool first = i == 0 || order(out_.records[i - 1]) != order(record);
    if (first) {
      unsettled = 0;
      out_.totals.push_back({.entity = record.entity,
                             .kind = record.kind,
                             .cause = record.cause,
                             .reconcile = request_.policy.Find(record.entity)
                                              ->incremental.reconcile.value_or(
                                                  request_.policy.sync.incremental.reconcile)});
    }
    ++out_.totals.back().records;
    if (!record.settled) ++unsettled;
    out_.totals.back().advice = AdviceOn(out_.totals.back(), unsettled);
  }
}

}  // namespace

Result<DriftResult> MeasureDrift(const DriftRequest& request, CrmServer& server,
                                 const PreviewSink& sink, std::stop_token stop) {
  return Measurement(request, server, sink, std::move(stop)).Run();
}

}  // namespace satchel
