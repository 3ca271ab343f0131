#include "app/cli/records_folder.h"

#include <algorithm>

#include "tests/app/cli/against_sandbox.h"

namespace satchel {
namespace {

constexpr const char* kSalesPolicy = R"(satchel: 1
project:
  name: sales
entities:
  account:
    fields: [name]
  task:
    fields: [subject]
)";

class RecordsFolderOfAPreview : public AgainstSandbox {
 protected:
  Answer Preview(const std::filesystem::path& records, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"preview", Write("p.yaml", kSalesPolicy), "--as",
                               "jana@contoso.example", "--records", records.string()});
    return Run(std::move(more));
  }
  [[nodiscard]] static std::size_t LineCount(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  std::filesystem::path here_ = folder_.path();
};

TEST_F(RecordsFolderOfAPreview, IsMadeWithWhatIsMissingAboveIt) {
  const auto answer = Preview(here_ / "a" / "b");
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_FALSE(Lines(here_ / "a" / "b" / "account.jsonl").empty());
  EXPECT_TRUE(std::filesystem::exists(here_ / "a" / "b" / "task.jsonl"));
}

TEST_F(RecordsFolderOfAPreview, IsTriedBeforeAnythingIsDownloaded) {
  const std::string file = Write("file", "in the way");
  for (const char* path : {"file", "file/deeper", "file/deeper/still"}) {
    const auto answer = Preview(here_ / path);
    EXPECT_EQ(answer.code, 3) << path;
    EXPECT_NE(answer.err.find("cannot be made"), std::string::npos) << answer.err;
    // Progress would be lines of its own.
    EXPECT_EQ(LineCount(answer.err), 1U) << answer.err;
  }
  const auto compared = Run({"compare", Write("p.yaml", kSalesPolicy),
                             Write("q.yaml", kSalesPolicy), "--records", here_ / "file"});
  EXPECT_EQ(compared.code, 3);
  EXPECT_EQ(LineCount(compared.err), 1U) << compared.err;
}

TEST_F(RecordsFolderOfAPreview, IsNotLeftBehindByAPreviewThatFails) {
  for (const auto& path : {here_ / "a" / "b", here_ / "a"}) {
    EXPECT_EQ(Preview(path, {"--as", "jana@contoso.example", "--db", "both.db"}).code, 2);
    EXPECT_EQ(Preview(path, {"--as", "nobody@contoso.example"}).code, 3);
    EXPECT_FALSE(std::filesystem::exists(here_ / "a"));
  }
}

TEST_F(RecordsFolderOfAPreview, HoldsAllUsersOrNone) {
  // The second user's folder cannot be made.
  ASSERT_EQ(Preview(here_ / "out", {"--as", "marta@contoso.example"}).code, 0);
  std::vector<std::filesystem::path> users;
  for (const auto& entry : std::filesystem::directory_iterator(here_ / "out")) {
    users.push_back(entry.path());
  }
  ASSERT_EQ(users.size(), 2U);
  const auto again = Run({"preview", Write("p.yaml", kSalesPolicy), "--as", users[0].filename(),
                          "--as", users[1].filename(), "--records", here_ / "again"});
  ASSERT_EQ(again.code, 0) << again.err;
  std::filesystem::create_directories(here_ / "half");
  Write("half/" + users[1].filename().string(), "in the way");
  const auto half = Run({"preview", Write("p.yaml", kSalesPolicy), "--as", users[0].filename(),
                         "--as", users[1].filename(), "--records", here_ / "half"});
  EXPECT_EQ(half.code, 3);
  EXPECT_FALSE(std::filesystem::exists(here_ / "half" / users[0].filename()));
  EXPECT_TRUE(std::filesystem::exists(here_ / "half" / users[1].filename()));
}

TEST(RecordsFolder, KeepsWhatOthersPutThere) {
  const TempFolder here;
  {
    auto folder = RecordsFolder::Make((here.path() / "a" / "b").string());
    ASSERT_TRUE(folder);
    std::ofstream(here.path() / "a" / "theirs") << "x";
    const auto users = folder->For("jana");
    ASSERT_TRUE(users);
    EXPECT_EQ(*users, here.path() / "a" / "b" / "jana");
    std::ofstream(*users / "mine") << "x";
    folder->Wrote(*users / "mine");
  }
  EXPECT_FALSE(std::filesystem::exists(here.path() / "a" / "b"));
  EXPECT_TRUE(std::filesystem::exists(here.path() / "a" / "theirs"));
}

TEST(RecordsFolder, MayBeNamedInManyWays) {
  const TempFolder here;
  for (const char* path : {"a/", "a/./b", "a/../c/", "./d//e"}) {
    auto folder = RecordsFolder::Make(here.path().string() + "/" + path);
    ASSERT_TRUE(folder) << path << folder.error().message;
    EXPECT_TRUE(std::filesystem::is_directory(here.path().string() + "/" + path)) << path;
  }
  EXPECT_TRUE(std::filesystem::is_empty(here.path()));
  const auto none = RecordsFolder::Make("");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->wanted());
}

}  // namespace
}  // namespace satchel
