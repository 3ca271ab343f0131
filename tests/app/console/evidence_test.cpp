// Comparing with what is published, why a record is there, drift, budgets and expectations, and the
// records table: columns and CSV.
#include <algorithm>
#include <set>

#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

class Evidence : public HeadlessConsole {
 protected:
  Evidence() {
    Open();
    Connect();
    app_->controller().Apply(ChooseUser{"u1"});
    Preview();
  }
  void Compare() {
    app_->controller().Apply(CompareWith{0});
    Settle();
  }
  FakeEvidence& evidence() { return bench_->evidence; }
};

TEST_F(Evidence, ComparesTheDraftWithTheSavedFile) {
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Preview();
  Press("preview/compare");
  Press("preview/compare-list/list/item/0");
  ASSERT_EQ(evidence().compared.size(), 1u);
  EXPECT_EQ(evidence().compared[0].before, state().file->saved);
  EXPECT_EQ(evidence().compared[0].after, state().draft.current());
  EXPECT_TRUE(evidence().compared[0].previewed) << "the preview there is need not be run twice";
  ASSERT_TRUE(state().comparison.result);
  EXPECT_TRUE(Says("records added"));
  EXPECT_TRUE(Says("−402"));
}

TEST_F(Evidence, ComparesAnewWithEveryPreview) {
  Compare();
  Press("preview/run");
  EXPECT_EQ(evidence().compared.size(), 2u);
  app_->controller().Apply(CompareWith{-1});
  Settle();
  EXPECT_FALSE(state().comparison.result);
  Press("preview/run");
  EXPECT_EQ(evidence().compared.size(), 2u);
}

TEST_F(Evidence, SaysThatAComparisonIsOutOfDate) {
  Compare();
  EXPECT_FALSE(Says("Out of date: the draft changed"));
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  EXPECT_TRUE(Says("Out of date: the draft changed"));
}

TEST_F(Evidence, ShowsTheRecordsThatCameAndThoseThatWent) {
  Compare();
  app_->controller().Apply(ShowRecords{"account"});
  Settle();
  ASSERT_TRUE(state().comparison.added);
  EXPECT_EQ(state().comparison.added->size(), 86u);
  EXPECT_TRUE(Says("Kept"));
  Press("records/view/1");
  EXPECT_EQ(state().records.view, RecordsView::kAdded);
  EXPECT_EQ(bench_->records->restricted_to, 86);
  EXPECT_EQ(state().records.count, 86);
  Press("records/view/2");
  EXPECT_EQ(bench_->records->restricted_to, 402);
  EXPECT_TRUE(Says("Removed"));
}

TEST_F(Evidence, SaysWhyAComparisonFailed) {
  evidence().refuse = Error{ErrorCode::kOffline, "the server does not answer (try again later)"};
  Compare();
  EXPECT_TRUE(Says("The server does not answer"));
  evidence().refuse.reset();
  Press("compare/again");
  EXPECT_TRUE(state().comparison.result);
}

TEST_F(Evidence, ExplainsTheSelectedRecord) {
  app_->controller().Apply(SelectRecord{1});
  Settle();
  EXPECT_TRUE(evidence().explained.empty()) << "nobody asked";
  Press("record/side/1");
  ASSERT_EQ(evidence().explained.size(), 1u);
  EXPECT_EQ(evidence().explained[0].record, "id-1");
  EXPECT_EQ(evidence().explained[0].entity, state().records.entity);
  EXPECT_TRUE(Says("Not on the device"));
  EXPECT_TRUE(Says("11 Aug 2026"));
  // What of it does not hold is said part by part below that.
  EXPECT_TRUE(Says("It does not meet the filter:"));
  EXPECT_TRUE(Says("Modified on is in the last 90 days"));
  app_->controller().Apply(SelectRecord{0});
  Settle();
  EXPECT_EQ(evidence().explained.size(), 2u);
  EXPECT_TRUE(Says("On the device"));
  EXPECT_FALSE(Says("It does not meet the filter"));
}

TEST_F(Evidence, ExplainsAgainWhenTheDraftSaysSomethingElse) {
  app_->controller().Apply(SelectRecord{1});
  Settle();
  Press("record/side/1");
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  ASSERT_EQ(evidence().explained.size(), 2u);
  EXPECT_EQ(evidence().explained[1].policy, state().draft.current());
}

TEST_F(Evidence, TellsWhatLeavesWithTheRecordAndWhatStaysWithoutIt) {
  app_->controller().Apply(SelectRecord{1});
  Settle();
  Press("record/side/1");
  ASSERT_EQ(evidence().followed.size(), 1u);
  EXPECT_FALSE(evidence().followed[0].second) << "nothing was compared";
  EXPECT_FALSE(Says("ALSO LEAVES THE DEVICE"));
  EXPECT_TRUE(Says("STAYS ON THE DEVICE WITHOUT IT"));
  Compare();
  EXPECT_TRUE(evidence().followed.back().second);
  EXPECT_TRUE(Says("ALSO LEAVES THE DEVICE"));
  EXPECT_TRUE(Says("Their filter looks at this record."));
  app_->controller().Apply(CompareWith{-1});
  Settle();
  EXPECT_FALSE(Says("ALSO LEAVES THE DEVICE")) << "it is no longer compared";
  app_->controller().Apply(SelectRecord{0});
  Settle();
  EXPECT_FALSE(Says("STAYS ON THE DEVICE WITHOUT IT")) << "it is on the device";
}

TEST_F(Evidence, FollowsNothingInAPreviewOfAnotherDraftOrUser) {
  app_->controller().Apply(ExplainRecord{"", "account/6f1d0c7e-0000-4000-8000-000000000001"});
  Settle();
  const std::size_t before = evidence().followed.size();
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  ASSERT_EQ(evidence().explained.size(), 2u);
  EXPECT_EQ(evidence().followed.size(), before);
  EXPECT_FALSE(Says("STAYS ON THE DEVICE WITHOUT IT"));
  Press("preview/run");
  EXPECT_EQ(evidence().followed.size(), before + 1) << "a preview of this draft knows";
  EXPECT_TRUE(Says("STAYS ON THE DEVICE WITHOUT IT"));
}

TEST_F(Evidence, ExplainsWhateverIsPasted) {
  Press("explain/paste");
  Type("account/6f1d0c7e-0000-4000-8000-000000000001");
  Key(compat::Key::kEnter);
  ASSERT_EQ(evidence().explained.size(), 1u);
  Press("explain/ask");
  ASSERT_EQ(evidence().explained.size(), 2u);
  EXPECT_EQ(evidence().explained[0].record, "account/6f1d0c7e-0000-4000-8000-000000000001");
  EXPECT_TRUE(evidence().explained[0].entity.empty());
  Press("explain/open");
  EXPECT_EQ(state().screen, Screen::kFilters);
  EXPECT_EQ(state().selected_entity, "account");
}

TEST_F(Evidence, ChangesTheDraftAsTheExplanationSaysAndAsksAgain) {
  Entity entity = account();
  entity.filter.nodes = {
      Node{Condition{.field = "ownerid", .op = Operator::kEqUserOrUserTeams}},
      Node{Condition{.field = "modifiedon", .op = Operator::kLastXDays, .values = {"90"}}}};
  app_->controller().Apply(EditEntities{{entity}, "Filter", ""});
  app_->controller().Apply(ExplainRecord{"", "account/6f1d0c7e-0000-4000-8000-000000000001"});
  Settle();
  ASSERT_EQ(evidence().explained.size(), 1u);
  Press("explain/fix");
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[1].item).values[0], "120");
  ASSERT_EQ(evidence().explained.size(), 2u);
  EXPECT_EQ(evidence().explained[1].policy, state().draft.current());
  app_->controller().Apply(Undo{});
  Settle();
  EXPECT_EQ(std::get<Condition>(account().filter.nodes[1].item).values[0], "90");
}

TEST_F(Evidence, MeasuresDriftOfADevice) {
  app_->controller().Apply(SetSince{"/tmp/device.db"});
  Press("preview/run");
  EXPECT_EQ(state().preview.result->mode, "incremental");
  Press("preview/side/1");
  Press("drift/measure");
  ASSERT_EQ(evidence().drifted.size(), 1u);
  EXPECT_EQ(evidence().drifted[0].since, "/tmp/device.db");
  EXPECT_TRUE(Says("Missed"));
  EXPECT_TRUE(Says("and 2 more"));
  EXPECT_TRUE(Says("“Look for moved records: Every 24 h”")) << "as the setting is called here";
  EXPECT_FALSE(Says("econcile"));
  Press("drift/record/account/6f1d0c7e-0000-4000-8000-000000000001");
  ASSERT_EQ(evidence().explained.size(), 1u);
  EXPECT_EQ(evidence().explained[0].record, "account/6f1d0c7e-0000-4000-8000-000000000001");
}

TEST_F(Evidence, SaysAReasonOnceAndNamesEveryEntityItHoldsFor) {
  app_->controller().Apply(SetSince{"/tmp/device.db"});
  Press("preview/run");
  const auto times = [&](const std::string& words) {
    app_->record().keep_texts = true;
    Frame();
    const auto& texts = app_->record().texts;
    return std::count_if(texts.begin(), texts.end(), [&](const FrameRecord::Text& drawn) {
      return drawn.text.starts_with(words);
    });
  };
  EXPECT_EQ(times("Asked for everything"), 1);
  EXPECT_TRUE(Says("Account, Contact, Opportunity …"));
  EXPECT_FALSE(Says("Price list item, Note"));
  Press("preview/finding/asked-for/asked for everything that changed, as there is no filter");
  EXPECT_TRUE(Says("Note")) << "all of them can be reached";
  EXPECT_TRUE(Says("fewer names"));
  EXPECT_EQ(times("Asked for everything"), 1);
}

TEST_F(Evidence, ShowsWhatAnIncrementalSyncChanges) {
  app_->controller().Apply(SetSince{"/tmp/device.db"});
  Press("preview/run");
  EXPECT_TRUE(Says("+3"));
  EXPECT_TRUE(Says("~2"));
  EXPECT_TRUE(Says("−1"));
  EXPECT_TRUE(Says("as it is"));
  EXPECT_TRUE(Says("3 added, 2 updated, 1 removed"));
  app_->controller().Apply(SetSince{""});
  Press("preview/run");
  EXPECT_FALSE(Says("as it is")) << "a first sync brings everything";
}

TEST_F(Evidence, OpensTheInspectorOfASmallWindowForADriftedRecord) {
  Resize(1024, 700);
  app_->controller().Apply(SetSince{"/tmp/device.db"});
  Press("preview/run");
  Press("preview/side/1");
  Press("drift/measure");
  EXPECT_FALSE(Says("EVALUATION"));
  Press("drift/record/account/6f1d0c7e-0000-4000-8000-000000000001");
  EXPECT_TRUE(Says("EVALUATION"));
}

TEST_F(Evidence, KeepsAPreviewThatAnEditOfTheTriggersDoesNotTouch) {
  std::filesystem::create_directories(folder_ / "published");
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  Compare();
  Policy policy = state().draft.current();
  policy.triggers.every = Seconds(7200);
  app_->controller().Apply(EditPolicy{policy, "Sync every 2h", ""});
  Settle();
  EXPECT_FALSE(Says("Out of date"));
  app_->controller().Apply(ShowScreen{Screen::kPublish});
  Settle();
  EXPECT_TRUE(Says("Previewed as"));
  app_->controller().Apply(SetMode{"contact", EntityMode::kOnline});
  Settle();
  EXPECT_TRUE(Says("Not previewed as it is now"));
}

// Reasons, versions and records of one project mean nothing for another.
TEST_F(Evidence, ForgetsWhatWasFoundOutWhenAnotherProjectIsOpened) {
  std::filesystem::create_directories(folder_ / "published");
  Write("small.yaml", "small\n");
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  Compare();
  app_->controller().Apply(Acknowledge{"order-missing", "any will do"});
  app_->controller().Apply(SetPublishNote{"For the pilot"});
  Open("small.yaml");
  EXPECT_FALSE(state().preview.result);
  EXPECT_FALSE(state().comparison.result);
  EXPECT_TRUE(state().previewed.empty());
  EXPECT_TRUE(state().publish.acknowledged.empty());
  EXPECT_EQ(state().publish.note, "");
  EXPECT_EQ(state().publish.folder, folder_ / "published");
  EXPECT_EQ(state().compare_with, -1);
  Preview();
  EXPECT_TRUE(state().preview.result);
}

TEST_F(Evidence, HoldsPreviewsAgainstBudgetsAndExpectations) {
  std::filesystem::create_directories(folder_ / "published");
  Policy policy = state().draft.current();
  policy.budgets.records = 10'000;
  policy.expect = {{.as = "u1", .entity = "contact", .at_most = 2000},
                   {.as = "Petr Dvořák", .entity = "account", .at_most = 6000}};
  app_->controller().Apply(EditPolicy{policy, "Expect", ""});
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  Preview();
  EXPECT_TRUE(Says("records of Contact, the expectation")) << "among the findings of the preview";
  EXPECT_FALSE(Says("Nothing to report"));
  app_->controller().Apply(ShowScreen{Screen::kProject});
  Settle();
  EXPECT_TRUE(Says("records of Contact")) << "among the checks of the project";
  EXPECT_FALSE(Says("Nothing wrong here"));
  app_->controller().Apply(ShowScreen{Screen::kPublish});
  Settle();
  const auto outcome = [&](std::size_t index) {
    return state().publish.verdicts.at(index).outcome;
  };
  ASSERT_GE(state().publish.verdicts.size(), 3u);
  const std::size_t last = state().publish.verdicts.size() - 1;
  EXPECT_EQ(outcome(last - 1), Verdict::Outcome::kFailed);   // 5 120 contacts.
  EXPECT_EQ(outcome(last), Verdict::Outcome::kNotMeasured);  // Nobody previewed as Petr.
  Press("publish/check");
  EXPECT_EQ(outcome(last), Verdict::Outcome::kPassed);
  EXPECT_TRUE(Says("there is no such user"));
}

TEST_F(Evidence, KeepsTwoPeopleOfOneNameApart) {
  std::filesystem::create_directories(folder_ / "published");
  Policy policy = state().draft.current();
  policy.expect = {{.as = "Petr Dvořák", .entity = "account", .at_most = 6000}};
  app_->controller().Apply(EditPolicy{policy, "Expect", ""});
  app_->controller().Apply(SetPublishFolder{folder_ / "published"});
  app_->controller().Apply(ShowScreen{Screen::kPublish});
  Settle();
  for (int i = 0; i < 2; ++i) {  // The second check replaces both.
    Press("publish/check");
    EXPECT_EQ(std::count_if(state().previewed.begin(), state().previewed.end(),
                            [](const auto& as) { return as.name == "Petr Dvořák"; }),
              2);
  }
  // A preview as one of them replaces only that one.
  app_->controller().Apply(ChooseUser{"u9"});
  Preview();
  std::set<std::string> ids;
  for (const PreviewedAs& as : state().previewed) {
    if (as.name == "Petr Dvořák" && as.measured) ids.insert(as.measured->user.id);
  }
  EXPECT_EQ(ids, (std::set<std::string>{"u2", "u9"}));
}

TEST_F(Evidence, HidesColumnsAndShowsThemAgain) {
  const std::size_t all = state().records.shown.size();
  Press("records/columns");
  Press("columns/item/city");
  EXPECT_EQ(state().records.shown.size(), all - 1);
  Press("columns/all");
  EXPECT_EQ(state().records.shown.size(), all);
}

TEST_F(Evidence, WritesWhatIsShownAsCsv) {
  app_->controller().Apply(ChooseColumns{{"city"}});
  app_->controller().Apply(SortRecords{"name", true});
  Settle();
  Press("records/export");
  Press("export/write");
  EXPECT_EQ(bench_->records->written.size(), state().records.shown.size());
  EXPECT_TRUE(bench_->records->written_order.descending);
  EXPECT_TRUE(Says("records written"));
  app_->controller().Apply(ExportRecords{"taken.csv"});
  Settle();
  EXPECT_TRUE(Says("exists already"));
}

}  // namespace
}  // namespace satchel
