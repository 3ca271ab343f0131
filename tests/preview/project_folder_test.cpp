#include "preview/publish/project_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  static std::string Named(const std::string& project) {
    return "satchel: 1\nproject:\n  name: " + project + "\n";
  }
  std::vector<std::string> Projects(const fs::path& folder) {
    const auto read = ReadProjectFolder(folder);
    EXPECT_TRUE(read);
    std::vector<std::string> names;
    for (const ProjectFile& file : *read) {
      names.push_back(file.problem.empty() ? file.policy.project.name : "!" + file.problem);
    }
    return names;
  }
  TempFolder folder_;
};

TEST_F(Folder, HoldsLoosePoliciesAndWhatIsPublished) {
  Write("b.yaml", Named("b"));
  Write("a.yml", Named("a"));
  Write("c/current.yaml", Named("c"));
  Write("c/1.yaml", Named("c"));
  EXPECT_EQ(Projects(folder_.path()), (std::vector<std::string>{"a", "b", "c"}));
  const auto read = ReadProjectFolder(folder_.path());
  ASSERT_TRUE(read);
  EXPECT_FALSE((*read)[1].published);
  EXPECT_TRUE((*read)[2].published);
}

TEST_F(Folder, OfOneProjectIsItsCurrentVersion) {
  Write("c/current.yaml", Named("c"));
  Write("c/1.yaml", Named("c"));
  EXPECT_EQ(Projects(folder_ / "c"), std::vector<std::string>{"c"});
}

TEST_F(Folder, LeavesOutWhatIsNoPolicy) {
  Write("day.yaml", "events: []\n");
  Write("empty.yaml", "");
  Write("notes.txt", "satchel: 1\n");
  Write("other/readme.yaml", Named("hidden"));
  EXPECT_TRUE(Projects(folder_.path()).empty());
}

TEST_F(Folder, NamesWhatIsWrongWithAPolicy) {
  Write("a.yaml", "satchel: 1\nproject:\n  name: Not A Name\n");
  const auto read = ReadProjectFolder(folder_.path());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_FALSE((*read)[0].problem.empty());
  EXPECT_EQ((*read)[0].mark.line, 3);
}

TEST_F(Folder, ThatIsNotThereIsAnError) {
  const auto read = ReadProjectFolder(folder_ / "missing");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace satchel
