#include "engine/store/attachment_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "policy/support/sha256.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".part";
constexpr std::size_t kLongestName = 100;

tl::unexpected<Error> IoError(const std::string& what, const fs::path& path, int code) {
  return Fail(ErrorCode::kIo, what + " " + Quoted(path.string(), 200) + ": " +
                                  std::generic_category().message(code) +
                                  " (check the disk and the permissions)");
}

// Letters, digits and hyphens only: no id can leave its folder or hide.
std::string FileName(std::string_view id) {
  const bool plain =
      !id.empty() && id.size() <= kLongestName && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  return plain ? std::string(id) : "x-" + Sha256Hex(std::string(id));
}

Result<> SyncFolder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return IoError("cannot open the folder", folder, errno);
  const int code = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (code != 0) return IoError("cannot write the folder", folder, code);
  return {};
}

Result<> MakeFolder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return IoError("cannot make the folder", folder, errno);
  }
  struct stat found = {};
  if (::lstat(folder.c_str(), &found) != 0) return IoError("cannot see", folder, errno);
  if (!S_ISDIR(found.st_mode) || found.st_uid != ::geteuid() || (found.st_mode & 077) != 0) {
    return Fail(ErrorCode::kDenied, Quoted(folder.string(), 200) +
                                        " is no folder of yours alone (take it away, or give it "
                                        "the permissions 0700)");
  }
  return {};
}

}  // namespace

fs::path AttachmentFiles::FolderOf(const fs::path& database) {
  fs::path folder = database;
  folder += ".files";
  return folder;
}

Result<AttachmentFiles> AttachmentFiles::Open(const fs::path& database) {
  fs::path folder = FolderOf(database);
  if (auto made = MakeFolder(folder); !made) return Fail(made.error());
  return AttachmentFiles(std::move(folder));
}

fs::path AttachmentFiles::PathOf(std::string_view entity, std::string_view id) const {
  return folder_ / FileName(entity) / FileName(id);
}

std::optional<std::int64_t> AttachmentFiles::SizeOf(std::string_view entity,
                                                    std::string_view id) const {
  struct stat found = {};
  if (::lstat(PathOf(entity, id).c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(found.st_size);
}

Result<AttachmentFiles::Writer> AttachmentFiles::Begin(std::string_view entity,
                                                       std::string_view id) const {
  fs::path target = PathOf(entity, id);
  if (auto made = MakeFolder(target.parent_path()); !made) return Fail(made.error());
  fs::path temporary = target;
  temporary += kUnfinished;
  ::unlink(temporary.c_str());  // Of an interrupted download.
  const int file =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return IoError("cannot make the file", temporary, errno);
  return Writer(file, std::move(temporary), std::move(target));
}

AttachmentFiles::Writer::Writer(Writer&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      temporary_(std::move(other.temporary_)),
      target_(std::move(other.target_)),
      bytes_(other.bytes_) {}

AttachmentFiles::Writer::~Writer() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(temporary_.c_str());
}

Result<> AttachmentFiles::Writer::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return IoError("cannot write the file", temporary_, errno);
    bytes_ += written;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> AttachmentFiles::Writer::Commit() {
  // On the disk before it has its name: a power cut leaves the old file or the new one.
  if (::fsync(file_) != 0) return IoError("cannot write the file", temporary_, errno);
  if (::close(std::exchange(file_, -1)) != 0) {
    const int code = errno;
    ::unlink(temporary_.c_str());
    return IoError("cannot write the file", temporary_, code);
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    const int code = errno;
    ::unlink(temporary_.c_str());
    return IoError("cannot name the file", target_, code);
  }
  return SyncFolder(target_.parent_path());
}

Result<> AttachmentFiles::Remove(std::string_view entity, std::string_view id) const {
  const fs::path path = PathOf(entity, id);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return IoError("cannot remove the file", path, errno);
  }
  return {};
}

Result<int> AttachmentFiles::Sweep(std::string_view entity,
                                   const std::set<std::string>& keep) const {
  const fs::path folder = folder_ / FileName(entity);
  std::set<std::string> names;
  for (const std::string& id : keep) names.insert(FileName(id));
  std::error_code code;
  if (!fs::exists(folder, code)) return 0;
  std::vector<fs::path> gone;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    if (names.count(at->path().filename().string()) == 0) gone.push_back(at->path());
  }
  if (code) return IoError("cannot read the folder", folder, code.value());
  for (const fs::path& path : gone) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      return IoError("cannot remove the file", path, errno);
    }
  }
  return static_cast<int>(gone.size());
}

Result<int> AttachmentFiles::SweepOthers(const std::set<std::string>& entities) const {
  std::set<std::string> names;
  for (const std::string& entity : entities) names.insert(FileName(entity));
  std::vector<fs::path> folders;
  std::error_code code;
  for (fs::directory_iterator at(folder_, code), end; !code && at != end; at.increment(code)) {
    const bool folder = at->symlink_status(code).type() == fs::file_type::directory;
    if (folder && !names.contains(at->path().filename().string())) folders.push_back(at->path());
  }
  if (code) return IoError("cannot read the folder", folder_, code.value());
  int removed = 0;
  for (const fs::path& folder : folders) {
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
      if (::unlink(at->path().c_str()) != 0) {
        return IoError("cannot remove the file", at->path(), errno);
      }
      ++removed;
    }
    if (code) return IoError("cannot read the folder", folder, code.value());
    if (::rmdir(folder.c_str()) != 0) return IoError("cannot remove the folder", folder, errno);
  }
  return removed;
}

}  // namespace satchel
