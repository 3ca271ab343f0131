#include "engine/sync/full_sync.h"

#include <gtest/gtest.h>

#include "engine/sync/tuning.h"

namespace satchel::full_sync {
namespace {

Session Reading(const std::vector<std::string>& helpers = {}) {
  Session session;
  (void)session.On(Begun{{{.entity = "account"}, {.entity = "contact"}}});
  (void)session.On(Planned{"c0", helpers});
  return session;
}

std::string Failure(const Actions& actions) {
  const auto* finish = actions.empty() ? nullptr : std::get_if<Finish>(&actions.front());
  return finish && finish->error ? finish->error->message : "";
}

TEST(FullSync, NotesTheMarkBeforeItReadsAnything) {
  Session session;
  EXPECT_EQ(session.On(Begun{{{.entity = "account"}}}), Actions({NoteMark{0}, Plan{0}}));
  EXPECT_EQ(session.On(Planned{"c0"}), Actions({Prepare{0}, Fetch{"c0"}}));
}

TEST(FullSync, FetchesTheNextPageWhileThisOneIsWritten) {
  Session session = Reading();
  EXPECT_EQ(session.On(Received{3, 3, "c1"}), Actions({Stage{0}, Fetch{"c1"}}));
}

TEST(FullSync, PublishesOnceAfterTheLastEntity) {
  Session session = Reading();
  EXPECT_EQ(session.On(Received{3, 3, ""}), Actions({Stage{0}, Complete{0}, NoteMark{1}, Plan{1}}));
  (void)session.On(Planned{"c0"});
  EXPECT_EQ(session.On(Received{0, 0, ""}), Actions({Stage{1}, Complete{1}, Publish{}}));
  EXPECT_EQ(session.On(Published{}), Actions({Finish{}}));
}

TEST(FullSync, ReadsLinkedEntitiesBeforeItFinishesAFilter) {
  Session session = Reading({"contact", "team"});
  EXPECT_EQ(session.On(Received{1, 1, ""}), Actions({Stage{0}, PlanHelper{0, 1}}));
  EXPECT_EQ(session.On(HelperPlanned{"c0"}), Actions({Fetch{"c0"}}));
  EXPECT_EQ(session.On(Received{1, 1, ""}), Actions({Stage{0, 1}, PlanHelper{0, 2}}));
  EXPECT_EQ(session.On(HelperPlanned{"c0"}), Actions({Fetch{"c0"}}));
  EXPECT_EQ(session.On(Received{1, 1, ""}),
            Actions({Stage{0, 2}, Complete{0}, NoteMark{1}, Plan{1}}));
}

TEST(FullSync, GoesOnWhereAnEarlierRunStopped) {
  Session session;
  EXPECT_EQ(session.On(Begun{
                {{.entity = "account", .complete = true}, {.entity = "contact", .cursor = "c7"}}}),
            Actions({Plan{1}}));
  EXPECT_EQ(session.On(Planned{"c0"}), Actions({Fetch{"c7"}}));
}

TEST(FullSync, PublishesAtOnceWhenNothingIsLeftToRead) {
  Session session;
  EXPECT_EQ(session.On(Begun{{{.entity = "account", .complete = true}}}), Actions({Publish{}}));
  Session empty;
  EXPECT_EQ(empty.On(Begun{}), Actions({Publish{}}));
}

TEST(FullSync, RefusesACursorItHasSeen) {
  Session session = Reading();
  (void)session.On(Received{3, 3, "c1"});
  EXPECT_NE(Failure(session.On(Received{3, 3, "c0"})).find("account: the server named a page"),
            std::string::npos);
}

TEST(FullSync, RefusesAPageWithoutNewRecords) {
  Session session = Reading();
  (void)session.On(Received{3, 3, "c1"});
  for (int page = 2; page < 2 + kMaxKnownPages; ++page) {
    EXPECT_EQ(Failure(session.On(Received{3, 0, "c" + std::to_string(page)})), "");
  }
  EXPECT_NE(Failure(session.On(Received{3, 0, "d"})).find("nothing but records"),
            std::string::npos);
}

TEST(FullSync, EndsOnEndlessEmptyPages) {
  Session session = Reading();
  Actions actions;
  int pages = 0;
  while (Failure(actions).empty() && pages < 2 * kMaxEmptyPages) {
    actions = session.On(Received{0, 0, "c" + std::to_string(++pages)});
  }
  EXPECT_EQ(pages, kMaxEmptyPages + 1);
}

TEST(FullSync, StopsAtTheFirstError) {
  Session session = Reading();
  const Error error = {ErrorCode::kOffline, "no network"};
  EXPECT_EQ(session.On(Failed{error}), Actions({Finish{error}}));
  EXPECT_EQ(session.On(Received{3, 3, "c1"}), Actions());
}

}  // namespace
}  // namespace satchel::full_sync
