// What the golden table cannot say: messages, faults of the rows themselves, and cost.
#include "engine/filter/evaluator.h"

#include <gtest/gtest.h>

#include "engine/filter/data_set.h"
#include "engine/filter/wildcard.h"

namespace satchel {
namespace {

constexpr std::string_view kData = R"({"schema":{
  "account":{"key":"id","fields":{"id":"uniqueidentifier","name":"string","revenue":"money"}},
  "contact":{"key":"id","fields":{"id":"uniqueidentifier","account":"lookup"}}},
  "rows":{"account":[{"id":"00000000-0000-0000-0000-000000000001","name":"A"}]}})";

Query Asking(Condition condition) {
  Query query{.entity = "account"};
  query.filter.nodes.push_back({std::move(condition)});
  return query;
}

std::string ErrorOf(const Query& query) {
  const auto data = ParseDataSet(kData);
  const auto answer = Evaluate(query, data->schema(), {}, *data);
  return answer ? "" : answer.error().message;
}

TEST(Evaluator, NamesTheConditionAndTheRemedy) {
  EXPECT_EQ(ErrorOf(Asking({.field = "revenue", .op = Operator::kGt, .values = {"lots"}})),
            "condition account.revenue gt 'lots': 'lots' is no money value (write a number of "
            "at most 18 digits, such as 1250.50)");
  EXPECT_EQ(ErrorOf(Asking({.field = "revenu", .op = Operator::kNull})),
            "condition account.revenu null: 'account' has no field 'revenu'; did you mean "
            "'revenue'?");
  EXPECT_EQ(ErrorOf(Asking({.field = "revenue", .op = Operator::kLike, .values = {"1%"}})),
            "condition account.revenue like '1%': the operator like does not go with a money "
            "field");
  EXPECT_EQ(ErrorOf(Asking({.field = "name", .op = Operator::kEq})),
            "condition account.name eq: it takes one value, not 0");
  EXPECT_EQ(ErrorOf(Asking({.field = "name", .op = Operator::kIn})),
            "condition account.name in: it takes one or more values, not 0");
  EXPECT_EQ(ErrorOf(Asking({.field = "name", .op = Operator::kLike, .value_of = "name"})),
            "condition account.name like name: only eq ne gt ge lt le compare two fields");
  EXPECT_EQ(ErrorOf({.entity = "acount"}),
            "the schema has no entity 'acount'; did you mean 'account'?");
}

TEST(Evaluator, RefusesAnAliasUsedTwiceAndAJoinInsideAFilter) {
  const Link link{.entity = "contact", .from = "account", .to = "id", .alias = "c"};
  Query twice{.entity = "account"};
  twice.links = {link, link};
  EXPECT_EQ(ErrorOf(twice), "link to 'contact': the alias 'c' is used twice (give one another)");
  Query inside{.entity = "account"};
  inside.filter.nodes.push_back({link});
  EXPECT_EQ(ErrorOf(inside),
            "link to 'contact': inside a filter a link is any, not any, all or not all, not inner");
}

TEST(Evaluator, DoesNotLetAFilterLookIntoATest) {
  Query query = Asking({.entity = "c", .field = "id", .op = Operator::kNull});
  query.filter.nodes.push_back({Link{
      .entity = "contact", .from = "account", .to = "id", .type = LinkType::kAny, .alias = "c"}});
  EXPECT_NE(ErrorOf(query).find("no joined link here has the alias 'c'"), std::string::npos);
}

TEST(Evaluator, AnEmptyGroupKeepsEverythingUnderOrToo) {
  const auto data = ParseDataSet(kData);
  Query query{.entity = "account"};
  query.filter.conjunction = Conjunction::kOr;
  query.filter.nodes.push_back({Condition{.field = "name", .op = Operator::kEq, .values = {"B"}}});
  query.filter.nodes.push_back({Group{}});
  EXPECT_EQ(Evaluate(query, data->schema(), {}, *data)->size(), 1u);
}

// Rows that lack a column, as a store that holds only some fields hands them over.
class SomeColumns : public RowSource {
 public:
  SomeColumns() : rows_({{"id"}}) {}
  const RowBatch* Rows(std::string_view entity) const override {
    return entity == "account" ? &rows_ : nullptr;
  }

 private:
  RowBatch rows_;
};

TEST(Evaluator, SaysWhichFieldOrEntityTheRowsLack) {
  const auto data = ParseDataSet(kData);
  const auto ask = [&](const Query& query) {
    return Evaluate(query, data->schema(), {}, SomeColumns()).error().message;
  };
  EXPECT_EQ(ask(Asking({.field = "name", .op = Operator::kNull})),
            "condition account.name null: the rows of 'account' do not carry the field 'name'");
  EXPECT_EQ(ask({.entity = "contact"}), "there are no rows of 'contact'");
}

TEST(Wildcard, TakesBracketsAtTheirWord) {
  EXPECT_FALSE(Wildcard("[]").Matches(""));
  EXPECT_FALSE(Wildcard("a[]%").Matches("ab"));
  EXPECT_TRUE(Wildcard("[^]").Matches("x"));
  EXPECT_TRUE(Wildcard("[-a]").Matches("-"));
  EXPECT_TRUE(Wildcard("[a-]").Matches("-"));
  EXPECT_FALSE(Wildcard("[c-a]").Matches("b"));
  EXPECT_TRUE(Wildcard("[Á-É]").Matches("å"));
  EXPECT_TRUE(Wildcard("_").Matches("𐐀"));  // One code point.
  EXPECT_FALSE(Wildcard("").Matches("x"));
  EXPECT_TRUE(Wildcard("%%%").Matches(""));
}

TEST(Wildcard, DoesNotExplodeOnManyRuns) {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "a%";
  EXPECT_FALSE(Wildcard(pattern + "b").Matches(std::string(20'000, 'a')));
}

}  // namespace
}  // namespace satchel
