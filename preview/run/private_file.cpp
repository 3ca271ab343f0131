#include "preview/run/private_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace satchel {

Result<> WritePrivateFile(const std::filesystem::path& file,
                          const std::function<Result<>(std::FILE*)>& write) {
  const std::string temporary = file.string() + ".tmp";
  const int descriptor =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  std::FILE* out = descriptor < 0 ? nullptr : ::fdopen(descriptor, "wb");
  if (out == nullptr) {
    return Fail(ErrorCode::kIo,
                file.string() + ": cannot be written (check the folder's permissions)");
  }
  Result<> written = write(out);
  const bool flushed = std::fflush(out) == 0 && std::ferror(out) == 0;
  const bool closed = std::fclose(out) == 0;
  if (written && !(flushed && closed)) {
    written =
        Fail(ErrorCode::kIo, file.string() + ": cannot be written whole (the disk may be full)");
  }
  if (written && std::rename(temporary.c_str(), file.c_str()) != 0) {
    written = Fail(ErrorCode::kIo, file.string() + ": cannot be written");
  }
  if (!written) std::remove(temporary.c_str());
  return written;
}

}  // namespace satchel
