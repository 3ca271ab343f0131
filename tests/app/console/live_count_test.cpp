// Counting a filter while it is edited, and starting it from a saved view.
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

class LiveCount : public HeadlessConsole {
 protected:
  LiveCount() {
    Open();
    Connect();
    app_->controller().Apply(ShowScreen{Screen::kFilters});
    Settle();
  }
  void EditFilter(std::vector<Condition> conditions) {
    Entity next = account();
    next.filter = {};
    for (Condition& condition : conditions) next.filter.nodes.push_back({std::move(condition)});
    app_->controller().Apply(EditEntities{{next}, "Edit the filter", ""});
  }
  const LiveCountState& live() { return state().live; }
  FakeCounting& counting() { return *bench_->counting; }
};

const Condition kActive = {.field = "statecode", .op = Operator::kEq, .values = {"0"}};
const Condition kRich = {.field = "revenue", .op = Operator::kGt, .values = {"10000"}};

TEST_F(LiveCount, ReadsNothingUntilItIsAskedTo) {
  EditFilter({kActive});
  Settle();
  EXPECT_TRUE(counting().reads.empty());
  Press("filters/count");
  ASSERT_EQ(counting().reads.size(), 1u);
  EXPECT_EQ(counting().reads[0].needs[0].entity, "account");
  ASSERT_TRUE(live().result);
  EXPECT_EQ(live().result->funnel.size(), 1u);
  EXPECT_TRUE(Says("48\u2009210"));
}

TEST_F(LiveCount, FollowsEveryEditWithoutReadingAgain) {
  EditFilter({kActive});
  Press("filters/count");
  const auto before = live().result->matched;
  Condition closed = kActive;
  closed.values = {"1234567"};
  EditFilter({closed});
  Settle();
  EXPECT_NE(live().result->matched, before);
  EXPECT_EQ(counting().reads.size(), 1u);
  Key(compat::Key::kZ, true);
  EXPECT_EQ(live().result->matched, before);
}

TEST_F(LiveCount, ReadsAgainForAFieldThatIsNotHeld) {
  EditFilter({kActive});
  Press("filters/count");
  EditFilter({kActive, kRich});
  Settle();
  ASSERT_EQ(counting().reads.size(), 2u);
  const auto& fields = counting().reads[1].needs[0].fields;
  EXPECT_NE(std::find(fields.begin(), fields.end(), "revenue"), fields.end());
  EXPECT_NE(std::find(fields.begin(), fields.end(), "statecode"), fields.end());
  EXPECT_EQ(live().result->funnel.size(), 2u);
}

TEST_F(LiveCount, CancelsTheCountThatAnEditMadeOld) {
  EditFilter({kActive});
  Press("filters/count");
  counting().hold_counts = true;
  Condition closed = kActive;
  closed.values = {"1"};
  EditFilter({closed});
  for (int counts = counting().counts; counting().counts == counts;) Frame();
  EXPECT_TRUE(live().counting);
  EXPECT_TRUE(live().result) << "what was counted before stays meanwhile";
  EditFilter({});
  Frame();
  counting().hold_counts = false;
  Settle();
  EXPECT_GE(counting().cancelled, 1);
  EXPECT_TRUE(live().error.empty());
  EXPECT_EQ(live().result->matched, 48'210);
}

TEST_F(LiveCount, CallsRecordsByTheirNames) {
  EditFilter({{.field = "ownerid",
               .op = Operator::kEq,
               .values = {"22222222-2222-2222-2222-222222222222"}}});
  Press("filters/count");
  EXPECT_TRUE(Says("Owner is Petr Dvořák"));
  EXPECT_FALSE(Says("22222222-2222"));
  app_->controller().Apply(ShowScreen{Screen::kEntities});
  Settle();
  EXPECT_FALSE(Says("22222222-2222"));
}

TEST_F(LiveCount, IsForTheUserWhoIsChosen) {
  EditFilter({kActive});
  Press("filters/count");
  EXPECT_EQ(live().as_name, "Eva Kováčová");
  Press("filters/user");
  Press("filters/user/list/item/u1");
  ASSERT_EQ(counting().reads.size(), 2u);
  EXPECT_EQ(counting().reads[1].as, "u1");
  EXPECT_EQ(live().as_name, "Jana Novák");
}

TEST_F(LiveCount, SaysThatItIsAnEstimateAboveTheCap) {
  counting().capped = true;
  Press("filters/count");
  EXPECT_TRUE(Says("Estimated"));
  EXPECT_TRUE(Says("≥ "));
  EXPECT_TRUE(Says("at most 200\u2009000 are read"));
}

TEST_F(LiveCount, SaysWhatWentWrongAndTriesAgain) {
  counting().refuse = Error{ErrorCode::kDenied, "account: the server refuses to read it"};
  Press("filters/count");
  EXPECT_TRUE(Says("Account: The server refuses to read it"));
  counting().refuse.reset();
  Press("filters/count-again");
  EXPECT_TRUE(live().result);
}

TEST_F(LiveCount, ReadsTheRecordsAnewWhenToldTo) {
  Press("filters/count");
  Press("filters/read-again");
  EXPECT_EQ(counting().reads.size(), 2u);
  Press("filters/count-off");
  EXPECT_FALSE(live().on);
  EditFilter({kActive});
  Settle();
  EXPECT_EQ(counting().reads.size(), 2u);
}

TEST_F(LiveCount, LeadsFromAStepToItsCondition) {
  EditFilter({kActive, kActive});
  Press("filters/count");
  ASSERT_TRUE(Shown("filters/funnel/filter.and[1]"));
  Press("filters/funnel/filter.and[1]");
  EXPECT_TRUE(Shown("filter/row/entities.account.filter.and[1]"));
}

TEST_F(LiveCount, CutsWhatMaxRecordsCuts) {
  Entity next = account();
  next.max_records = 1000;
  app_->controller().Apply(EditEntities{{next}, "Cap", ""});
  Press("filters/count");
  EXPECT_TRUE(Says("the limit keeps 1\u2009000"));
}

TEST_F(LiveCount, ShowsRecordsThatMatch) {
  EditFilter({kActive});
  Press("filters/count");
  EXPECT_TRUE(Says("Sample matches"));
  EXPECT_TRUE(Says("Contoso Energy s.r.o."));
}

TEST_F(LiveCount, GoesWithItsServer) {
  Press("filters/count");
  app_->controller().Apply(ConnectTo{"crm"});
  EXPECT_TRUE(live().held.empty());
  Settle();
  EXPECT_EQ(counting().reads.size(), 2u);
}

using Views = LiveCount;

TEST_F(Views, StartTheFilterAndCanBeUndone) {
  EditFilter({kRich});
  const Entity before = account();
  Press("filters/views");
  EXPECT_TRUE(Says("Active accounts"));
  Press("filters/views/list/item/v2");
  ASSERT_EQ(account().filter.nodes.size(), 1u);
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[0].item), kActive);
  EXPECT_TRUE(account().links.empty()) << "a join that only shows columns decides nothing";
  EXPECT_TRUE(account().order.empty());
  Key(compat::Key::kZ, true);
  EXPECT_EQ(account(), before);
}

TEST_F(Views, ThatCannotBeUsedLeaveTheFilterAsItIs) {
  EditFilter({kRich});
  const Entity before = account();
  Press("filters/views");
  Press("filters/views/list/item/v3");
  EXPECT_EQ(account(), before);
  ASSERT_FALSE(state().toasts.empty());
  EXPECT_NE(state().toasts.back().text.find("Broken"), std::string::npos);
}

}  // namespace
}  // namespace satchel
