#include "preview/compare/compare.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "preview/compare/compared_records.h"
#include "preview/report/compare_report.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

// Two accounts are open and one is closed; the list has two members.
DataSet Company() {
  auto data = ParseDataSet(R"({"schema":{
   "account":{"key":"accountid","primary_name":"name","fields":{"accountid":"uniqueidentifier","name":"string",
     "statecode":{"type":"state","label":"Status","options":{"0":"Active","1":"Closed"}},
     "city":{"type":"string","label":"Town"}}},
   "task":{"key":"taskid","primary_name":"subject","fields":{"taskid":"uniqueidentifier","subject":"string"}},
   "list":{"key":"listid","primary_name":"listname","fields":{"listid":"uniqueidentifier","listname":"string"}},
   "listmember":{"key":"listmemberid","intersect":true,"fields":{"listmemberid":"uniqueidentifier",
     "listid":{"type":"lookup","targets":["list"]},"accountid":{"type":"lookup","targets":["account"]}}}},
  "rows":{
   "account":[
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000001","name":"Alfa","statecode":0},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"Beta","statecode":0},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000003","name":"Žofia","statecode":1}],
   "task":[{"taskid":"bbbbbbbb-0000-4000-8000-000000000001","subject":"Call"}],
   "list":[{"listid":"cccccccc-0000-4000-8000-000000000001","listname":"Fair"}],
   "listmember":[
    {"listmemberid":"dddddddd-0000-4000-8000-000000000001","listid":"cccccccc-0000-4000-8000-000000000001",
     "accountid":"aaaaaaaa-0000-4000-8000-000000000001"},
    {"listmemberid":"dddddddd-0000-4000-8000-000000000002","listid":"cccccccc-0000-4000-8000-000000000001",
     "accountid":"aaaaaaaa-0000-4000-8000-000000000003"}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

Condition State(const char* value) {
  return {.field = "statecode", .op = Operator::kEq, .values = {value}};
}

class Comparing : public testing::Test {
 protected:
  Comparing() {
    request_.now = ParseInstant("2026-01-01T00:00:00Z");
    request_.before.project.name = "p";
    request_.before.entities = {{.name = "account", .fields = {"name", "statecode"}},
                                {.name = "task", .fields = {"subject"}}};
    request_.before.entities[0].filter.nodes.push_back({State("0")});
    request_.after = request_.before;
  }

  Comparison Compare() {
    auto comparison = RunComparison(request_, server_, {}, {});
    EXPECT_TRUE(comparison) << comparison.error().message;
    return comparison ? *std::move(comparison) : Comparison{};
  }
  // How many pages of an entity the server was asked for.
  std::ptrdiff_t Reads(const std::string& entity) const {
    return std::count(server_.entities_read.begin(), server_.entities_read.end(), entity);
  }
  static std::vector<std::string> Names(ComparedRecords& records, const std::string& entity,
                                        RecordChange change) {
    const auto rows = records.Rows(entity, change, 0, 100);
    EXPECT_TRUE(rows) << rows.error().message;
    std::vector<std::string> names;
    for (const ComparedRecord& row : *rows) names.push_back(row.name);
    return names;
  }

  FakeServer server_{Company()};
  CompareRequest request_;
};

TEST_F(Comparing, CountsWhatCameWhatWentAndWhatStayed) {
  request_.after.entities[0].filter.nodes = {{State("1")}};
  request_.before.entities[0].filter.nodes = {
      {Condition{.field = "name", .op = Operator::kNe, .values = {"Alfa"}}}};
  const Comparison comparison = Compare();
  ASSERT_EQ(comparison.entities.size(), 2U);
  const EntityComparison& account = comparison.entities[0];
  EXPECT_EQ(account.added, 0);
  EXPECT_EQ(account.removed, 1);  // Beta; Žofia is in both.
  EXPECT_EQ(account.kept, 1);
  EXPECT_EQ(account.before->records, 2);
  EXPECT_EQ(account.after->records, 1);
  EXPECT_EQ(comparison.before.records, 3);
  EXPECT_EQ(comparison.after.records, 2);
  EXPECT_EQ(comparison.kept, 2);
  EXPECT_TRUE(comparison.different());
  EXPECT_EQ(comparison.changes.size(), 1U);
  auto records = OpenComparedRecords(comparison);
  ASSERT_TRUE(records);
  EXPECT_EQ(Names(**records, "account", RecordChange::kRemoved), std::vector<std::string>{"Beta"});
  EXPECT_EQ(Names(**records, "account", RecordChange::kKept), std::vector<std::string>{"Žofia"});
  EXPECT_TRUE(Names(**records, "account", RecordChange::kAdded).empty());
}

TEST_F(Comparing, ReadsOnceWhatBothReadAlike) {
  request_.after.entities[0].filter.nodes.clear();
  Entity& task = request_.after.entities[1];  // None of these decides its records.
  task.notes = "Calls";
  task.allow.remove = false;
  task.conflict = ConflictRule::kManual;
  task.always_full = true;
  const Comparison comparison = Compare();
  EXPECT_EQ(Reads("task"), 1);
  EXPECT_EQ(Reads("account"), 2);
  EXPECT_FALSE(comparison.entities[0].read_once);
  EXPECT_TRUE(comparison.entities[1].read_once);
  EXPECT_EQ(comparison.entities[1].kept, 1);
  EXPECT_EQ(comparison.entities[1].before->records, 1);
  EXPECT_EQ(comparison.entities[0].added, 1);
  auto records = OpenComparedRecords(comparison);
  ASSERT_TRUE(records);
  EXPECT_EQ(Names(**records, "task", RecordChange::kKept), std::vector<std::string>{"Call"});
}

TEST_F(Comparing, ReadsEverythingTwiceWhereLabelsOrPagesDiffer) {
  request_.after.sync.include_labels = false;
  (void)Compare();
  EXPECT_EQ(Reads("task"), 2);
}

TEST_F(Comparing, OfEqualPoliciesAsksOnceAndFindsNothing) {
  const Comparison comparison = Compare();
  EXPECT_FALSE(comparison.different());
  EXPECT_FALSE(comparison.before_preview);
  EXPECT_EQ(comparison.kept, 3);
  EXPECT_EQ(comparison.before.bytes_on_device, comparison.after.bytes_on_device);
  EXPECT_GT(comparison.after.bytes_on_device, 0);
}

TEST_F(Comparing, SeesEntitiesComeAndGoAndChangeTheirMode) {
  request_.before.entities.push_back({.name = "list", .fields = {"listname"}});
  request_.after.entities = {request_.after.entities[1]};
  request_.after.entities.push_back(
      {.name = "list", .mode = DeviceMode::kOnline, .fields = {"listname"}});
  const Comparison comparison = Compare();
  ASSERT_EQ(comparison.entities.size(), 3U);
  EXPECT_EQ(comparison.entities[0].name, "task");
  EXPECT_EQ(comparison.entities[1].name, "list");
  EXPECT_EQ(comparison.entities[1].removed, 1);
  EXPECT_EQ(comparison.entities[1].after->mode, DeviceMode::kOnline);
  EXPECT_EQ(comparison.entities[2].name, "account");
  EXPECT_FALSE(comparison.entities[2].after);
  EXPECT_EQ(comparison.entities[2].removed, 2);
  EXPECT_LT(comparison.entities[2].bytes_difference(), 0);
  EXPECT_TRUE(IsStructural(comparison.changes));
  EXPECT_EQ(comparison.removed, 3);
}

TEST_F(Comparing, NamesFieldsThatComeAndGoWithAllAsTheServerHasThem) {
  request_.after.entities[0].fields.clear();
  request_.after.entities[0].all_fields = true;
  request_.before.entities[0].fields = {"name", "statecode"};
  const Comparison comparison = Compare();
  EXPECT_EQ(comparison.entities[0].fields_added, std::vector<std::string>{"city"});
  EXPECT_EQ(comparison.entities[0].LabelOf("city"), "Town");
  EXPECT_TRUE(comparison.entities[0].fields_removed.empty());
  EXPECT_TRUE(comparison.entities[0].different());
}

// A row of an N:N entity stays while both its ends do.
TEST_F(Comparing, ReadsLinksAgainWhereTheirEndsDiffer) {
  for (Policy* policy : {&request_.before, &request_.after}) {
    policy->entities.push_back({.name = "list", .fields = {"listname"}});
    policy->entities.push_back({.name = "listmember", .fields = {"listid", "accountid"}});
  }
  request_.after.entities[0].filter.nodes.clear();  // Žofia comes, and her membership with her.
  const auto schema = server_.ReadSchema({}, {});
  EXPECT_EQ(EntitiesToReadAgain(request_.before, request_.after, *schema),
            (std::vector<std::string>{"account", "list", "listmember"}));
  const Comparison comparison = Compare();
  ASSERT_EQ(comparison.entities.size(), 4U);
  EXPECT_EQ(comparison.entities[3].name, "listmember");
  EXPECT_EQ(comparison.entities[3].added, 1);
  EXPECT_EQ(comparison.entities[3].kept, 1);
  EXPECT_EQ(comparison.entities[2].kept, 1);
  EXPECT_TRUE(comparison.entities[1].read_once);
}

TEST_F(Comparing, ReadsLinksAgainWhereAnEndIsNoLongerKept) {
  for (Policy* policy : {&request_.before, &request_.after}) {
    policy->entities.push_back({.name = "listmember", .fields = {"listid", "accountid"}});
  }
  request_.after.entities.erase(request_.after.entities.begin());
  const Comparison comparison = Compare();
  ASSERT_EQ(comparison.entities[1].name, "listmember");
  EXPECT_EQ(comparison.entities[1].added, 1);  // Nobody drops the link to Žofia any more.
  EXPECT_EQ(comparison.entities[1].kept, 1);
}

TEST_F(Comparing, GoesOnFromAPreviewThatIsThere) {
  request_.after.entities[0].filter.nodes.clear();
  auto preview = RunPreview({.policy = request_.after, .now = request_.now}, server_, {}, {});
  ASSERT_TRUE(preview);
  request_.previewed = *preview;
  request_.now.reset();
  preview->scratch.reset();
  const Comparison comparison = Compare();
  EXPECT_EQ(Reads("account"), 2);
  EXPECT_EQ(Reads("task"), 1);
  EXPECT_EQ(comparison.now, ParseInstant("2026-01-01T00:00:00Z"));
  EXPECT_EQ(comparison.entities[0].added, 1);
  ASSERT_FALSE(comparison.findings.empty());
  EXPECT_EQ(comparison.findings[0].rule, "previewed-earlier");
  EXPECT_NE(comparison.findings[0].message.find("on 2026-01-01 00:00 UTC;"), std::string::npos);
}

TEST_F(Comparing, ReadsBothAsOfOneMomentAndAsOneUser) {
  request_.now.reset();
  request_.as = "eva";
  request_.after.entities[0].filter.nodes.clear();
  server_.why_not_exact = "you may read less than Eva";
  const Comparison comparison = Compare();
  EXPECT_EQ(comparison.as_name, "Eva");
  EXPECT_EQ(comparison.after_preview.now, comparison.before_preview->now);
  EXPECT_EQ(comparison.before_preview->as_id, comparison.as_id);
  EXPECT_FALSE(comparison.exact);
  // Said once, not by each preview.
  EXPECT_EQ(std::count_if(comparison.findings.begin(), comparison.findings.end(),
                          [](const Finding& finding) { return finding.rule == "not-exact"; }),
            1);
}

TEST_F(Comparing, ReportsProgressOfBothUpToTheWhole) {
  request_.after.entities[0].filter.nodes.clear();
  std::vector<double> fractions;
  bool before = false;
  const auto comparison = RunComparison(request_, server_,
                                        [&](const CompareProgress& at) {
                                          fractions.push_back(at.fraction);
                                          before = before || at.of_before;
                                        },
                                        {});
  ASSERT_TRUE(comparison);
  EXPECT_TRUE(before);
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_DOUBLE_EQ(fractions.back(), 1);
}

TEST_F(Comparing, StopsWhenAskedAndLeavesNothingBehind) {
  request_.after.entities[0].filter.nodes.clear();
  std::stop_source stop;
  const auto comparison = RunComparison(
      request_, server_,
      [&](const CompareProgress& at) {
        if (at.of_before) stop.request_stop();
      },
      stop.get_token());
  ASSERT_FALSE(comparison);
  EXPECT_EQ(comparison.error().code, ErrorCode::kCancelled);
}

TEST_F(Comparing, SaysWhichPolicyCannotBeRead) {
  request_.before.entities.push_back({.name = "gone", .fields = {"x"}});
  const auto comparison = RunComparison(request_, server_, {}, {});
  ASSERT_FALSE(comparison);
  EXPECT_NE(comparison.error().message.find("the policy before: "), std::string::npos);
}

TEST_F(Comparing, PagesThroughRecordsAndWritesThemPrivately) {
  request_.before.entities.erase(request_.before.entities.begin());
  request_.after.entities[0].filter.nodes.clear();
  const Comparison comparison = Compare();
  auto records = OpenComparedRecords(comparison);
  ASSERT_TRUE(records);
  EXPECT_EQ(*(*records)->Count("account", RecordChange::kAdded), 3);
  const auto second = (*records)->Rows("account", RecordChange::kAdded, 1, 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, (std::vector<ComparedRecord>{
                         {.id = "aaaaaaaa-0000-4000-8000-000000000002", .name = "Beta"}}));
  EXPECT_TRUE((*records)->Rows("account", RecordChange::kAdded, 3, 5)->empty());
  EXPECT_EQ((*records)->Rows("account", RecordChange::kAdded, 2, INT64_MAX)->size(), 1U);
  EXPECT_FALSE((*records)->Count("nothing", RecordChange::kAdded));

  const TempFolder folder;
  const auto file = folder / "account.added.jsonl";
  ASSERT_TRUE((*records)->WriteJsonLines("account", RecordChange::kAdded, file));
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, R"({"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Alfa"})");
  struct stat info = {};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Comparing, NamesNoRecordsWhoseNameIsNotKept) {
  request_.before.entities.erase(request_.before.entities.begin());
  request_.after.entities[0].fields = {"statecode"};
  const Comparison comparison = Compare();
  auto records = OpenComparedRecords(comparison);
  EXPECT_EQ(Names(**records, "account", RecordChange::kAdded), (std::vector<std::string>{"", ""}));
}

TEST_F(Comparing, ReadsWellForOneUserAndForMany) {
  request_.after.entities[0].filter.nodes = {{State("1")}};
  request_.after.entities[0].fields = {"name", "city"};
  ComparedUser user{.comparison = Compare()};
  auto lists = ListRecords(user.comparison, 1);
  ASSERT_TRUE(lists);
  user.lists = *std::move(lists);
  const std::string one = CompareTable({user});
  EXPECT_NE(one.find("3 changes between the policies, structural"), std::string::npos) << one;
  EXPECT_NE(one.find("  + Account: field 'Town' added  [structural]\n"), std::string::npos) << one;
  EXPECT_NE(one.find("+Town, −Status"), std::string::npos) << one;
  EXPECT_NE(one.find("1 entity without a difference"), std::string::npos) << one;
  EXPECT_NE(one.find("account, 2 removed\n  aaaaaaaa-0000-4000-8000-000000000001  Alfa\n  … and 1 "
                     "more\n"),
            std::string::npos)
      << one;
  EXPECT_NE(one.find("1 entity is read alike by both policies and was read once, for both."),
            std::string::npos)
      << one;
  EXPECT_EQ(one.find(" \n"), std::string::npos);  // No blanks at the end of a line.

  Change& filter = user.comparison.changes.back();
  filter.after.append(60, 'x');
  EXPECT_EQ(filter.sentence,
            "Account: filter changed from “Status is Active” to “Status is Closed”");
  filter.sentence = "Account: filter changed from “Status is Active” to “" + filter.after + "”";
  EXPECT_NE(
      CompareTable({user}).find("  ~ Account: filter changed\n      from  Status is Active\n   "
                                "   to    Status is Closedxxx"),
      std::string::npos);

  user.lists.clear();
  ComparedUser other = user;
  other.comparison.as_name = "Petr";
  other.comparison.entities[0].added = 0;
  const std::string many = CompareTable({user, other});
  EXPECT_NE(many.find("Added and removed"), std::string::npos) << many;
  EXPECT_NE(many.find("+1 −2       −2\n"), std::string::npos) << many;
}

}  // namespace
}  // namespace satchel
