#include "preview/fleet/verdict.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

using Outcome = Verdict::Outcome;

UserInfo Person(const std::string& id, const std::string& name, std::vector<std::string> roles) {
  return {.id = id,
          .name = name,
          .domain_name = "CONTOSO\\" + id,
          .email = id + "@contoso.example",
          .roles = std::move(roles)};
}

class Judging : public testing::Test {
 protected:
  Judging() {
    people_ = {Person("jana", "Jana Novák", {"Technician"}),
               Person("petr", "Petr Svoboda", {"Technician", "Manager"}),
               Person("eva", "Eva Dvořák", {"Manager"})};
    Measure(0, 100, 5);
    Measure(1, 300, 20);
    policy_.entities.push_back({.name = "account", .fields = {"name"}});
  }

  void Measure(std::size_t person, std::int64_t records, std::int64_t accounts) {
    measured_.push_back({.user = people_[person],
                         .records = records,
                         .bytes_on_device = records * 1024,
                         .held = {{"account", accounts}}});
  }
  void Expect(Expectation expectation) { policy_.expect.push_back(std::move(expectation)); }
  std::vector<Verdict> All() { return Judge(policy_, measured_, &people_); }
  Verdict One() {
    const auto verdicts = All();
    EXPECT_EQ(verdicts.size(), 1U);
    return verdicts.empty() ? Verdict{} : verdicts[0];
  }

  Policy policy_;
  std::vector<UserInfo> people_;
  std::vector<MeasuredUser> measured_;
};

TEST_F(Judging, OfAPolicyThatAsksNothingIsEmpty) {
  EXPECT_TRUE(All().empty());
}

TEST_F(Judging, HoldsABudgetAgainstTheUserWithMost) {
  policy_.budgets.records = 300;
  Verdict verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kPassed);
  EXPECT_EQ(verdict.path, "budgets.records");
  EXPECT_EQ(verdict.value, 300);
  EXPECT_EQ(verdict.user_name, "Petr Svoboda");
  EXPECT_EQ(verdict.users, 2);
  EXPECT_TRUE(verdict.message.empty());
  policy_.budgets.records = 299;
  verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kFailed);
  EXPECT_EQ(verdict.message,
            "Petr Svoboda would hold 300 records, the budget is 299; narrow a filter or raise the "
            "budget");
}

TEST_F(Judging, HoldsBytesAndTheFirstSyncAgainstTheirBudgets) {
  policy_.budgets.bytes = 100 * 1024;
  policy_.budgets.first_sync = Seconds(10);
  measured_[0].first_sync = FirstSync{.server_seconds = 1, .transfer_seconds = 2};
  measured_[1].first_sync =
      FirstSync{.server_seconds = 4, .transfer_seconds = 5, .latency_seconds = 2};
  const auto verdicts = All();
  ASSERT_EQ(verdicts.size(), 2U);
  EXPECT_EQ(verdicts[0].rule, "budget-bytes");
  EXPECT_EQ(verdicts[0].outcome, Outcome::kFailed);
  EXPECT_EQ(verdicts[0].expected, "at most 100 KB");
  EXPECT_EQ(verdicts[1].rule, "budget-first-sync");
  EXPECT_EQ(verdicts[1].path, "budgets.first_sync");
  EXPECT_EQ(verdicts[1].outcome, Outcome::kFailed);
  EXPECT_EQ(verdicts[1].value, 11);
  EXPECT_NE(verdicts[1].message.find("an estimated 11.0 s, the budget is 10 s"), std::string::npos)
      << verdicts[1].message;
}

TEST_F(Judging, InventsNoTimeWhereAttachmentsAreUnknown) {
  policy_.budgets.first_sync = Seconds(10);
  measured_[0].first_sync = FirstSync{.server_seconds = 1};
  const Verdict verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kNotMeasured);
  EXPECT_NE(verdict.message.find("attachments is not known for Petr Svoboda"), std::string::npos);
  measured_[0].first_sync = FirstSync{.server_seconds = 11};  // Too long without Petr's already.
  EXPECT_EQ(One().outcome, Outcome::kFailed);
}

TEST_F(Judging, PassesNoBudgetWhenNobodyWasMeasured) {
  policy_.budgets.records = 300;
  measured_.clear();
  EXPECT_EQ(One().outcome, Outcome::kNotMeasured);
}

// A preview that is not exact found a lower bound.
TEST_F(Judging, TrustsOnlyAFailureOfAPreviewThatIsNotExact) {
  policy_.budgets.records = 300;
  measured_[0].exact = false;
  EXPECT_EQ(One().outcome, Outcome::kNotMeasured);
  policy_.budgets.records = 200;
  EXPECT_EQ(One().outcome, Outcome::kFailed);
}

TEST_F(Judging, FindsTheUserOfAnExpectationByAnyOfTheirNames) {
  for (const char* as : {"jana", "JANA@contoso.example", "contoso\\jana", "Jana Novák"}) {
    policy_.expect = {{.as = as, .entity = "account", .exactly = 5}};
    EXPECT_EQ(One().outcome, Outcome::kPassed) << as;
  }
}

TEST_F(Judging, HoldsARoleToEveryUserWhoHasItAndNamesTheFirstWhoFails) {
  Expect({.as = "role/technician", .entity = "account", .at_most = 20});
  Verdict verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kPassed);
  EXPECT_EQ(verdict.user_name, "Petr Svoboda");  // Nearest to the limit.
  EXPECT_EQ(verdict.actual, "20");
  policy_.expect[0].at_most = 4;
  verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kFailed);
  EXPECT_EQ(verdict.user_name, "Jana Novák");
  EXPECT_EQ(verdict.actual, "5");
  EXPECT_EQ(verdict.message,
            "Jana Novák would hold 5 records of account, the expectation is at most 4; narrow the "
            "filter or change the expectation (so it is for 2 of 2 users)");
}

TEST_F(Judging, KnowsTooFewFromTooMany) {
  Expect({.as = "role/Technician", .entity = "account", .at_least = 10});
  Verdict verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kFailed);
  EXPECT_EQ(verdict.user_name, "Jana Novák");
  EXPECT_NE(verdict.message.find("widen the filter"), std::string::npos);
  policy_.expect[0].at_least = 5;
  EXPECT_EQ(One().outcome, Outcome::kPassed);
  EXPECT_EQ(One().user_name, "Jana Novák");
  policy_.expect[0].at_most = 19;
  verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kFailed);
  EXPECT_EQ(verdict.expected, "at least 5 and at most 19");
  EXPECT_EQ(verdict.user_name, "Petr Svoboda");
}

TEST_F(Judging, ExpectsRecordsInAndOut) {
  const std::string record = "account/6F1D0C7E-0000-4000-8000-000000000001";
  Expect({.as = "jana", .includes = record});
  Expect({.as = "jana", .excludes = record});
  auto verdicts = All();
  EXPECT_EQ(verdicts[0].outcome, Outcome::kFailed);
  EXPECT_EQ(verdicts[0].entity, "account");
  EXPECT_EQ(verdicts[0].actual, "not on the device");
  EXPECT_FALSE(verdicts[0].value);
  EXPECT_NE(verdicts[0].message.find(record + " is not on the device of Jana Novák"),
            std::string::npos);
  EXPECT_EQ(verdicts[1].outcome, Outcome::kPassed);
  measured_[0].found = {record};
  verdicts = All();
  EXPECT_EQ(verdicts[0].outcome, Outcome::kPassed);
  EXPECT_EQ(verdicts[1].outcome, Outcome::kFailed);
}

TEST_F(Judging, NeverPassesARoleOfWhichSomebodyWasNotMeasured) {
  Expect({.as = "role/Manager", .entity = "account", .at_most = 20});
  Verdict verdict = One();
  EXPECT_EQ(verdict.outcome, Outcome::kNotMeasured);
  EXPECT_EQ(verdict.message, "holds for the 1 of 2 users with the role who were previewed");
  policy_.expect[0].at_most = 19;  // Petr is enough to fail.
  EXPECT_EQ(One().outcome, Outcome::kFailed);
  people_[2].enabled = false;
  policy_.expect[0].at_most = 20;
  EXPECT_EQ(One().outcome, Outcome::kPassed);
}

TEST_F(Judging, FailsWhatIsAboutNobody) {
  Expect({.as = "role/Techniccian", .entity = "account", .at_most = 20});
  Expect({.as = "janna@contoso.example", .entity = "account", .at_most = 20});
  auto verdicts = All();
  EXPECT_EQ(verdicts[0].outcome, Outcome::kFailed);
  EXPECT_NE(verdicts[0].message.find("did you mean 'Technician'?"), std::string::npos)
      << verdicts[0].message;
  EXPECT_EQ(verdicts[1].outcome, Outcome::kFailed);
  EXPECT_NE(verdicts[1].message.find("did you mean 'jana@contoso.example'?"), std::string::npos)
      << verdicts[1].message;
  // A server that lists nobody cannot say.
  verdicts = Judge(policy_, measured_, nullptr);
  EXPECT_EQ(verdicts[0].outcome, Outcome::kNotMeasured);
  EXPECT_EQ(verdicts[1].outcome, Outcome::kNotMeasured);
}

TEST_F(Judging, SaysWhoWasNotPreviewed) {
  Expect({.as = "eva", .entity = "account", .at_most = 20});
  EXPECT_EQ(One().outcome, Outcome::kNotMeasured);
  EXPECT_EQ(One().message, "eva was not previewed");
}

TEST_F(Judging, TurnsOnlyFailuresIntoFindings) {
  policy_.budgets.records = 10;
  Expect({.as = "eva", .entity = "account", .at_most = 20});
  Expect({.as = "jana", .entity = "account", .at_least = 6});
  const auto verdicts = All();
  EXPECT_TRUE(AnyFailed(verdicts));
  const auto findings = FindingsOf(verdicts);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].rule, "budget-records");
  EXPECT_EQ(findings[1].rule, "expectation");
  EXPECT_EQ(findings[1].path, "expect[1]");
  EXPECT_EQ(findings[1].entity, "account");
  EXPECT_TRUE(HasErrors(findings));
}

TEST(FirstSyncEstimate, AddsTransferAndLatencyToWhatWasMeasured) {
  PreviewResult preview{.bytes_downloaded = 1'250'000, .requests = 10, .seconds = 3};
  const NetworkAssumption network{.bits_per_second = 10'000'000, .latency = Milliseconds(60)};
  const auto estimate = EstimateFirstSync(preview, network);
  ASSERT_TRUE(estimate);
  EXPECT_DOUBLE_EQ(estimate->server_seconds, 3);
  EXPECT_DOUBLE_EQ(estimate->transfer_seconds, 1);
  EXPECT_DOUBLE_EQ(estimate->latency_seconds, 0.6);
  EXPECT_DOUBLE_EQ(estimate->total(), 4.6);
  // Three bytes of a file are four on the wire, and every file is a request.
  preview.entities.push_back({.attachments = 5, .attachment_bytes = 937'500});
  EXPECT_DOUBLE_EQ(EstimateFirstSync(preview, network)->transfer_seconds, 2);
  EXPECT_DOUBLE_EQ(EstimateFirstSync(preview, network)->latency_seconds, 0.9);
  preview.findings.push_back({.rule = "attachments-unknown"});
  EXPECT_FALSE(EstimateFirstSync(preview, network));
}

}  // namespace
}  // namespace satchel
