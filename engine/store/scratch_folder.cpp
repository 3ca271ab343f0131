#include "engine/store/scratch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/store/database_file.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

namespace fs = std::filesystem;

constexpr const char* kLockName = "owner";
constexpr std::size_t kRandomLetters = 6;  // Of mkdtemp.
// A sweep of somebody else can take a folder between its making and its locking.
constexpr int kTries = 10;

// Open and locked, or -1: somebody else owns it, or it went away.
int LockInside(const fs::path& folder, int flags) {
  const fs::path file = folder / kLockName;
  const int lock = open(file.c_str(), flags | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (lock < 0) return -1;
  struct stat opened = {};
  struct stat named = {};
  // Locked, and still what the name says: a sweep may have removed it between open and flock.
  if (flock(lock, LOCK_EX | LOCK_NB) == 0 && fstat(lock, &opened) == 0 &&
      lstat(file.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
      opened.st_dev == named.st_dev) {
    return lock;
  }
  close(lock);
  return -1;
}

bool IsOurFolder(const fs::path& path) {
  struct stat info = {};
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
         (info.st_mode & 077u) == 0;
}

}  // namespace

void SweepAbandoned(const fs::path& folder, const std::string& prefix) {
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (!name.starts_with(prefix) || name.size() != prefix.size() + kRandomLetters ||
        !IsOurFolder(at->path())) {
      continue;
    }
    // O_CREAT: one that died before it had a lock is abandoned, too; one that is just being made
    // finds its lock taken and makes another folder.
    const int lock = LockInside(at->path(), O_CREAT);
    if (lock < 0) continue;
    std::error_code ignored;
    fs::remove_all(at->path(), ignored);
    close(lock);
  }
}

Result<ScratchFolder> ScratchFolder::Make(const std::string& prefix) {
  for (int tries = 0; tries < kTries; ++tries) {
    auto made = MakePrivateFolder(prefix);
    if (!made) return Fail(made.error());
    const int lock = LockInside(*made, O_CREAT | O_EXCL);
    if (lock >= 0) {
      ScratchFolder folder(*std::move(made), lock);
      SweepAbandoned(folder.path().parent_path(), prefix);
      return folder;
    }
    const int reason = errno;
    std::error_code ignored;
    fs::remove_all(*made, ignored);
    if (reason == ENOSPC || reason == EDQUOT) {
      return Fail(ErrorCode::kIo, "scratch folder " + Quoted(made->string(), 200) +
                                      ": the disk is full (free some space, then run it again)");
    }
  }
  return Fail(ErrorCode::kIo,
              "scratch folder: it cannot be locked (set TMPDIR to a folder on a local disk)");
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

ScratchFolder& ScratchFolder::operator=(ScratchFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
  if (lock_ >= 0) close(lock_);  // After the files: no sweep need look at a half-removed folder.
}

}  // namespace satchel
