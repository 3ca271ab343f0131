#include "tests/app/cli/against_sandbox.h"

namespace satchel {
namespace {

constexpr const char* kOld = R"(satchel: 1
project:
  name: sales
entities:
  account:
    fields: [name, statecode]
    filter:
      and:
        - {field: statecode, op: eq, value: "0"}
  task:
    fields: [subject]
)";
// Other accounts, another field of them; the same tasks.
constexpr const char* kNew = R"(satchel: 1
project:
  name: sales
entities:
  account:
    fields: [name, statecode, address1_city]
    filter:
      and:
        - {field: statecode, op: eq, value: "1"}
  task:
    fields: [subject]
)";

class CompareCommand : public AgainstSandbox {
 protected:
  std::string old_ = Write("old.yaml", kOld);
  std::string new_ = Write("new.yaml", kNew);
};

TEST_F(CompareCommand, PutsTheChangesFirstAndThenTheDevice) {
  const Answer answer = Run({"compare", old_, new_, "--as", "jana@contoso.example"});
  EXPECT_EQ(answer.code, 1) << answer.err;
  EXPECT_EQ(answer.out.find("2 changes between the policies, structural: the next sync of every "
                            "device will be a foreground one\n"
                            "  + Account: field 'Address 1: City' added  [structural]\n"),
            0U)
      << answer.out;
  const std::size_t table = answer.out.find("\nOn the device of Jana");
  ASSERT_NE(table, std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("+Address 1: City", table), std::string::npos) << answer.out;
  EXPECT_NE(answer.out.find("1 entity without a difference", table), std::string::npos);
  EXPECT_NE(answer.err.find("after: account: "), std::string::npos) << answer.err;
  EXPECT_NE(answer.err.find("before: account: "), std::string::npos) << answer.err;
  EXPECT_EQ(answer.err.find("before: task"), std::string::npos) << answer.err;
}

TEST_F(CompareCommand, IsFineWithEqualPolicies) {
  const Answer answer = Run({"compare", old_, old_, "--as", "jana@contoso.example"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.out.find("The policies say the same.\n"), 0U) << answer.out;
}

TEST_F(CompareCommand, GivesJsonWhoseNumbersAddUp) {
  const Answer answer = Run({"compare", old_, new_, "--as", "jana@contoso.example", "--as",
                             "marta@contoso.example", "--json", "--list", "all"});
  EXPECT_EQ(answer.code, 1) << answer.err;
  const auto json = answer.json();
  EXPECT_EQ(json["different"], true);
  EXPECT_EQ(json["structural"], true);
  EXPECT_EQ(json["changes"].size(), 2U);
  ASSERT_EQ(json["comparisons"].size(), 2U);
  for (const auto& user : json["comparisons"]) {
    EXPECT_EQ(user["exact"], true);
    const auto& account = user["entities"][0];
    EXPECT_GT(account["removed"], 0);
    EXPECT_EQ(account["added"].get<int>() + account["kept"].get<int>(),
              account["after"]["records"]);
    EXPECT_EQ(account["removed"].get<int>() + account["kept"].get<int>(),
              account["before"]["records"]);
    EXPECT_EQ(account["added_records"].size(), account["added"]);
    EXPECT_EQ(account["removed_records"].size(), account["removed"]);
    EXPECT_FALSE(account["removed_records"][0]["name"].get<std::string>().empty());
    EXPECT_EQ(account["fields_added"][0], "address1_city");
    EXPECT_EQ(user["entities"][1]["read_once"], true);
  }
}

TEST_F(CompareCommand, WritesTheRecordsOfEveryUser) {
  const auto folder = folder_.path() / "records";
  const Answer answer = Run({"compare", old_, new_, "--as", "jana@contoso.example", "--json",
                             "--records", folder.string()});
  ASSERT_EQ(answer.code, 1) << answer.err;
  const auto json = answer.json()["comparisons"][0];
  for (const char* change : {"added", "removed", "kept"}) {
    EXPECT_EQ(Lines(folder / ("account." + std::string(change) + ".jsonl")).size(),
              json["entities"][0][change])
        << change;
    EXPECT_EQ(Lines(folder / ("task." + std::string(change) + ".jsonl")).size(),
              json["entities"][1][change])
        << change;
  }
}

TEST_F(CompareCommand, RefusesWhatCannotBeCompared) {
  EXPECT_EQ(Run({"compare", old_, new_, "--list", "many"}).code, 2);
  const Answer stranger = Run({"compare", old_, new_, "--as", "nobody@contoso.example"});
  EXPECT_EQ(stranger.code, 3);
  EXPECT_NE(stranger.err.find("nobody@contoso.example"), std::string::npos) << stranger.err;
  std::string wrong = kNew;
  wrong.replace(wrong.find("address1_city"), 13, "adress1_city");
  const Answer unknown = Run({"compare", old_, Write("wrong.yaml", wrong)});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_NE(unknown.err.find("wrong.yaml:6:"), std::string::npos) << unknown.err;
  EXPECT_TRUE(unknown.out.empty());
}

}  // namespace
}  // namespace satchel
