#include "app/console/panels/filter_checks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/check/check.h"
#include "tests/app/console/fake_workbench.h"

namespace satchel {
namespace {

Node Asks(const std::string& field, Operator op, std::vector<std::string> values = {}) {
  return Node{Condition{.field = field, .op = op, .values = std::move(values)}};
}

// A draft of one account, checked by the real rules.
class FilterChecks : public testing::Test {
 protected:
  FilterChecks() { state_.study.labels = {{"contact", "Contact"}, {"task", "Task"}}; }
  std::vector<std::string> Titles(Entity account) {
    account.name = "account";
    if (account.fields.empty()) account.fields = {"name"};
    policy_.entities.insert(policy_.entities.begin(), account);
    state_.draft.Reset(policy_, "");
    const auto& schema = state_.connection.schema;
    state_.study.findings = CheckPolicy(policy_, schema ? &*schema : nullptr);
    checks_ = ChecksOf(state_, policy_.entities.front());
    std::vector<std::string> titles;
    for (const FilterCheck& check : checks_) titles.push_back(check.title);
    return titles;
  }
  [[nodiscard]] std::string DetailOf(const std::string& title) const {
    for (const FilterCheck& check : checks_) {
      if (check.title == title) return check.detail;
    }
    return "(none)";
  }
  static bool Has(const std::vector<std::string>& titles, const std::string& title) {
    return std::find(titles.begin(), titles.end(), title) != titles.end();
  }
  static Entity With(std::vector<Node> nodes) {
    Entity entity;
    entity.filter.nodes = std::move(nodes);
    return entity;
  }

  AppState state_;
  Policy policy_;
  std::vector<FilterCheck> checks_;
};

TEST_F(FilterChecks, SayNothingOfAFilterThatIsEmpty) {
  EXPECT_TRUE(Titles({}).empty());
}

TEST_F(FilterChecks, SayWithWhatTheFieldsWereChecked) {
  EXPECT_TRUE(
      Has(Titles(With({Asks("ownerid", Operator::kEqUserId)})), "Every condition is complete"));
  policy_.entities.clear();
  state_.connection.schema = DemoSchema();
  EXPECT_TRUE(Has(Titles(With({Asks("ownerid", Operator::kEqUserId)})),
                  "Fields, operators and values fit"));
  EXPECT_EQ(DetailOf("Fields, operators and values fit"), "Checked against the server.");
}

TEST_F(FilterChecks, ClaimNothingThatAFindingDenies) {
  state_.connection.schema = DemoSchema();
  const auto titles =
      Titles(With({Asks("nosuch", Operator::kEq, {"1"}), Asks("name", Operator::kLike, {"%x"}),
                   Asks("name", Operator::kLike, {"%x"})}));
  EXPECT_EQ(titles, std::vector<std::string>{"Within what servers accept"});
}

TEST_F(FilterChecks, IgnoreFindingsOfWhatIsNoFilter) {
  state_.connection.schema = DemoSchema();
  Entity entity = With({Asks("name", Operator::kEq, {"A"})});
  entity.fields = {"nosuch"};
  EXPECT_TRUE(Has(Titles(entity), "Fields, operators and values fit"));
}

TEST_F(FilterChecks, SpeakOfPatternsOnlyWhereThereIsOne) {
  EXPECT_FALSE(
      Has(Titles(With({Asks("name", Operator::kEq, {"A"})})), "No pattern begins with a wildcard"));
  policy_.entities.clear();
  EXPECT_TRUE(Has(Titles(With({Asks("name", Operator::kBeginsWith, {"A"})})),
                  "No pattern begins with a wildcard"));
}

TEST_F(FilterChecks, SayWhetherWhatALinkFollowsIsKept) {
  Link contact{.entity = "contact", .from = "parentid", .to = "accountid", .type = LinkType::kAny};
  const Entity entity = With({Node{contact}});
  EXPECT_TRUE(Has(Titles(entity), "Contact is not in this project"));
  ASSERT_EQ(checks_.size(), 3U);
  EXPECT_FALSE(checks_[1].passed);
  policy_.entities = {{.name = "contact", .mode = DeviceMode::kOnline, .fields = {"name"}}};
  EXPECT_TRUE(Has(Titles(entity), "Contact is online only"));
  policy_.entities = {{.name = "contact", .fields = {"name"}}};
  EXPECT_TRUE(Has(Titles(entity), "The linked entity is kept, too"));
  EXPECT_EQ(LinkedEntities(entity), std::vector<std::string>{"contact"});
  Link task = contact;
  task.entity = "task";
  policy_.entities = {{.name = "contact", .fields = {"name"}},
                      {.name = "task", .fields = {"name"}}};
  EXPECT_TRUE(Has(Titles(With({Node{contact}, Node{task}})), "Linked entities are kept, too"));
  EXPECT_EQ(DetailOf("Linked entities are kept, too"),
            "Contact and Task are offline in this project.");
}

TEST_F(FilterChecks, CountWhatTheFilterTakesOfTheLimits) {
  Link contact{.entity = "contact", .from = "parentid", .to = "accountid", .type = LinkType::kAny};
  (void)Titles(With({Asks("name", Operator::kEq, {"A"}), Node{contact}}));
  EXPECT_EQ(DetailOf("Within what servers accept"),
            "2 of 500 conditions and links, 1 of 15 links.");
}

TEST_F(FilterChecks, NameTheOrderOfACap) {
  Entity entity;
  entity.max_records = 500;
  EXPECT_FALSE(Has(Titles(entity), "An order says which records stay"));
  policy_.entities.clear();
  entity.order = {{.field = "name", .descending = true}};
  EXPECT_TRUE(Has(Titles(entity), "An order says which records stay"));
  EXPECT_EQ(DetailOf("An order says which records stay"), "The first 500 by name, highest first.");
}

TEST_F(FilterChecks, TellOfAPreviewWhileItIsAboutThisDraft) {
  const Entity entity = With({Asks("name", Operator::kEq, {"A"})});
  policy_.budgets.records = 1000;
  (void)Titles(entity);
  state_.preview.result = PreviewResult{.as_name = "Jana", .records = 12};
  state_.preview.result->entities = {{.name = "account"}};
  state_.preview.result_policy = policy_;
  checks_ = ChecksOf(state_, policy_.entities.front());
  EXPECT_EQ(DetailOf("The server applies the whole filter"), "In the last preview, as Jana.");
  EXPECT_EQ(DetailOf("Within the budget of records"),
            "12 of 1\xE2\x80\x89"
            "000 in all, as Jana.");
  state_.preview.result->entities[0].filtered_on_device = true;
  state_.preview.result->records = 1001;
  checks_ = ChecksOf(state_, policy_.entities.front());
  EXPECT_NE(DetailOf("The device finishes the filter"), "(none)");
  EXPECT_EQ(DetailOf("Within the budget of records"), "(none)");
  state_.preview.result_policy.entities[0].fields = {"other"};
  checks_ = ChecksOf(state_, policy_.entities.front());
  EXPECT_EQ(DetailOf("The device finishes the filter"), "(none)");
}

}  // namespace
}  // namespace satchel
