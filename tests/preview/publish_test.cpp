#include "preview/publish/publish.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"
#include "preview/fleet/verdict.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

class Publishing : public testing::Test {
 protected:
  Publishing() {
    folder_ = fs::temp_directory_path() / ("satchel-publish-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    request_.folder = folder_;
    request_.by = "eva@contoso.example";
    request_.at = "2026-11-25T10:00:00Z";
    request_.note = "First";
    request_.draft.project.name = "sales";
    request_.draft.entities.push_back({.name = "account", .fields = {"name", "city"}});
  }
  ~Publishing() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / "sales" / name, std::ios::binary);
    return {(std::istreambuf_iterator<char>(in)), {}};
  }
  fs::path folder_;
  PublishRequest request_;
};

TEST_F(Publishing, WritesTheVersionAndMakesItCurrent) {
  const auto made = Publish(request_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->version, 1);
  EXPECT_EQ(Read("1.yaml"), Read("current.yaml"));
  const ReadPolicy read = ParsePolicy(Read("1.yaml"));
  ASSERT_FALSE(HasErrors(read.findings));
  ASSERT_TRUE(read.policy.published);
  EXPECT_EQ(read.policy.published->version, 1);
  EXPECT_EQ(read.policy.published->by, "eva@contoso.example");
  EXPECT_EQ(read.policy.published->note, "First");
  EXPECT_EQ(read.policy.published->content_hash, ContentHash(request_.draft));
  EXPECT_EQ(read.policy.published->structure_hash, StructureHash(request_.draft));
  // Nothing else is left in the folder, and devices may read what is.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "sales"), {}), 2);
  EXPECT_EQ(fs::status(made->file).permissions(), fs::perms(0644));
}

TEST_F(Publishing, NeverWritesAVersionAgain) {
  ASSERT_TRUE(Publish(request_));
  const std::string first = Read("1.yaml");
  request_.draft.entities[0].fields.push_back("revenue");
  ASSERT_TRUE(Publish(request_));
  EXPECT_EQ(Read("1.yaml"), first);
  EXPECT_EQ(Read("2.yaml"), Read("current.yaml"));
  EXPECT_NE(Read("2.yaml"), first);
}

TEST_F(Publishing, RefusesWhatHasNotChanged) {
  ASSERT_TRUE(Publish(request_));
  const auto again = Publish(request_);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("nothing has changed since version 1"), std::string::npos);
}

TEST_F(Publishing, RefusesWhenSomebodyPublishedInBetween) {
  request_.base = 0;
  ASSERT_TRUE(Publish(request_));
  request_.draft.entities[0].fields.push_back("revenue");
  const auto late = Publish(request_);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kConflict);
  EXPECT_FALSE(fs::exists(folder_ / "sales" / "2.yaml"));
  request_.base = 1;
  EXPECT_TRUE(Publish(request_));
}

TEST_F(Publishing, BlocksErrorsAndAsksForAReasonOfEveryWarning) {
  request_.draft.entities[0].max_records = 10;  // Without an order: which ten is chance.
  const auto blocked = Publish(request_);
  ASSERT_FALSE(blocked);
  EXPECT_NE(blocked.error().message.find("acknowledge the rule order-missing"), std::string::npos);
  request_.acknowledged["order-missing"] = "  ";
  EXPECT_FALSE(Publish(request_));
  request_.acknowledged["order-missing"] = "any ten will do";
  const auto made = Publish(request_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->policy.published->acknowledged.at("order-missing"), "any ten will do");

  request_.draft.triggers.on_change = OnChange{.entities = {"nothing"}};
  request_.acknowledged["trigger-entity"] = "no excuse for an error";
  EXPECT_FALSE(Publish(request_));
}

TEST_F(Publishing, BlocksABudgetThatAPreviewExceedsUntilSomebodySaysWhy) {
  request_.draft.budgets.records = 100;
  const auto found = [&](std::int64_t records) {
    const MeasuredUser jana{.user = {.id = "u1", .name = "Jana Novák"}, .records = records};
    return FindingsOf(Judge(request_.draft, {jana}, nullptr));
  };
  EXPECT_TRUE(found(100).empty());
  request_.measured = found(101);
  ASSERT_EQ(request_.measured.size(), 1U);
  EXPECT_NE(request_.measured[0].message.find("Jana Novák would hold 101 records"),
            std::string::npos)
      << request_.measured[0].message;
  EXPECT_FALSE(Publish(request_));
  request_.acknowledged["budget-records"] = "one more does not hurt";
  EXPECT_TRUE(Publish(request_));
}

TEST_F(Publishing, BlocksAnExpectationThatAPreviewFailsWhateverAnybodySays) {
  request_.draft.expect = {{.as = "Jana Novák", .entity = "account", .at_most = 5}};
  MeasuredUser jana{.user = {.id = "u1", .name = "Jana Novák"}, .records = 6};
  jana.held["account"] = 6;
  request_.measured = FindingsOf(Judge(request_.draft, {jana}, nullptr));
  ASSERT_EQ(request_.measured.size(), 1U);
  EXPECT_EQ(request_.measured[0].rule, "expectation");
  request_.acknowledged["expectation"] = "it is only a test";
  EXPECT_FALSE(Publish(request_));
  jana.held["account"] = 5;
  request_.measured = FindingsOf(Judge(request_.draft, {jana}, nullptr));
  EXPECT_TRUE(Publish(request_));
}

TEST_F(Publishing, ListsAllFieldsAsTheServerHasThem) {
  request_.draft.entities[0].all_fields = true;
  request_.draft.entities[0].fields.clear();
  const auto without = Publish(request_);
  ASSERT_FALSE(without);
  EXPECT_NE(without.error().message.find("entities.account.fields"), std::string::npos);
  Schema schema;
  EntitySchema account;
  account.name = "account";
  account.key = "accountid";
  account.fields["accountid"] = {.name = "accountid", .type = FieldType::kUniqueIdentifier};
  account.fields["name"] = {.name = "name"};
  schema.entities["account"] = account;
  request_.schema = &schema;
  const auto made = Publish(request_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->policy.entities[0].fields, (std::vector<std::string>{"accountid", "name"}));
  EXPECT_FALSE(made->policy.entities[0].all_fields);
}

TEST_F(Publishing, RefusesATieWithAnotherProject) {
  ASSERT_TRUE(Publish(request_));
  request_.draft.project.name = "service";
  request_.draft.project.roles = {"Technician"};
  const auto tied = Publish(request_);  // The other one is for everyone.
  ASSERT_FALSE(tied);
  EXPECT_NE(tied.error().message.find("'sales' has the priority 0 too"), std::string::npos);
  request_.draft.project.priority = 5;
  EXPECT_TRUE(Publish(request_));
  EXPECT_EQ(ProjectsIn(folder_), (std::vector<std::string>{"sales", "service"}));
}

TEST_F(Publishing, RestoresByPublishingAgain) {
  ASSERT_TRUE(Publish(request_));
  request_.draft.entities[0].fields.push_back("revenue");
  ASSERT_TRUE(Publish(request_));
  RestoreRequest restore{.folder = folder_, .project = "sales", .version = 1, .by = "petr"};
  const auto made = Restore(restore);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->version, 3);
  EXPECT_EQ(made->policy.published->note, "Restores version 1");
  EXPECT_EQ(made->policy.entities[0].fields, (std::vector<std::string>{"name", "city"}));
  const auto history = ReadHistory(folder_, "sales");
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 3U);
  EXPECT_TRUE((*history)[0].current);
  EXPECT_EQ((*history)[2].version, 1);

  restore.version = 3;
  EXPECT_FALSE(Restore(restore));  // Already current.
  restore.version = 9;
  EXPECT_EQ(Restore(restore).error().code, ErrorCode::kNotFound);
}

TEST_F(Publishing, SurvivesAFileThatIsNoPolicy) {
  ASSERT_TRUE(Publish(request_));
  std::ofstream(folder_ / "sales" / "2.yaml") << "entities: {";
  std::ofstream(folder_ / "sales" / "notes.txt") << "not a version";
  const auto history = ReadHistory(folder_, "sales");
  ASSERT_TRUE(history);
  ASSERT_EQ(history->size(), 2U);
  EXPECT_FALSE((*history)[0].problem.empty());
  EXPECT_TRUE((*history)[1].current);
  EXPECT_EQ(Restore({.folder = folder_, .project = "sales", .version = 2}).error().code,
            ErrorCode::kCorrupt);
  const auto next = Publish(request_);  // The broken one is not overwritten.
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->version, 3);
}

TEST_F(Publishing, SaysWhichFolderCannotBeUsed) {
  request_.folder = folder_ / "missing";
  const auto made = Publish(request_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kNotFound);
  EXPECT_NE(made.error().message.find("missing"), std::string::npos);
}

}  // namespace
}  // namespace satchel
