#include "app/cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>

#include "policy/support/text.h"

namespace satchel {

namespace {

// Data sets and exported filters are read whole; nobody needs a larger one on this path.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

std::string Reason() {
  return std::strerror(errno);
}

}  // namespace

Result<std::string> ReadText(const std::string& file, Terminal& terminal) {
  if (file == "-") {
    return std::string(std::istreambuf_iterator<char>(terminal.in()), {});
  }
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    return Fail(ErrorCode::kIo, file + " is a folder (name a file in it)");
  }
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return Fail(ErrorCode::kNotFound, file + ": no such file");
    return Fail(ErrorCode::kIo, file + ": cannot be read: " + Reason());
  }
  std::string text;
  char buffer[65536];
  ssize_t count = 0;
  while ((count = ::read(descriptor, buffer, sizeof buffer)) > 0 && text.size() <= kMostBytes) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  const std::string reason = Reason();
  ::close(descriptor);
  if (count < 0) return Fail(ErrorCode::kIo, file + ": cannot be read: " + reason);
  if (text.size() > kMostBytes) return Fail(ErrorCode::kInvalid, file + ": larger than 1 GB");
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
  if (descriptor < 0) return Fail(ErrorCode::kIo, file + ": cannot be written: " + Reason());
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  bool good = written == text.size() && ::fsync(descriptor) == 0;
  const std::string reason = Reason();
  ::close(descriptor);
  good = good && ::rename(temporary.c_str(), file.c_str()) == 0;
  if (!good) {
    ::unlink(temporary.c_str());
    return Fail(ErrorCode::kIo, file + ": cannot be written: " + reason + " (nothing was changed)");
  }
  return {};
}

}  // namespace satchel
