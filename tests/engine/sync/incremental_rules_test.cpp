#include "engine/sync/incremental_rules.h"

#include <gtest/gtest.h>

#include <functional>

namespace satchel::incremental {
namespace {

constexpr std::int64_t kHour = 3600 * kTicksPerSecond;

Facts Usual() {
  SyncCursor cursor = {.entity = "account",
                       .identity = "i",
                       .mark = "v:10",
                       .swept = {100 * kHour},
                       .frozen = "f",
                       .rights = "r"};
  return {.entity = "account",
          .cursor = cursor,
          .identity = "i",
          .frozen = "f",
          .rights = "r",
          .now = {101 * kHour},
          .filtered = true,
          .exact = true,
          .here_exact = true};
}

TEST(IncrementalRules, ReadsInFullWhatItCannotGoOnFrom) {
  const auto full = [](const std::function<void(Facts&)>& change) {
    Facts facts = Usual();
    change(facts);
    const Choice choice = Choose(facts);
    EXPECT_EQ(choice.start.full, !choice.why.empty() && choice.start.mark == HighWater{});
    return choice.start.full;
  };
  EXPECT_FALSE(full([](Facts&) {}));
  EXPECT_TRUE(full([](Facts& f) { f.cursor.reset(); }));
  EXPECT_TRUE(full([](Facts& f) { f.identity = "other"; }));  // B03, B04
  EXPECT_TRUE(full([](Facts& f) { f.always_full = true; }));
  EXPECT_TRUE(full([](Facts& f) { f.intersect = true; }));
  EXPECT_TRUE(full([](Facts& f) { f.cursor->mark.clear(); }));
  EXPECT_TRUE(full([](Facts& f) { f.exact = false, f.linked = true, f.here_exact = false; }));
  EXPECT_FALSE(full([](Facts& f) { f.exact = false; }));
  EXPECT_TRUE(full([](Facts& f) { f.cursor->interrupted = 3; }));  // B30
  EXPECT_FALSE(full([](Facts& f) { f.cursor->interrupted = 2; }));
}

TEST(IncrementalRules, SweepsWhenThePolicySaysSo) {
  const auto swept = [](Reconcile reconcile, const std::function<void(Facts&)>& change) {
    Facts facts = Usual();
    facts.reconcile = reconcile;
    change(facts);
    return Choose(facts).start.sweep;
  };
  using Kind = Reconcile::Kind;
  const auto as_is = [](Facts&) {};
  EXPECT_FALSE(swept({}, as_is));
  EXPECT_TRUE(swept({}, [](Facts& f) { f.now = {124 * kHour}; }));
  EXPECT_FALSE(swept({}, [](Facts& f) { f.now = {124 * kHour - 1}; }));
  EXPECT_TRUE(swept({}, [](Facts& f) { f.now = {99 * kHour}; }));  // B38: the clock was put back.
  EXPECT_TRUE(swept({}, [](Facts& f) { f.rights = "other"; }));
  EXPECT_TRUE(swept({}, [](Facts& f) { f.capped = true; }));
  EXPECT_TRUE(swept({}, [](Facts& f) { f.sweep = true; }));
  EXPECT_TRUE(swept({.kind = Kind::kAlways}, as_is));
  EXPECT_FALSE(swept({.kind = Kind::kNever}, [](Facts& f) { f.rights = "other"; }));
  EXPECT_FALSE(swept({.kind = Kind::kSyncs, .syncs = 3}, [](Facts& f) { f.cursor->syncs = 1; }));
  EXPECT_TRUE(swept({.kind = Kind::kSyncs, .syncs = 3}, [](Facts& f) { f.cursor->syncs = 2; }));
  EXPECT_FALSE(swept({.kind = Kind::kAfter, .after = Seconds(3601)}, as_is));
  EXPECT_TRUE(swept({.kind = Kind::kAfter, .after = Seconds(3600)}, as_is));
}

TEST(IncrementalRules, SaysWhyItSweepsAndWhyNot) {
  const auto why = [](Reconcile reconcile, const std::function<void(Facts&)>& change) {
    Facts facts = Usual();
    facts.reconcile = reconcile;
    change(facts);
    return Choose(facts).sweep_why;
  };
  using Kind = Reconcile::Kind;
  const auto as_is = [](Facts&) {};
  EXPECT_EQ(why({}, [](Facts& f) { f.sweep = f.capped = true; }), "it was asked for");
  EXPECT_EQ(why({.kind = Kind::kNever}, [](Facts& f) { f.capped = true; }),
            "the limit keeps the first, which are ranked again each time");
  EXPECT_EQ(why({.kind = Kind::kAlways}, as_is), "the policy asks for it each time");
  EXPECT_EQ(why({.kind = Kind::kSyncs, .syncs = 3}, [](Facts& f) { f.cursor->syncs = 2; }),
            "it is due after 3 syncs");
  EXPECT_EQ(why({.kind = Kind::kAfter, .after = Seconds(3600)}, as_is),
            "the policy's time has passed since the last one");
  EXPECT_EQ(why({}, [](Facts& f) { f.rights = "other"; }),
            "the user's teams, roles or unit, or the policy, changed");
  EXPECT_EQ(why({}, [](Facts& f) { f.now = {124 * kHour}; }), "the last one was 24 hours ago");
  EXPECT_EQ(why({}, as_is), "nothing it depends on changed");
  EXPECT_EQ(why({.kind = Kind::kNever}, as_is), "the policy says never");
  EXPECT_EQ(why({.kind = Kind::kSyncs, .syncs = 3}, as_is), "it is not due yet");
  EXPECT_EQ(why({}, [](Facts& f) { f.cursor.reset(); }), "a full read leaves nothing to reconcile");
}

TEST(IncrementalRules, AsksWhetherSomethingMovedOnlyWhereItCanMatter) {
  Facts facts = Usual();
  EXPECT_FALSE(Choose(facts).start.may_move);
  facts.frozen = "other";
  EXPECT_TRUE(Choose(facts).start.may_move);
  facts.frozen = "f";
  facts.linked = true;
  EXPECT_TRUE(Choose(facts).start.may_move);
  facts.reconcile.kind = Reconcile::Kind::kNever;
  EXPECT_FALSE(Choose(facts).start.may_move);
}

TEST(IncrementalRules, DecidesByTheRecordWhereItCanAndLetsTheServerDecideElsewhere) {
  Facts facts = Usual();
  Choice choice = Choose(facts);
  EXPECT_TRUE(choice.decide);
  EXPECT_FALSE(choice.matching);
  facts.linked = true;
  facts.here_exact = false;
  choice = Choose(facts);
  EXPECT_FALSE(choice.decide);
  EXPECT_TRUE(choice.matching);
  EXPECT_TRUE(choice.start.ids);
  facts.changes = Changes::kMatching;
  choice = Choose(facts);
  EXPECT_TRUE(choice.matching);
  EXPECT_FALSE(choice.start.ids);
}

TEST(IncrementalRules, AsksForMatchingChangesOnlyWhenASweepSeesTheRest) {
  Facts facts = Usual();
  EXPECT_FALSE(Choose(facts).matching);
  facts.sweep = true;
  EXPECT_TRUE(Choose(facts).matching);
  facts.exact = false;  // The server would not keep them apart.
  EXPECT_FALSE(Choose(facts).matching);
  EXPECT_TRUE(Choose(facts).decide);
}

TEST(IncrementalRules, GoesOnFromADeltaLinkWhereOneIsHeld) {
  Facts facts = Usual();
  facts.filtered = false;
  facts.tracked = true;
  EXPECT_FALSE(Choose(facts).start.delta);
  facts.cursor->delta = "d1";
  EXPECT_TRUE(Choose(facts).start.delta);
}

TEST(IncrementalRules, GivesAReasonForEverything) {
  for (const bool filtered : {true, false}) {
    for (const bool sweep : {true, false}) {
      for (const Changes changes : {Changes::kAuto, Changes::kAll, Changes::kMatching}) {
        Facts facts = Usual();
        facts.filtered = filtered;
        facts.sweep = sweep;
        facts.changes = changes;
        EXPECT_FALSE(Choose(facts).why.empty());
        EXPECT_FALSE(Choose(facts).sweep_why.empty());
      }
    }
  }
}

}  // namespace
}  // namespace satchel::incremental
