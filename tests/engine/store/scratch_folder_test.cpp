#include "engine/store/scratch_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>

#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

namespace fs = std::filesystem;

// Scratch folders of this test are made in a folder of its own.
class ScratchFolderTest : public testing::Test {
 protected:
  ScratchFolderTest() { setenv("XDG_RUNTIME_DIR", under_.path().c_str(), 1); }
  ~ScratchFolderTest() override { unsetenv("XDG_RUNTIME_DIR"); }

  [[nodiscard]] std::size_t Count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(under_.path()), fs::directory_iterator()));
  }
  // A process that makes a folder with a file in it and dies without any clean-up.
  static void DieWithAFolder(const std::string& prefix) {
    const pid_t child = fork();
    if (child == 0) {
      const auto folder = ScratchFolder::Make(prefix);
      if (!folder) _exit(1);
      std::ofstream(folder->path() / "preview.db") << "data";
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }

  TempFolder under_ = {};
};

TEST_F(ScratchFolderTest, IsPrivateAndGoesAwayWithTheObject) {
  {
    const auto folder = ScratchFolder::Make("satchel-x-");
    ASSERT_TRUE(folder) << folder.error().message;
    struct stat info = {};
    ASSERT_EQ(stat(folder->path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777u, 0700u);
    std::ofstream(folder->path() / "preview.db") << "data";
  }
  EXPECT_EQ(Count(), 0u);
}

TEST_F(ScratchFolderTest, OfADeadProcessIsRemovedByTheNextStart) {
  DieWithAFolder("satchel-x-");
  ASSERT_EQ(Count(), 1u);
  const auto next = ScratchFolder::Make("satchel-x-");
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(Count(), 1u);
  EXPECT_TRUE(fs::exists(next->path()));
}

TEST_F(ScratchFolderTest, OfALivingOwnerStays) {
  const auto first = ScratchFolder::Make("satchel-x-");
  ASSERT_TRUE(first);
  std::ofstream(first->path() / "preview.db") << "data";
  const pid_t child = fork();
  if (child == 0) {
    SweepAbandoned(first->path().parent_path(), "satchel-x-");
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  SweepAbandoned(under_.path(), "satchel-x-");  // Nor by its own process.
  EXPECT_TRUE(fs::exists(first->path() / "preview.db"));
}

TEST_F(ScratchFolderTest, SweepsNothingElse) {
  DieWithAFolder("satchel-y-");  // Another kind.
  const fs::path file = under_ / "satchel-x-AAAAAA";
  std::ofstream(file) << "a file";
  fs::create_directory(under_ / "satchel-x-keepthis");  // Not mkdtemp's length.
  fs::create_directory(under_ / "satchel-x-CCCCCC");
  fs::permissions(under_ / "satchel-x-CCCCCC", fs::perms::all);  // Not private, so not ours.
  const TempFolder elsewhere;
  fs::permissions(elsewhere.path(), fs::perms::owner_all);
  std::ofstream(elsewhere / "precious") << "data";
  fs::create_directory_symlink(elsewhere.path(), under_ / "satchel-x-BBBBBB");
  const std::size_t before = Count();
  SweepAbandoned(under_.path(), "satchel-x-");
  EXPECT_EQ(Count(), before);
  EXPECT_TRUE(fs::exists(elsewhere / "precious"));
}

TEST_F(ScratchFolderTest, ThatDiedBeforeItHadALockIsSwept) {
  fs::create_directory(under_ / "satchel-x-AAAAAA");
  fs::permissions(under_ / "satchel-x-AAAAAA", fs::perms::owner_all);
  SweepAbandoned(under_.path(), "satchel-x-");
  EXPECT_EQ(Count(), 0u);
}

TEST_F(ScratchFolderTest, MovesWithItsLock) {
  std::optional<ScratchFolder> kept;
  {
    auto made = ScratchFolder::Make("satchel-x-");
    ASSERT_TRUE(made);
    kept = *std::move(made);
  }
  SweepAbandoned(under_.path(), "satchel-x-");
  EXPECT_TRUE(fs::exists(kept->path()));
  kept.reset();
  EXPECT_EQ(Count(), 0u);
}

}  // namespace
}  // namespace satchel
