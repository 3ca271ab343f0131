#include <gtest/gtest.h>
#include <sys/stat.h>

#include "preview/working_set/filter_counter.h"
#include "tests/support/fake_server.h"

namespace satchel {
namespace {

DataSet Company() {
  auto data = ParseDataSet(R"({"schema":{
    "account":{"key":"accountid","primary_name":"name","fields":{
      "accountid":"uniqueidentifier","name":"string","description":"memo",
      "revenue":{"type":"money","precision":2},
      "statecode":{"type":"state","options":{"0":"Active","1":"Closed"}}}},
    "contact":{"key":"contactid","primary_name":"fullname","fields":{
      "contactid":"uniqueidentifier","fullname":"string",
      "parentid":{"type":"lookup","targets":["account"]}}}},
   "rows":{"account":[
    {"accountid":"bbbbbbbb-0000-4000-8000-000000000001","name":"Žofia","revenue":"20","statecode":0},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"adam","revenue":"1.5","statecode":1},
    {"accountid":"cccccccc-0000-4000-8000-000000000003","name":"Bert","statecode":0}],
   "contact":[
    {"contactid":"dddddddd-0000-4000-8000-000000000001","fullname":"Eva",
     "parentid":"bbbbbbbb-0000-4000-8000-000000000001"}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

Condition Active() {
  return {.field = "statecode", .op = Operator::kEq, .values = {"0"}};
}
Condition Rich() {
  return {.field = "revenue", .op = Operator::kGt, .values = {"10"}};
}
Link WithContact() {
  return {.entity = "contact", .from = "parentid", .to = "accountid", .type = LinkType::kAny};
}
Query Accounts(std::vector<Node> nodes, Conjunction conjunction = Conjunction::kAnd) {
  Query query{.entity = "account"};
  query.filter = {.conjunction = conjunction, .nodes = std::move(nodes)};
  return query;
}

// A server, and a counter that has read what it was asked to count.
struct Counting {
  FakeServer server{Company()};
  Schema schema = *server.ReadSchema({}, {});
  std::unique_ptr<FilterCounter> counter = *FilterCounter::Make();

  Result<FilterCount> Count(const Query& query, std::int64_t cap = kWorkingSetCap) {
    const auto needs = MissingFrom(counter->held(), WorkingNeeds(query, schema));
    if (!needs.empty()) {
      const auto read = ReadWorkingSet({.needs = needs, .cap = cap}, server, {}, {});
      if (!read) return Fail(read.error());
      if (auto taken = counter->Take(*read); !taken) return Fail(taken.error());
    }
    return counter->Count(query, schema, {});
  }
};

TEST(WorkingSet, HoldsRowsOutsideTheFilterAndOnlyTheFieldsThatFiltersUse) {
  Counting counting;
  const auto needs = WorkingNeeds(Accounts({{Rich()}}), counting.schema);
  const auto read = ReadWorkingSet({.needs = needs}, counting.server, {}, {});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->entities.size(), 1u);
  EXPECT_EQ(read->entities[0].records, 3);
  EXPECT_FALSE(read->entities[0].capped);
  EXPECT_EQ(read->entities[0].fields,
            (std::vector<std::string>{"accountid", "name", "revenue", "statecode"}));
  EXPECT_EQ(read->as_name, "Jana");
}

TEST(WorkingSet, IsAFileThatNobodyElseMayReadAndThatGoesWithIt) {
  Counting counting;
  auto read = ReadWorkingSet({.needs = {{"account", {"accountid"}}}}, counting.server, {}, {});
  ASSERT_TRUE(read);
  struct stat about = {};
  ASSERT_EQ(::stat(read->database.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  const std::filesystem::path file = read->database;
  read->scratch.reset();
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(WorkingSet, TellsWhatAnEditMakesItReadAgain) {
  Counting counting;
  ASSERT_TRUE(counting.Count(Accounts({{Active()}})));
  EXPECT_TRUE(
      MissingFrom(counting.counter->held(), WorkingNeeds(Accounts({}), counting.schema)).empty());
  const auto missing =
      MissingFrom(counting.counter->held(), WorkingNeeds(Accounts({{Rich()}}), counting.schema));
  ASSERT_EQ(missing.size(), 1u);
  // What is held already is read with it: nothing that was counted before is lost.
  EXPECT_EQ(missing[0].fields,
            (std::vector<std::string>{"accountid", "name", "revenue", "statecode"}));
  EXPECT_EQ(counting.counter->Count(Accounts({{Rich()}}), counting.schema, {}).error().code,
            ErrorCode::kNotFound);
}

TEST(WorkingSet, IsReadAsTheUserWhoIsChosen) {
  Counting counting;
  counting.server.why_not_exact = "You read less than Eva does.";
  const auto read =
      ReadWorkingSet({.needs = {{"account", {"accountid"}}}, .as = "eva"}, counting.server, {}, {});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->as_name, "Eva");
  EXPECT_EQ(read->context.user.id, "u2");
  EXPECT_EQ(read->why_not_exact, "You read less than Eva does.");
  EXPECT_FALSE(ReadWorkingSet({.as = "nobody"}, counting.server, {}, {}));
}

TEST(FilterCounter, CountsAConditionAloneAndAfterThoseBeforeIt) {
  Counting counting;
  const auto count = counting.Count(Accounts({{Active()}, {Rich()}}));
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_EQ(count->all, 3);
  EXPECT_EQ(count->matched, 1);
  EXPECT_FALSE(count->estimated);
  ASSERT_EQ(count->funnel.size(), 2u);
  EXPECT_EQ(count->funnel[0].path, "filter.and[0]");
  EXPECT_EQ(count->funnel[0].so_far, 2);
  EXPECT_EQ(count->funnel[1].alone, 1);
  EXPECT_EQ(count->funnel[1].so_far, 1);
  ASSERT_EQ(count->sample.size(), 1u);
  EXPECT_EQ(count->columns[0].field, "name");
  EXPECT_EQ(count->sample[0].cells, (std::vector<std::string>{"Žofia", "Active", "20"}));
}

TEST(FilterCounter, AddsUpTheAlternativesOfAnOr) {
  Counting counting;
  Condition closed = Active();
  closed.values = {"1"};
  const auto count = counting.Count(Accounts({{closed}, {Rich()}}, Conjunction::kOr));
  ASSERT_TRUE(count);
  EXPECT_EQ(count->matched, 2);
  EXPECT_EQ(count->funnel[0].so_far, 1);
  EXPECT_EQ(count->funnel[1].so_far, 2);
  EXPECT_EQ(count->alone.at("filter.or[1]"), 1);
}

TEST(FilterCounter, CountsInsideNestedGroups) {
  Counting counting;
  Group either{.conjunction = Conjunction::kOr};
  either.nodes = {{Rich()}, {WithContact()}};
  const auto count = counting.Count(Accounts({{Active()}, {either}}));
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_EQ(count->alone.at("filter.and[1]"), 1);
  EXPECT_EQ(count->alone.at("filter.and[1].or[1]"), 1);
  EXPECT_EQ(count->funnel.size(), 2u);
  EXPECT_EQ(counting.counter->held().size(), 2u);
}

TEST(FilterCounter, LeavesOutWhatIsNotFinished) {
  Counting counting;
  Condition unfinished = Rich();
  unfinished.values.clear();
  const auto count = counting.Count(Accounts({{Active()}, {unfinished}}));
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_EQ(count->matched, 2);
  EXPECT_EQ(count->left_out, 1);
  EXPECT_EQ(count->funnel.size(), 1u);
}

TEST(FilterCounter, HoldsConditionsOnALinkedRowForOneAndTheSameRow) {
  Counting counting;
  Query query = Accounts({{Condition{.entity = "c", .field = "fullname", .values = {"Eva"}}},
                          {Condition{.entity = "c", .field = "fullname", .values = {"Adam"}}}});
  Link joined = WithContact();
  joined.type = LinkType::kOuter;
  joined.alias = "c";
  query.links = {joined};
  const auto count = counting.Count(query);
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_EQ(count->matched, 0);
  EXPECT_EQ(count->alone.at("filter.and[0]"), 1);
  EXPECT_EQ(count->funnel.back().so_far, 0);
}

TEST(FilterCounter, SaysThatCountsAboveTheCapAreEstimates) {
  Counting counting;
  const auto count = counting.Count(Accounts({{Active()}}), 2);
  ASSERT_TRUE(count);
  EXPECT_TRUE(count->estimated);
  EXPECT_EQ(count->all, 2);
  // In the order of the keys: adam, who is closed, and Žofia.
  EXPECT_EQ(count->matched, 1);
}

TEST(FilterCounter, StopsWhenItIsTold) {
  Counting counting;
  ASSERT_TRUE(counting.Count(Accounts({})));
  std::stop_source stop;
  stop.request_stop();
  const auto count =
      counting.counter->Count(Accounts({{Active()}}), counting.schema, stop.get_token());
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace satchel
