#include <algorithm>

#include "tests/app/cli/against_sandbox.h"

namespace satchel {
namespace {

std::string Policy(const std::string& budgets, const std::string& expect) {
  return "satchel: 1\nproject:\n  name: sales\n" + budgets +
         "entities:\n  account:\n    fields: [name, statecode]\n  task:\n    mode: online\n    "
         "fields: [subject]\n" +
         expect;
}

using CheckCommand = AgainstSandbox;

TEST_F(CheckCommand, PassesWhatHolds) {
  const auto file = Write("p.yaml", Policy("budgets:\n  records: 100000\n",
                                           "expect:\n  - {as: jana@contoso.example, entity: "
                                           "account, at_least: 1}\n"));
  const Answer answer = Run({"check", file});
  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_NE(answer.out.find("✓ passed  Records"), std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("2 passed, 0 failed\n"), std::string::npos) << answer.out;
}

TEST_F(CheckCommand, NamesEveryFailureWithItsLine) {
  const auto file = Write("p.yaml", Policy("budgets:\n  records: 1\n",
                                           "expect:\n  - {as: role/Technician, entity: account, "
                                           "at_most: 1}\n"));
  const Answer answer = Run({"check", file});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find("p.yaml:5:"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("[budget-records]"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("p.yaml:13:"), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("[expectation]"), std::string::npos) << answer.err;
}

TEST_F(CheckCommand, GivesTheSameNumbersAsAPreview) {
  const auto file = Write(
      "p.yaml",
      Policy("budgets:\n  records: 100000\n  first_sync: 10m\n  network:\n    bandwidth: 10mbit\n"
             "    latency: 60ms\n",
             ""));
  const Answer answer = Run({"check", file, "--users", "role/Technician", "--json"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  const auto json = answer.json();
  EXPECT_EQ(json["ok"], true);
  ASSERT_GT(json["users"].size(), 1U);
  const auto& user = json["users"][0];
  const auto preview = Run({"preview", file, "--as", user["id"], "--json"}).json();
  EXPECT_EQ(user["records"], preview["totals"]["records"]);
  EXPECT_EQ(user["bytes_on_device"], preview["totals"]["bytes_on_device"]);
  EXPECT_EQ(user["bytes_downloaded"], preview["totals"]["bytes_downloaded"]);
  const double transfer = user["bytes_downloaded"].get<double>() * 8 / 10e6;
  EXPECT_NEAR(user["first_sync_seconds"].get<double>(),
              user["seconds"].get<double>() + transfer + user["requests"].get<double>() * 0.06,
              1e-9);
  double most = 0;
  for (const auto& each : json["users"]) most = std::max(most, each["records"].get<double>());
  EXPECT_EQ(json["verdicts"][0]["rule"], "budget-records");
  EXPECT_EQ(json["verdicts"][0]["value"], most);
  EXPECT_EQ(json["verdicts"][0]["users"], json["users"].size());
}

TEST_F(CheckCommand, CountsWhatWasNotMeasuredOnlyWhenStrict) {
  const auto file = Write("p.yaml", Policy("",
                                           "expect:\n  - {as: role/Technician, entity: account, "
                                           "at_most: 100000}\n"));
  const Answer answer = Run({"check", file, "--as", "jana@contoso.example"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_NE(answer.out.find("? not measured"), std::string::npos) << answer.out;
  EXPECT_NE(answer.err.find("not measured: role/Technician: account: "), std::string::npos);
  EXPECT_EQ(Run({"check", file, "--as", "jana@contoso.example", "--strict"}).code, 1);
}

TEST_F(CheckCommand, MeasuresNothingOfAPolicyThatIsWrong) {
  std::string text = Policy("budgets:\n  records: 1\n", "");
  text.replace(text.find("statecode"), 9, "statecde");
  const auto file = Write("p.yaml", text);
  const Answer answer = Run({"check", file});
  EXPECT_EQ(answer.code, 1);
  EXPECT_NE(answer.err.find("[unknown-field]"), std::string::npos) << answer.err;
  EXPECT_TRUE(answer.out.empty()) << answer.out;
  const auto json = Run({"check", file, "--json"}).json();
  EXPECT_EQ(json["ok"], false);
  EXPECT_EQ(json["findings"][0]["rule"], "unknown-field");
  EXPECT_TRUE(json["verdicts"].empty());
}

TEST_F(CheckCommand, RefusesUsersItDoesNotUnderstand) {
  const auto file = Write("p.yaml", Policy("", ""));
  EXPECT_EQ(Run({"check", file, "--users", "Technician"}).code, 2);
  EXPECT_EQ(Run({"check", file, "--users", "role/Pilot"}).code, 3);
  EXPECT_EQ(Run({"check", file, "--users", "role/Technician", "--as", "jana"}).code, 2);
  EXPECT_EQ(Run({"check", file, "--as", "nobody@contoso.example"}).code, 3);
}

}  // namespace
}  // namespace satchel
