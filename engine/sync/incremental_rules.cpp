#include "engine/sync/incremental_rules.h"

#include <chrono>

#include "engine/record/mutant.h"
#include "engine/sync/tuning.h"

namespace satchel::incremental {

namespace {

// Why there is nothing to go on from; empty: there is.
std::string WhyFull(const Facts& facts) {
  if (facts.always_full) return "the policy asks for a full read every time";
  if (!facts.cursor) return "it is read for the first time";
  if (facts.intersect) return "the rows of an N:N entity are read whole each time";
  if (facts.cursor->identity != facts.identity && !Planted(Mutant::kB03CursorOfAnotherFilter)) {
    return "what is asked for is not what was asked for last time";
  }
  if (facts.cursor->mark.empty()) return "the server has no way to tell what changed";
  if (!facts.exact && (facts.linked || !facts.here_exact)) {
    return "the server cannot apply its filter, and the device cannot decide by the record alone";
  }
  if (facts.cursor->interrupted >= kMostInterrupted) {
    return "reading its changes broke off " + std::to_string(facts.cursor->interrupted) +
           " times, and a full read can be resumed";
  }
  return {};
}

bool Elapsed(const Facts& facts, std::chrono::seconds time) {
  const std::int64_t since = facts.now.ticks - facts.cursor->swept.ticks;
  // A clock that was put back tells nothing.
  return since < 0 || since >= time.count() * kTicksPerSecond;
}

// Why a sweep is due by the policy; empty: it is not, as far as can be told without asking.
std::string WhySweep(const Facts& facts) {
  if (facts.sweep) return "it was asked for";
  if (facts.capped) return "the limit keeps the first, which are ranked again each time";
  switch (facts.reconcile.kind) {
    case Reconcile::Kind::kAlways:
      return "the policy asks for it each time";
    case Reconcile::Kind::kNever:
      return {};
    case Reconcile::Kind::kSyncs:
      if (facts.cursor->syncs + 1 < facts.reconcile.syncs) return {};
      return "it is due after " + std::to_string(facts.reconcile.syncs) + " syncs";
    case Reconcile::Kind::kAfter:
      if (!Elapsed(facts, facts.reconcile.after)) return {};
      return "the policy's time has passed since the last one";
    case Reconcile::Kind::kAuto:
      break;
  }
  if (facts.cursor->rights != facts.rights && !Planted(Mutant::kB01AssignedUnnoticed)) {
    return "the user's teams, roles or unit, or the policy, changed";
  }
  if (Elapsed(facts, kLongestUnswept) && !Planted(Mutant::kB02RevokedUnnoticed))
    return "the last one was 24 hours ago";
  return {};
}

}  // namespace

Choice Choose(const Facts& facts) {
  Choice choice;
  choice.start.entity = facts.entity;
  choice.why = WhyFull(facts);
  if (!choice.why.empty()) {
    choice.start.full = true;
    choice.sweep_why = "a full read leaves nothing to reconcile";
    return choice;
  }
  Start& start = choice.start;
  start.mark = ParseHighWater(facts.cursor->mark).value_or(HighWater{});
  choice.sweep_why = WhySweep(facts);
  start.sweep = !choice.sweep_why.empty();
  const bool automatic = facts.reconcile.kind == Reconcile::Kind::kAuto;
  start.may_move =
      automatic && !start.sweep && (facts.linked || facts.cursor->frozen != facts.frozen);
  start.delta = facts.tracked && !facts.cursor->delta.empty();
  if (!start.sweep && !start.may_move) {
    choice.sweep_why = automatic ? "nothing it depends on changed" : "it is not due yet";
    if (facts.reconcile.kind == Reconcile::Kind::kNever) choice.sweep_why = "the policy says never";
  }
  if (facts.capped) {
    start.changes = false;
    choice.why = "nothing: the sweep tells which of the first records changed";
    return choice;
  }

  Changes way = facts.changes;
  std::string why = "as the policy says";
  if (way == Changes::kAuto) {
    if (!facts.filtered) {
      way = Changes::kAll;
      why = "as there is no filter";
    } else if (start.sweep && facts.exact) {
      way = Changes::kMatching;
      why = "because the sweep tells what left it";
    } else {
      way = Changes::kAll;
      why = "so that what left the filter is seen at once";
    }
  }
  // What the server cannot filter it sends anyhow.
  if (way == Changes::kMatching && !facts.exact) way = Changes::kAll;
  if (way == Changes::kMatching) {
    choice.matching = true;
    choice.why = "what changed and meets the filter, " + why;
    return choice;
  }
  choice.why = "everything that changed, " + why;
  if (!facts.filtered) return choice;
  if (!facts.linked && facts.here_exact) {
    choice.decide = true;
    choice.why += "; the device applies the filter to it";
    return choice;
  }
  start.ids = true;
  choice.matching = true;
  choice.why += "; the server says what of it meets the filter, which looks at other records, too";
  return choice;
}

std::string Why(Reread why) {
  switch (why) {
    case Reread::kAsked:
      return {};
    case Reread::kNoMark:
      return "the server has no way to tell what changed";
    case Reread::kWentBack:
      return "the server's newest version is older than last time: it was put back to an earlier "
             "state, or the newest record is gone";
    case Reread::kExpired:
      return "the server no longer honours where the read stood";
    case Reread::kMuch:
      return "so much is missing that a full read is the shorter way";
    case Reread::kMismatch:
      return "what was stored is not what the sweep said";
  }
  return {};
}

}  // namespace satchel::incremental
