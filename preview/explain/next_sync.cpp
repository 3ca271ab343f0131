#include "preview/explain/next_sync.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "engine/filter/evaluator.h"
#include "engine/server/high_water.h"
#include "engine/sync/incremental_plan.h"
#include "engine/sync/tuning.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/sentence.h"

namespace satchel {

namespace {

using Cause = NextSyncNote::Cause;

constexpr int kDaysAhead = 400;              // How far a date window is followed.
constexpr std::size_t kMostRowsAhead = 500;  // With more rows around a record that would be slow.
constexpr const char* kNextSync = "with the next sync";
constexpr const char* kNever = "never";

bool AsksRelative(const Group& group);
bool AsksRelative(const Link& link) {
  return AsksRelative(link.filter) ||
         std::any_of(link.links.begin(), link.links.end(),
                     [](const Link& inner) { return AsksRelative(inner); });
}
bool AsksRelative(const Group& group) {
  return std::any_of(group.nodes.begin(), group.nodes.end(), [](const Node& node) {
    if (const auto* inner = std::get_if<Group>(&node.item)) return AsksRelative(*inner);
    if (const auto* link = std::get_if<Link>(&node.item)) return AsksRelative(*link);
    return Info(std::get<Condition>(node.item).op).relative;
  });
}
bool AsksRelative(const Query& query) {
  return AsksRelative(query.filter) ||
         std::any_of(query.links.begin(), query.links.end(),
                     [](const Link& link) { return AsksRelative(link); });
}

// When time alone changes whether the record meets the filter.
class Ahead {
 public:
  Ahead(const TraceSubject& subject, std::size_t row) : s_(subject), row_(row) {
    query_ = s_.query;
    query_.order.clear();
    query_.top = 0;
  }

  struct Turn {
    bool turns = false;  // False: not within kDaysAhead days.
    Instant at = {};
    bool in = false;  // It comes.
  };
  // Nothing: it cannot be told.
  [[nodiscard]] std::optional<Turn> Find() const {
    std::size_t rows = 0;
    for (const std::string& entity : EntitiesNamed(query_)) {
      const RowBatch* batch = s_.rows.Rows(entity);
      if (batch) rows += batch->rows();
    }
    if (rows > kMostRowsAhead) return std::nullopt;
    const auto clock = UserClock::In(s_.context.zone);
    const auto now = Meets(s_.context.now);
    if (!clock || !now) return std::nullopt;
    // Windows open and close at midnight on the user's clock, or hours after a record's own time.
    Instant before = s_.context.now;
    const std::int64_t today = DayOf(clock->Show(before)).days;
    for (int day = 1; day <= kDaysAhead; ++day) {
      const Instant midnight = clock->When((today + day) * kTicksPerDay);
      const auto then = Meets(midnight);
      if (!then) return std::nullopt;
      if (*then != *now) return Turn{true, Between(before, midnight, *now), *then};
      before = midnight;
    }
    return Turn{};
  }

 private:
  [[nodiscard]] std::optional<bool> Meets(Instant moment) const {
    FilterContext context = s_.context;
    context.now = moment;
    const auto rows = Evaluate(query_, s_.schema, context, s_.rows);
    if (!rows) return std::nullopt;
    return std::find(rows->begin(), rows->end(), row_) != rows->end();
  }
  // The first second at which it is no longer as it `was`.
  [[nodiscard]] Instant Between(Instant from, Instant to, bool was) const {
    std::int64_t low = from.ticks / kTicksPerSecond;
    std::int64_t high = to.ticks / kTicksPerSecond;
    while (low + 1 < high) {
      const std::int64_t middle = low + (high - low) / 2;
      (Meets({middle * kTicksPerSecond}).value_or(was) == was ? low : high) = middle;
    }
    return {high * kTicksPerSecond};
  }

  const TraceSubject& s_;
  std::size_t row_;
  Query query_ = {};
};

// The rules, asked as a device would that has just synchronised.
struct Ways {
  incremental::Choice choice = {};
  Reconcile reconcile = {};
  std::vector<std::string> reached = {};
  bool tracked = false;
};

Result<Ways> WaysOf(const NextSyncSubject& subject) {
  const std::string rights = RightsHash(subject.sync);
  const auto fresh =
      PlanIncremental(subject.sync, rights, false, subject.entity, std::nullopt, subject.server);
  if (!fresh) return Fail(fresh.error());
  HighWater mark;
  if (subject.server.capabilities().row_versions && !fresh->schema->version.empty()) {
    mark = {.kind = HighWater::Kind::kVersion, .version = 1};
  } else if (!fresh->schema->modified.empty()) {
    mark = {.kind = HighWater::Kind::kTime, .time = subject.sync.context.now};
  }
  SyncCursor cursor = {.entity = subject.entity.name,
                       .identity = fresh->identity,
                       .mark = Print(mark),
                       .swept = subject.sync.context.now,
                       .frozen = fresh->frozen,
                       .rights = fresh->rights};
  const auto plan = PlanIncremental(subject.sync, rights, false, subject.entity, std::move(cursor),
                                    subject.server);
  if (!plan) return Fail(plan.error());
  return Ways{
      plan->choice,
      subject.entity.incremental.reconcile.value_or(subject.sync.policy.sync.incremental.reconcile),
      plan->reached, plan->tracked};
}

// When a sweep comes by itself. `noticed`: `auto` sees that one is needed.
std::string SweepOf(const Ways& ways, bool noticed) {
  switch (ways.reconcile.kind) {
    case Reconcile::Kind::kAlways:
      return kNextSync;
    case Reconcile::Kind::kNever:
      return kNever;
    case Reconcile::Kind::kSyncs:
      return "with the sweep every " + std::to_string(ways.reconcile.syncs) + " syncs";
    case Reconcile::Kind::kAfter:
      return "with the sweep every " + SpokenDuration(ways.reconcile.after);
    case Reconcile::Kind::kAuto:
      break;
  }
  return noticed ? kNextSync : "with the sweep every " + SpokenDuration(kLongestUnswept);
}

class Notes {
 public:
  Notes(const NextSyncSubject& subject, const Ways& ways) : s_(subject), ways_(ways) {}

  std::vector<NextSyncNote> Take() {
    if (ways_.choice.start.full) {
      Add(Cause::kEdit, true, kNextSync, "Whatever happens to it (" + ways_.choice.why + ")");
      return std::move(notes_);
    }
    AddEdit();
    if (AsksRelative(QueryOf(s_.entity))) AddDateWindow();
    if (!ways_.reached.empty()) AddLinked();
    AddPermission();
    AddDeletion();
    if (s_.entity.max_records) {
      Add(Cause::kCap, false, kNextSync, "Others push it out of the first records");
    }
    return std::move(notes_);
  }

 private:
  void Add(Cause cause, bool by_changes, const std::string& when, const std::string& what) {
    NextSyncNote note{.cause = cause, .by_changes = by_changes, .what = what};
    note.by_sweep = !by_changes && when != kNever;
    note.when = by_changes ? kNextSync : when;
    note.sentence =
        what + ": " + (note.when == kNever ? "never noticed." : "noticed " + note.when + ".");
    notes_.push_back(std::move(note));
  }
  // With max_records every sync ranks again, by a sweep.
  [[nodiscard]] std::string Sweep(bool noticed) const {
    return s_.entity.max_records ? kNextSync : SweepOf(ways_, noticed);
  }

  void AddEdit() {
    const incremental::Choice& choice = ways_.choice;
    const bool all = choice.start.changes && (!choice.matching || choice.start.ids);
    if (all) {
      Add(Cause::kEdit, true, kNextSync, "It is edited");
      return;
    }
    if (choice.start.changes) {
      Add(Cause::kEdit, false, Sweep(false), "An edit makes it leave the filter");
      return;
    }
    Add(Cause::kEdit, false, Sweep(false), "It is edited");
  }

  void AddDateWindow() {
    std::string what = "A date window passes it, though nobody touches it";
    if (s_.record) {
      const auto ahead = Ahead(*s_.record, s_.row).Find();
      if (ahead && ahead->turns) {
        what = (ahead->in ? "It comes into the filter on " : "It leaves the filter on ") +
               s_.record->words.Of(ahead->at) + " if nobody touches it";
      } else if (ahead) {
        what += " (not within " + std::to_string(kDaysAhead) + " days)";
      }
    }
    Add(Cause::kDateWindow, false, Sweep(true), what);
  }

  void AddLinked() {
    std::vector<std::string> labels;
    for (const std::string& entity : ways_.reached) {
      labels.push_back(EntityLabel(entity, &s_.sync.schema));
    }
    Add(Cause::kLinked, false, Sweep(true), "A linked record changes (" + Join(labels, ", ") + ")");
  }

  void AddPermission() {
    Add(Cause::kPermission, false, Sweep(false),
        "The user's right to read it changes (owner, share, team, role)");
  }

  void AddDeletion() {
    Add(Cause::kDeletion, ways_.tracked, Sweep(false), "It is deleted on the server");
  }

  const NextSyncSubject& s_;
  const Ways& ways_;
  std::vector<NextSyncNote> notes_ = {};
};

std::string WordsOf(Cause cause) {
  switch (cause) {
    case Cause::kEdit:
      return "edits that take it out of the filter";
    case Cause::kDateWindow:
      return "date windows that pass it";
    case Cause::kLinked:
      return "changes of linked records";
    case Cause::kPermission:
      return "changes of owner or share";
    case Cause::kDeletion:
      return "its deletion";
    case Cause::kCap:
      return "others that push it out";
  }
  return {};
}

}  // namespace

Result<std::vector<NextSyncNote>> NextSyncNotes(const NextSyncSubject& subject) {
  const auto ways = WaysOf(subject);
  if (!ways) return Fail(ways.error());
  return Notes(subject, *ways).Take();
}

ExplainGate NextSyncGate(const std::vector<NextSyncNote>& notes) {
  ExplainGate gate{.kind = GateKind::kNextSync, .outcome = GateOutcome::kPassed};
  std::vector<std::string> never;
  std::vector<std::string> later;
  for (const NextSyncNote& note : notes) {
    if (note.when == kNever) never.push_back(WordsOf(note.cause));
    if (note.when != kNever && note.when != kNextSync) later.push_back(WordsOf(note.cause));
  }
  if (!never.empty()) {
    gate.outcome = GateOutcome::kFailed;
    gate.sentence = "Incremental syncs never notice " + Join(never, ", ") +
                    ", because the policy never reconciles:";
  } else if (!later.empty()) {
    gate.sentence = "An incremental sync notices what can happen to it, some of it by sweeps only:";
  } else {
    gate.sentence = "The next sync notices whatever can happen to it:";
  }
  return gate;
}

}  // namespace satchel
