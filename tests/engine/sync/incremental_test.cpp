#include "engine/sync/incremental.h"

#include <gtest/gtest.h>

#include "engine/sync/tuning.h"

namespace satchel::incremental {
namespace {

HighWater Version(std::int64_t version) {
  return {.kind = HighWater::Kind::kVersion, .version = version};
}

HighWater At(std::int64_t ticks) {
  return {.kind = HighWater::Kind::kTime, .time = {ticks}};
}

Start Account() {
  return {.entity = "account", .mark = Version(10), .may_move = false};
}

// Stands where the first read of `start` may be planned.
Session Begin(const Start& start, Actions* last = nullptr) {
  Session session;
  (void)session.On(Begun{{start}});
  const Actions actions = session.On(Noted{Version(12)});
  if (last) *last = actions;
  return session;
}

const Error* ErrorOf(const Actions& actions) {
  const auto* finish = actions.empty() ? nullptr : std::get_if<Finish>(&actions.back());
  return finish && finish->error ? &*finish->error : nullptr;
}

TEST(Incremental, NotesTheMarkBeforeItReadsAnything) {
  Session session;
  EXPECT_EQ(session.On(Begun{{Account()}}), Actions({NoteMark{0}}));
  EXPECT_EQ(session.On(Noted{Version(12)}), Actions({Plan{0, Read::kChanges}}));
  EXPECT_EQ(session.On(Planned{"c0"}), Actions({Fetch{"c0"}}));
}

TEST(Incremental, ReadsDeletionsThenIdsThenRowsThenSweeps) {
  Start start = Account();
  start.delta = start.ids = start.sweep = true;
  Actions actions;
  Session session = Begin(start, &actions);
  for (const Read read : {Read::kDelta, Read::kIds, Read::kChanges, Read::kSweep}) {
    EXPECT_EQ(actions.back(), Action(Plan{0, read}));
    EXPECT_EQ(session.On(Planned{"c0"}), Actions({Fetch{"c0"}}));
    actions = session.On(Received{1, 1, ""});
    EXPECT_EQ(actions.front(), Action(Stage{0, read}));
  }
  EXPECT_EQ(actions.back(), Action(Compare{0}));
}

TEST(Incremental, FetchesWhatIsMissingPartByPartThenPublishes) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  (void)session.On(Received{1, 1, ""});
  EXPECT_EQ(session.On(Compared{2}), Actions({Plan{0, Read::kMissing, 0}}));
  (void)session.On(Planned{"c0"});
  EXPECT_EQ(session.On(Received{1, 1, ""}),
            Actions({Stage{0, Read::kMissing}, Plan{0, Read::kMissing, 1}}));
  (void)session.On(Planned{"c0"});
  EXPECT_EQ(session.On(Received{1, 1, ""}), Actions({Stage{0, Read::kMissing}, Publish{}}));
  EXPECT_EQ(session.On(Published{}), Actions({Finish{}}));
}

TEST(Incremental, FollowsPagesToTheLast) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  EXPECT_EQ(session.On(Received{3, 3, "c1"}), Actions({Stage{0}, Fetch{"c1"}}));
  EXPECT_EQ(session.On(Received{3, 3, ""}), Actions({Stage{0}, Compare{0}}));
}

TEST(Incremental, SweepsOnlyWhenSomethingMoved) {
  Start start = Account();
  start.may_move = true;
  for (const bool moved : {true, false}) {
    Actions actions;
    Session session = Begin(start, &actions);
    EXPECT_EQ(actions, Actions({AskMoved{0}}));
    EXPECT_EQ(session.On(Moved{moved}), Actions({Plan{0, Read::kChanges}}));
    (void)session.On(Planned{"c0"});
    const Actions next = session.On(Received{0, 0, ""});
    EXPECT_EQ(next.back(), moved ? Action(Plan{0, Read::kSweep}) : Action(Compare{0}));
  }
}

TEST(Incremental, ReadsInFullWhatHasNoCursor) {
  Start start = {.entity = "account", .full = true};
  Session session;
  EXPECT_EQ(session.On(Begun{{start}}), Actions({ReadFull{0, Reread::kAsked}}));
  EXPECT_EQ(session.On(FullyRead{}), Actions({Publish{}}));
}

TEST(Incremental, ReadsInFullWhenTheServerWentBack) {
  Session session;
  (void)session.On(Begun{{Account()}});
  EXPECT_EQ(session.On(Noted{Version(9)}), Actions({ReadFull{0, Reread::kWentBack}}));
}

TEST(Incremental, ForgivesAServersClockWhatTheOverlapCovers) {
  Start start = Account();
  start.mark = At(100 * kTimeOverlapTicks);
  for (const bool far : {true, false}) {
    Session session;
    (void)session.On(Begun{{start}});
    const Actions actions =
        session.On(Noted{At((far ? 99 : 100) * kTimeOverlapTicks - (far ? 1 : kTimeOverlapTicks))});
    EXPECT_EQ(actions.front(),
              far ? Action(ReadFull{0, Reread::kWentBack}) : Action(Plan{0, Read::kChanges}));
  }
}

TEST(Incremental, ReadsInFullWhenTheServerCountsOtherwiseNow) {
  for (const HighWater& now : {At(5), HighWater{}}) {
    Session session;
    (void)session.On(Begun{{Account()}});
    EXPECT_EQ(session.On(Noted{now}), Actions({ReadFull{0, Reread::kNoMark}}));
  }
}

TEST(Incremental, B33ReadsInFullOnceWhenTheServerForgotTheCursorAndThenGivesUp) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  const Error expired = {ErrorCode::kExpired, "too old"};
  EXPECT_EQ(session.On(Failed{expired}), Actions({ReadFull{0, Reread::kExpired}}));
  EXPECT_EQ(session.On(Failed{expired}), Actions({Finish{expired}}));
}

TEST(Incremental, SweepsWhenTheDeltaLinkIsNoLongerHonoured) {
  Start start = Account();
  start.delta = true;
  for (const ErrorCode code : {ErrorCode::kExpired, ErrorCode::kDenied}) {
    Session session = Begin(start);
    (void)session.On(Planned{"d0"});
    EXPECT_EQ(session.On(Failed{{code, "no"}}), Actions({Plan{0, Read::kChanges}}));
    (void)session.On(Planned{"c0"});
    EXPECT_EQ(session.On(Received{0, 0, ""}).back(), Action(Plan{0, Read::kSweep}));
  }
}

TEST(Incremental, LeavesAnEntityThatIsRefusedAsItIsAndGoesOn) {
  Session session;
  (void)session.On(
      Begun{{Account(), {.entity = "contact", .mark = Version(1), .may_move = false}}});
  const Error denied = {ErrorCode::kDenied, "no right to read account"};
  EXPECT_EQ(session.On(Failed{denied}), Actions({Skip{0, denied}, NoteMark{1}}));
}

TEST(Incremental, EndsWithoutPublishingWhenTheNetworkGoesAway) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  const Error offline = {ErrorCode::kOffline, "no connection"};
  EXPECT_EQ(session.On(Failed{offline}), Actions({Finish{offline}}));
  EXPECT_EQ(session.On(Received{1, 1, ""}), Actions());
}

TEST(Incremental, RepairsOnceWhatWasNotStoredAsSwept) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  (void)session.On(Received{0, 0, ""});
  EXPECT_EQ(session.On(Compared{0}), Actions({Publish{}}));
  EXPECT_EQ(session.On(Mismatched{{0}}), Actions({ReadFull{0, Reread::kMismatch}}));
  EXPECT_EQ(session.On(FullyRead{}), Actions({Publish{}}));
  const Error* error = nullptr;
  const Actions again = session.On(Mismatched{{0}});
  error = ErrorOf(again);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::kCorrupt);
}

TEST(Incremental, ReadsInFullWhenMostOfItIsMissing) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  (void)session.On(Received{0, 0, ""});
  EXPECT_EQ(session.On(Compared{.full = true}), Actions({ReadFull{0, Reread::kMuch}}));
}

TEST(Incremental, B24EndsAReadThatWouldNeverEnd) {
  for (const bool same_page : {true, false}) {
    Session session = Begin(Account());
    (void)session.On(Planned{"c0"});
    (void)session.On(Received{3, 3, "c1"});
    Actions actions;
    for (int page = 2; same_page && page < 3 + kMaxKnownPages; ++page) {
      EXPECT_FALSE(ErrorOf(actions));
      actions = session.On(Received{3, 0, "c" + std::to_string(page)});
    }
    if (!same_page) actions = session.On(Received{3, 3, "c0"});
    const Error* error = ErrorOf(actions);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::kCorrupt);
  }
}

TEST(Incremental, B23LetsAListOfChangesNameARecordTwice) {
  Start start = Account();
  start.delta = true;
  Session session = Begin(start);
  (void)session.On(Planned{"d0"});
  EXPECT_EQ(session.On(Received{3, 3, "d1"}), Actions({Stage{0, Read::kDelta}, Fetch{"d1"}}));
  EXPECT_EQ(session.On(Received{3, 0, "d2"}), Actions({Stage{0, Read::kDelta}, Fetch{"d2"}}));
}

TEST(Incremental, EndsAfterTooManyEmptyPages) {
  Session session = Begin(Account());
  (void)session.On(Planned{"c0"});
  Actions actions;
  for (int page = 1; page <= kMaxEmptyPages + 1; ++page) {
    EXPECT_FALSE(ErrorOf(actions));
    actions = session.On(Received{0, 0, "c" + std::to_string(page)});
  }
  EXPECT_TRUE(ErrorOf(actions));
}

}  // namespace
}  // namespace satchel::incremental
