#include "app/cli/records_folder.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "policy/support/disk_error.h"

namespace satchel {

Result<RecordsFolder> RecordsFolder::Make(const std::string& path) {
  RecordsFolder made(path);
  if (!made.wanted()) return made;
  if (auto done = made.MakeFolder(made.folder_); !done) return Fail(done.error());
  // Also of a folder that was there, and of a disk that takes folders but was mounted for reading.
  if (access(made.folder_.c_str(), W_OK | X_OK) != 0) {
    return Fail(ErrorCode::kIo,
                "files cannot be made in " + made.folder_.string() + ": " + DiskTrouble(errno));
  }
  return made;
}

RecordsFolder::RecordsFolder(RecordsFolder&& other) noexcept
    : folder_(std::move(other.folder_)), made_(std::exchange(other.made_, {})) {}

RecordsFolder::~RecordsFolder() {
  std::error_code ignored;  // A folder in which somebody else put something stays.
  for (auto path = made_.rbegin(); path != made_.rend(); ++path) {
    std::filesystem::remove(*path, ignored);
  }
}

Result<std::filesystem::path> RecordsFolder::For(const std::optional<std::string>& user) {
  if (!user) return folder_;
  std::filesystem::path folder = folder_ / *user;
  if (auto done = MakeFolder(folder); !done) return Fail(done.error());
  return folder;
}

Result<> RecordsFolder::MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  const bool there = std::filesystem::is_directory(folder, error);
  if (there) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder) {
    if (auto done = MakeFolder(folder.parent_path()); !done) return done;
  }
  error.clear();
  if (std::filesystem::create_directory(folder, error)) made_.push_back(folder);
  if (std::filesystem::is_directory(folder)) return {};
  return Fail(ErrorCode::kIo,
              folder.string() + " cannot be made: " + DiskTrouble(error ? error.value() : ENOTDIR));
}

}  // namespace satchel
