#include "engine/filter/sql.h"

#include <gtest/gtest.h>

#include "engine/filter/data_set.h"
#include "tests/support/sqlite_rows.h"

namespace satchel {
namespace {

constexpr const char* kWorld = R"({"schema":{
  "account":{"key":"accountid","hierarchy":"parentaccountid","fields":{
    "accountid":"uniqueidentifier","name":"string","revenue":{"type":"money","precision":2},
    "rate":{"type":"decimal","precision":4},"employees":"integer","ownerid":"owner","created":"datetime",
    "founded":"dateonly","tags":"multiselectpicklist","statecode":"state",
    "parentaccountid":{"type":"lookup","targets":["account"]}}},
  "contact":{"key":"contactid","fields":{
    "contactid":"uniqueidentifier","fullname":"string","age":"integer",
    "parentcustomerid":{"type":"customer","targets":["account","contact"]}}}},
 "rows":{
  "account":[
   {"accountid":"00000000-0000-0000-0000-00000000000a","name":"Alpha","revenue":"10.50","rate":"10.5","employees":5,"statecode":0,"tags":"1,3","created":"2024-03-31T01:30:00Z","founded":"2024-05-31"},
   {"accountid":"00000000-0000-0000-0000-00000000000b","name":"MÜLLER  ","revenue":"20","rate":"20.0001","employees":null,"statecode":1,"parentaccountid":"00000000-0000-0000-0000-00000000000a"},
   {"accountid":"00000000-0000-0000-0000-00000000000c","name":null,"revenue":null,"employees":7,"statecode":0,"parentaccountid":"00000000-0000-0000-0000-00000000000b","tags":"13"}],
  "contact":[
   {"contactid":"00000000-0000-0000-0000-0000000000c1","fullname":"Zed","age":30,"parentcustomerid":{"id":"00000000-0000-0000-0000-00000000000a","type":"account"}},
   {"contactid":"00000000-0000-0000-0000-0000000000c2","fullname":"Ann","age":20,"parentcustomerid":{"id":"00000000-0000-0000-0000-00000000000a","type":"account"}},
   {"contactid":"00000000-0000-0000-0000-0000000000c3","fullname":"Bob","age":40,"parentcustomerid":{"id":"00000000-0000-0000-0000-00000000000b","type":"account"}}]}})";

// The rows of kWorld in SQLite, asked one condition or one query at a time.
class Sql : public ::testing::Test {
 protected:
  void SetUp() override {
    auto world = ParseDataSet(kWorld);
    ASSERT_TRUE(world) << world.error().message;
    world_ = std::move(*world);
    auto rows = SqliteRows::Make(world_.schema(), {{"account", world_.Rows("account")},
                                                   {"contact", world_.Rows("contact")}});
    ASSERT_TRUE(rows) << rows.error().message;
    rows_.emplace(std::move(*rows));
  }

  // "0 2": the indexes of the rows; or the error.
  std::string Ask(const Query& query, const FilterContext& context = {}) {
    const auto found = rows_->Run(query, world_.schema(), context);
    if (!found) return found.error().message;
    std::string text;
    for (const std::size_t index : *found)
      text += (text.empty() ? "" : " ") + std::to_string(index);
    return text;
  }
  std::string Ask(Condition condition, const FilterContext& context = {}) {
    return Ask(Query{.entity = "account", .filter = {.nodes = {Node{std::move(condition)}}}},
               context);
  }
  static Condition Where(std::string field, Operator op, std::vector<std::string> values = {}) {
    return {.field = std::move(field), .op = op, .values = std::move(values)};
  }

  DataSet world_;
  std::optional<SqliteRows> rows_;
};

Link ContactsOf(LinkType type, std::vector<Condition> conditions, std::string alias = {}) {
  Link link{.entity = "contact",
            .from = "parentcustomerid",
            .to = "accountid",
            .type = type,
            .alias = std::move(alias)};
  for (Condition& condition : conditions) link.filter.nodes.push_back({std::move(condition)});
  return link;
}

TEST_F(Sql, ComparesTextWithoutCaseAndTrailingBlanks) {
  EXPECT_EQ(Ask(Where("name", Operator::kEq, {"müller"})), "1");
  EXPECT_EQ(Ask(Where("name", Operator::kNe, {"müller"})), "0 2");
  EXPECT_EQ(Ask(Where("name", Operator::kIn, {"ALPHA", "x"})), "0");
}

TEST_F(Sql, ComparesDecimalsExactlyAtAnyNumberOfDigits) {
  EXPECT_EQ(Ask(Where("revenue", Operator::kEq, {"10.505"})), "");
  EXPECT_EQ(Ask(Where("revenue", Operator::kNe, {"10.505"})), "0 1 2");
  EXPECT_EQ(Ask(Where("revenue", Operator::kGt, {"10.495"})), "0 1");
  EXPECT_EQ(Ask(Where("revenue", Operator::kLt, {"10.505"})), "0");
  EXPECT_EQ(Ask(Where("revenue", Operator::kLe, {"999999999999999999"})), "0 1");
  EXPECT_EQ(Ask(Where("revenue", Operator::kBetween, {"10.499", "20.0"})), "0 1");
}

TEST_F(Sql, ComparesColumnsOfDifferentScale) {
  EXPECT_EQ(Ask({.field = "revenue", .op = Operator::kEq, .value_of = "rate"}), "0");
  EXPECT_EQ(Ask({.field = "revenue", .op = Operator::kLt, .value_of = "rate"}), "1");
  EXPECT_EQ(Ask({.field = "rate", .op = Operator::kGt, .value_of = "revenue"}), "1");
  EXPECT_EQ(Ask({.field = "revenue", .op = Operator::kNe, .value_of = "rate"}), "1 2");
}

// SQLite 3.40 makes an index for such a query, with a Bloom filter that loses rows whose text is
// equal but not as long.
TEST_F(Sql, ComparesTheTextOfALinkWithoutTrailingBlanks) {
  Link link{.entity = "contact", .from = "age", .to = "revenue", .type = LinkType::kExists};
  link.filter.nodes.push_back({Where("fullname", Operator::kEq, {"ann  "})});
  EXPECT_EQ(Ask(Query{.entity = "account", .links = {link}}), "1");
}

TEST_F(Sql, KeepsParentsByTheirLinkedRows) {
  const auto with = [&](LinkType type, std::vector<Condition> conditions) {
    return Ask(Query{.entity = "account", .links = {ContactsOf(type, std::move(conditions))}});
  };
  const Condition old = Where("age", Operator::kGe, {"30"});
  EXPECT_EQ(with(LinkType::kInner, {old}), "0 1");
  EXPECT_EQ(with(LinkType::kOuter, {old}), "0 1 2");
  EXPECT_EQ(with(LinkType::kAny, {old}), "0 1");
  EXPECT_EQ(with(LinkType::kNotAny, {old}), "2");
  EXPECT_EQ(with(LinkType::kAll, {old}), "");
  EXPECT_EQ(with(LinkType::kAll, {Where("age", Operator::kGt, {"50"})}), "0 1");
  EXPECT_EQ(with(LinkType::kNotAll, {old}), "0 1");
}

// That they find the same rows every comparison of this folder sees to (tests/support/sqlite_rows).
TEST_F(Sql, SortsTheKeysOfALinkedTableWhereAskedButNotItsLookups) {
  const auto sorts = [&](const Link& link, bool asked) {
    const auto sql = CompileSql({.entity = "account", .links = {link}}, world_.schema(), {},
                                {.sorted_keys = asked, .ordered = false});
    EXPECT_TRUE(sql);
    return sql->text.find("GROUP BY") != std::string::npos;
  };
  const Link parent = {.entity = "account", .from = "accountid", .to = "parentaccountid"};
  const Link children = {.entity = "contact", .from = "parentcustomerid", .to = "accountid"};
  EXPECT_TRUE(sorts(parent, true));
  EXPECT_FALSE(sorts(parent, false));
  EXPECT_FALSE(sorts(children, true)) << "few different values";
}

TEST_F(Sql, AsksConditionsOnAnAliasAfterTheJoin) {
  Query query{.entity = "account", .links = {ContactsOf(LinkType::kOuter, {}, "c")}};
  query.filter.nodes.push_back(
      {Condition{.entity = "c", .field = "contactid", .op = Operator::kNull}});
  EXPECT_EQ(Ask(query), "2");
}

TEST_F(Sql, SeesOnlyTheFirstRowOfMatchFirst) {
  Query query{.entity = "account", .links = {ContactsOf(LinkType::kMatchFirst, {}, "c")}};
  query.links[0].order = {{.field = "fullname"}};
  query.filter.nodes.push_back(
      {Condition{.entity = "c", .field = "age", .op = Operator::kEq, .values = {"30"}}});
  EXPECT_EQ(Ask(query), "");  // Ann is first, Zed is thirty.
  query.links[0].order[0].descending = true;
  EXPECT_EQ(Ask(query), "0");
}

TEST_F(Sql, OrdersByALinkAsTheFirstCombinationWould) {
  Query query{.entity = "account", .links = {ContactsOf(LinkType::kOuter, {}, "c")}};
  query.order = {{.entity = "c", .field = "fullname", .descending = true}};
  EXPECT_EQ(Ask(query), "0 1 2");
  query.order[0].descending = false;
  EXPECT_EQ(Ask(query), "2 0 1");
  query.top = 2;
  EXPECT_EQ(Ask(query), "2 0");
}

TEST_F(Sql, FollowsAHierarchy) {
  const std::string top = "00000000-0000-0000-0000-00000000000a";
  const std::string leaf = "00000000-0000-0000-0000-00000000000c";
  EXPECT_EQ(Ask(Where("accountid", Operator::kUnder, {top})), "1 2");
  EXPECT_EQ(Ask(Where("accountid", Operator::kEqOrUnder, {top})), "0 1 2");
  EXPECT_EQ(Ask(Where("accountid", Operator::kNotUnder, {top})), "0");
  EXPECT_EQ(Ask(Where("accountid", Operator::kAbove, {leaf})), "0 1");
}

TEST_F(Sql, FindsChoicesWhole) {
  EXPECT_EQ(Ask(Where("tags", Operator::kContainValues, {"3", "4"})), "0");
  EXPECT_EQ(Ask(Where("tags", Operator::kNotContainValues, {"1"})), "1 2");
}

TEST_F(Sql, NamesTheConditionThatIsWrong) {
  EXPECT_EQ(Ask(Where("revenue", Operator::kGt, {"abc"})),
            "condition 'revenue gt abc' of account: 'abc' is not a decimal number; write one of at "
            "most 18 "
            "digits such as 12.50");
  EXPECT_EQ(Ask(Where("revenu", Operator::kGt, {"1"})),
            "condition 'revenu gt 1' of account: field 'account.revenu' is not in the schema; did "
            "you mean 'account.revenue'?");
  EXPECT_EQ(Ask(Where("ownerid", Operator::kEqUserId)),
            "condition 'ownerid eq-userid' of account: the user is not known here; say as whom the "
            "filter is to be read");
}

TEST_F(Sql, TakesFiveHundredConditionsAndLongLists) {
  Query query{.entity = "account"};
  query.filter.conjunction = Conjunction::kOr;
  for (int i = 0; i < 3000; ++i) {
    query.filter.nodes.push_back({Where("employees", Operator::kEq, {std::to_string(i)})});
  }
  EXPECT_EQ(Ask(query), "0 2");
  Condition list = Where("employees", Operator::kIn);
  for (int i = 6; i < 100000; ++i) list.values.push_back(std::to_string(i));
  EXPECT_EQ(Ask(list), "2");
}

TEST_F(Sql, TakesGroupsNestedThirtyTwoDeep) {
  Group group{.nodes = {{Where("employees", Operator::kEq, {"5"})}}};
  for (int i = 0; i < 32; ++i) {
    Group outer{.conjunction = i % 2 == 0 ? Conjunction::kOr : Conjunction::kAnd};
    outer.nodes.push_back({Where("employees", i % 2 == 0 ? Operator::kEq : Operator::kNe,
                                 {std::to_string(1000 + i)})});
    outer.nodes.push_back({std::move(group)});
    group = std::move(outer);
  }
  EXPECT_EQ(Ask(Query{.entity = "account", .filter = group}), "0");
}

TEST_F(Sql, SaysWhenGroupsAreNestedTooDeep) {
  Group group{.nodes = {{Where("employees", Operator::kEq, {"5"})}}};
  for (int i = 0; i < 60; ++i) {
    Group outer{.conjunction = i % 2 == 0 ? Conjunction::kOr : Conjunction::kAnd};
    outer.nodes = {{Where("employees", Operator::kEq, {"1"})}, {std::move(group)}};
    group = std::move(outer);
  }
  EXPECT_EQ(Ask(Query{.entity = "account", .filter = group}),
            "the filter of account is nested deeper than 48 groups; simplify it");
}

TEST_F(Sql, TakesFifteenLinksInsideEachOther) {
  for (const LinkType type : {LinkType::kInner, LinkType::kNotAny}) {
    Link link{.entity = "account", .from = "accountid", .to = "accountid", .type = type};
    for (int i = 0; i < 14; ++i) {
      Link outer{.entity = "account", .from = "accountid", .to = "accountid", .type = type};
      outer.links = {std::move(link)};
      link = std::move(outer);
    }
    EXPECT_EQ(Ask(Query{.entity = "account", .links = {link}}),
              type == LinkType::kInner ? "0 1 2" : "");
  }
}

}  // namespace
}  // namespace satchel
