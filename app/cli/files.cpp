#include "app/cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ios>
#include <istream>

#include "policy/support/disk_error.h"

namespace satchel {

namespace {

// Data sets and exported filters are read whole; nobody needs a larger one on this path.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

tl::unexpected<Error> TooLarge(const std::string& file) {
  return Fail(ErrorCode::kInvalid, file + " is larger than 1 GB (split it)");
}

Result<std::string> ReadStandardInput(std::istream& in) {
  std::string text;
  char buffer[65536];
  // A closed descriptor makes std::cin throw instead of fail.
  try {
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
      text.append(buffer, static_cast<std::size_t>(in.gcount()));
      if (text.size() > kMostBytes) return TooLarge("standard input");
    }
  } catch (const std::ios_base::failure&) {
    in.setstate(std::ios_base::badbit);
  }
  if (in.bad()) {
    return Fail(ErrorCode::kIo,
                "standard input cannot be read (pipe the file in, or name it instead of -)");
  }
  return text;
}

}  // namespace

Result<std::string> ReadText(const std::string& file, Terminal& terminal) {
  if (file == "-") return ReadStandardInput(terminal.in());
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return Fail(ErrorCode::kIo, file + " is a folder (name a file in it)");
  }
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) {
      return Fail(ErrorCode::kNotFound, file + ": no such file (check the name and the folder)");
    }
    return Fail(ErrorCode::kIo, file + " cannot be read: " + DiskTrouble(errno));
  }
  std::string text;
  char buffer[65536];
  ssize_t count = 0;
  while ((count = ::read(descriptor, buffer, sizeof buffer)) > 0 && text.size() <= kMostBytes) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  const int reason = errno;
  ::close(descriptor);
  if (count < 0) return Fail(ErrorCode::kIo, file + " cannot be read: " + DiskTrouble(reason));
  if (text.size() > kMostBytes) return TooLarge(file);
  return text;
}

Result<> WriteText(const std::string& file, std::string_view text, Overwrite overwrite) {
  if (overwrite == Overwrite::kRefuse && std::filesystem::exists(file)) {
    return Fail(ErrorCode::kConflict,
                file + " exists already (choose another name or add --force)");
  }
  const std::string temporary = file + "." + std::to_string(::getpid()) + ".tmp";
  // 0666 less the user's umask, as every editor does: a policy is not a secret.
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return Fail(ErrorCode::kIo, file + " cannot be written: " + DiskTrouble(errno));
  }
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  bool good = written == text.size() && ::fsync(descriptor) == 0;
  int error = errno;
  ::close(descriptor);
  if (good && ::rename(temporary.c_str(), file.c_str()) != 0) {
    error = errno;
    good = false;
  }
  if (!good) {
    ::unlink(temporary.c_str());
    return Fail(ErrorCode::kIo, file + " cannot be written: " + DiskTrouble(error));
  }
  return {};
}

}  // namespace satchel
