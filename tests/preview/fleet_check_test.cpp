#include "preview/fleet/check.h"

#include <gtest/gtest.h>

#include "preview/report/check_report.h"
#include "tests/support/fake_server.h"

namespace satchel {
namespace {

using Outcome = Verdict::Outcome;

DataSet Accounts() {
  auto data = ParseDataSet(R"({"schema":{"account":{"key":"accountid","fields":{
    "accountid":"uniqueidentifier","name":"string","ownerid":"owner"}}},
   "rows":{"account":[
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000001","name":"Alfa","ownerid":"00000000-0000-4000-8000-00000000000a"},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"Beta","ownerid":"00000000-0000-4000-8000-00000000000a"},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000003","name":"Gama","ownerid":"00000000-0000-4000-8000-00000000000b"}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

constexpr const char* kJana = "00000000-0000-4000-8000-00000000000a";
constexpr const char* kPetr = "00000000-0000-4000-8000-00000000000b";

// Knows three people, of whom one has gone.
class Office : public FakeServer {
 public:
  Office() : FakeServer(Accounts()) {}
  Result<Identity> WhoAmI(std::stop_token) override {
    return Identity{.user_id = kPetr, .user_name = "Petr", .organization_id = "o1"};
  }
  Result<std::vector<UserInfo>> Users(std::stop_token) override {
    return std::vector<UserInfo>{
        {.id = kJana, .name = "Jana", .email = "jana@x", .roles = {"Technician"}},
        {.id = kPetr, .name = "Petr", .email = "petr@x", .roles = {"Technician"}},
        {.id = "00000000-0000-4000-8000-00000000000c",
         .name = "Gone",
         .roles = {"Technician"},
         .enabled = false}};
  }
  Result<UserInfo> FindUser(const std::string& who, std::stop_token stop) override {
    asked.push_back(who);
    const auto users = Users(stop);
    for (const UserInfo& user : *users) {
      if (IsUser(user, who)) {
        if (user.id == denied && ++times > 1) return Fail(ErrorCode::kDenied, "may not be read as");
        return UserInfo{.id = user.id, .name = user.name};
      }
    }
    return Fail(ErrorCode::kNotFound, "no user '" + who + "'");
  }
  Result<Schema> ReadSchema(const std::vector<std::string>& names, std::stop_token stop) override {
    ++schemas_read;
    return FakeServer::ReadSchema(names, stop);
  }
  Result<FilterContext> ContextOf(const std::string& user, std::stop_token) override {
    contexts.push_back(user);
    return FilterContext{.user = {.id = user}};
  }

  std::vector<std::string> asked = {};
  std::vector<std::string> contexts = {};  // Whom previews were run as.
  std::string denied = {};                 // Found, but not to be read as.
  int times = 0;
  int schemas_read = 0;
};

class Checking : public testing::Test {
 protected:
  Checking() {
    request_.policy.project.name = "p";
    request_.policy.entities = {{.name = "account", .fields = {"name"}}};
    request_.policy.entities[0].filter.nodes.push_back(
        {Condition{.field = "ownerid", .op = Operator::kEqUserId}});
    request_.now = ParseInstant("2026-01-01T00:00:00Z");
  }
  CheckResult Check() {
    auto result = RunCheck(request_, server_, {}, {});
    EXPECT_TRUE(result) << result.error().message;
    return result ? *std::move(result) : CheckResult{};
  }

  Office server_;
  CheckRequest request_;
};

TEST_F(Checking, AsksForTheSchemaOnceHoweverManyArePreviewed) {
  request_.role = "Technician";
  EXPECT_EQ(Check().users.size(), 2U);
  EXPECT_EQ(server_.schemas_read, 1);
}

TEST_F(Checking, PreviewsEverybodyTheExpectationsNameOnce) {
  request_.policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 2},
                            {.as = "jana@x", .entity = "account", .exactly = 2}};
  request_.policy.budgets.records = 1;
  const CheckResult result = Check();
  EXPECT_EQ(server_.contexts, (std::vector<std::string>{kJana, kPetr}));
  ASSERT_EQ(result.users.size(), 2U);
  EXPECT_EQ(result.users[0].user.email, "jana@x");
  EXPECT_EQ(result.users[0].held.at("account"), 2);
  EXPECT_EQ(result.users[1].held.at("account"), 1);
  ASSERT_EQ(result.verdicts.size(), 3U);
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::kFailed);
  EXPECT_EQ(result.verdicts[1].outcome, Outcome::kPassed);
  EXPECT_EQ(result.verdicts[2].outcome, Outcome::kPassed);
  EXPECT_FALSE(result.ok());
}

TEST_F(Checking, LooksRecordsUpOnTheDevice) {
  request_.policy.expect = {
      {.as = "jana@x", .includes = "account/AAAAAAAA-0000-4000-8000-000000000001"},
      {.as = "jana@x", .excludes = "account/aaaaaaaa-0000-4000-8000-000000000002"},
      {.as = "jana@x", .includes = "account/aaaaaaaa-0000-4000-8000-000000000003"},
      {.as = "jana@x", .excludes = "account/nonsense"}};
  const CheckResult result = Check();
  ASSERT_EQ(result.verdicts.size(), 4U);
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::kPassed);
  EXPECT_EQ(result.verdicts[1].outcome, Outcome::kFailed);
  EXPECT_EQ(result.verdicts[2].outcome, Outcome::kFailed);  // Petr's.
  EXPECT_EQ(result.verdicts[3].outcome, Outcome::kPassed);
}

TEST_F(Checking, PreviewsOnlyWhomItIsTold) {
  request_.policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 2}};
  request_.as = {"petr@x"};
  const CheckResult result = Check();
  EXPECT_EQ(server_.contexts, std::vector<std::string>{kPetr});
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::kNotMeasured);
  EXPECT_TRUE(result.ok());
}

TEST_F(Checking, PreviewsEveryEnabledUserWithARole) {
  request_.role = "technician";
  EXPECT_EQ(Check().users.size(), 2U);
  request_.role = "Pilot";
  const auto nobody = RunCheck(request_, server_, {}, {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::kNotFound);
}

TEST_F(Checking, TakesTheSignedInUserWhereNobodyIsNamed) {
  request_.policy.budgets.records = 10;
  const CheckResult result = Check();
  EXPECT_EQ(server_.contexts, std::vector<std::string>{kPetr});
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::kPassed);
  EXPECT_EQ(result.verdicts[0].user_name, "Petr");
}

TEST_F(Checking, GoesOnWhenOneUserCannotBeReadAs) {
  request_.policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 2}};
  request_.policy.budgets.records = 10;
  server_.denied = kJana;
  server_.times = 1;
  const CheckResult result = Check();
  ASSERT_EQ(result.unchecked.size(), 1U);
  EXPECT_EQ(result.unchecked[0].who, "Jana");
  EXPECT_EQ(result.users.size(), 1U);
  EXPECT_EQ(result.verdicts[1].outcome, Outcome::kNotMeasured);
  EXPECT_FALSE(result.ok());  // It cannot vouch for her.
}

TEST_F(Checking, FailsAnExpectationAboutSomebodyWhoIsNotThere) {
  request_.policy.expect = {{.as = "pavel@x", .entity = "account", .at_most = 2}};
  const CheckResult result = Check();
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::kFailed);
  EXPECT_EQ(result.users.size(), 1U);  // Of whom the budgets are asked.
  request_.as = {"pavel@x"};
  EXPECT_FALSE(RunCheck(request_, server_, {}, {}));
}

TEST_F(Checking, OfAServerThatReadsAsNobodyElseTakesTheSignedInUser) {
  server_.able.impersonation = false;
  server_.able.users = false;
  request_.policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 2},
                            {.as = "Petr", .entity = "account", .at_most = 2}};
  const CheckResult result = Check();
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::kNotMeasured);
  EXPECT_EQ(result.verdicts[1].outcome, Outcome::kPassed);
  EXPECT_EQ(server_.contexts, std::vector<std::string>{kPetr});
}

TEST_F(Checking, ReportsEveryUserAndStopsWhenAsked) {
  request_.role = "Technician";
  std::vector<std::string> done;
  std::stop_source stop;
  const auto result = RunCheck(
      request_, server_,
      [&](const CheckProgress& at) {
        EXPECT_EQ(at.count, 2U);
        if (!at.user_done) return;
        done.push_back(at.user);
        stop.request_stop();
      },
      stop.get_token());
  EXPECT_EQ(done, std::vector<std::string>{"Jana"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
}

TEST_F(Checking, EstimatesTheFirstSyncOnlyForANetwork) {
  EXPECT_FALSE(Check().users[0].first_sync);
  request_.policy.budgets.network = NetworkAssumption{.bits_per_second = 1000};
  const CheckResult result = Check();
  ASSERT_TRUE(result.users[0].first_sync);
  EXPECT_DOUBLE_EQ(result.users[0].first_sync->transfer_seconds, 0.8);  // 100 bytes.
}

TEST_F(Checking, ReadsWell) {
  request_.policy.expect = {{.as = "role/Technician", .entity = "account", .at_most = 1},
                            {.as = "jana@x", .entity = "account", .exactly = 2}};
  request_.policy.budgets.records = 10;
  const std::string text = CheckTable(Check());
  EXPECT_NE(text.find("✗ failed  role/Technician: account"), std::string::npos) << text;
  EXPECT_NE(text.find("✓ passed  Records"), std::string::npos) << text;
  EXPECT_NE(text.find("2 passed, 1 failed\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("First sync"), std::string::npos) << text;
}

}  // namespace
}  // namespace satchel
