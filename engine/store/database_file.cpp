#include "engine/store/database_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "policy/support/disk_error.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

namespace fs = std::filesystem;

std::string Named(const fs::path& file) {
  return "database " + Quoted(file.string(), 200);
}

// The folder resolved, the last component as it is: a link there is refused, one above is not.
Result<fs::path> Resolve(const fs::path& file) {
  if (file.filename().empty() || file.filename() == "." || file.filename() == "..") {
    return Fail(ErrorCode::kIo, Named(file) + ": this is a folder (name a file in it)");
  }
  std::error_code error;
  const fs::path folder =
      fs::canonical(file.has_parent_path() ? file.parent_path() : fs::path("."), error);
  if (error) {
    return Fail(ErrorCode::kIo, Named(file) + ": cannot be opened: " + DiskTrouble(error.value()));
  }
  return folder / file.filename();
}

Result<struct stat> Look(const fs::path& file) {
  struct stat info = {};
  if (lstat(file.c_str(), &info) != 0) {
    if (errno == ENOENT) return Fail(ErrorCode::kNotFound, Named(file) + ": no such file");
    return Fail(ErrorCode::kIo, Named(file) + ": " + DiskTrouble(errno));
  }
  if (S_ISLNK(info.st_mode)) {
    return Fail(ErrorCode::kIo, Named(file) + ": this is a symbolic link (name the file itself)");
  }
  if (!S_ISREG(info.st_mode)) {
    return Fail(ErrorCode::kIo, Named(file) + ": this is no file (name a file)");
  }
  return info;
}

}  // namespace

Result<fs::path> PrepareDatabaseFile(const fs::path& file) {
  const auto path = Resolve(file);
  if (!path) return path;
  const int created = open(path->c_str(), O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (created >= 0) {
    close(created);  // New and unknown to everybody: no lock is lost.
    return path;
  }
  if (errno != EEXIST) {
    return Fail(ErrorCode::kIo, Named(file) + ": cannot be created: " + DiskTrouble(errno));
  }
  const auto info = Look(*path);
  if (!info) return Fail(info.error());
  if (info->st_uid != geteuid()) {
    return Fail(ErrorCode::kIo,
                Named(file) + ": it belongs to another user (choose a file of your own)");
  }
  if (access(path->c_str(), R_OK | W_OK) != 0) {
    return Fail(ErrorCode::kIo, Named(file) + ": it may not be written (make it writable with " +
                                    "chmod u+rw, or choose another file)");
  }
  return path;
}

Result<fs::path> FindDatabaseFile(const fs::path& file) {
  const auto path = Resolve(file);
  if (!path) return path;
  const auto info = Look(*path);
  if (!info) return Fail(info.error());
  if (access(path->c_str(), R_OK) != 0) {
    return Fail(ErrorCode::kIo,
                Named(file) + ": it may not be read (ask its owner for permission)");
  }
  return path;
}

Result<fs::path> MakePrivateFolder(const std::string& prefix) {
  fs::path under = "/tmp";
  for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* value = std::getenv(variable);
    if (value && *value && access(value, W_OK | X_OK) == 0) {
      under = value;
      break;
    }
  }
  std::string name = (under / (prefix + "XXXXXX")).string();
  if (!mkdtemp(name.data())) {  // mkdtemp makes it 0700.
    return Fail(ErrorCode::kIo, "scratch folder in " + Quoted(under.string(), 200) +
                                    ": cannot be created: " + DiskTrouble(errno));
  }
  return fs::path(name);
}

}  // namespace satchel
