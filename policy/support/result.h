// Result<T>: a value, or the Error that explains why there is none.
//
// An error is handled once: passed on (with While), or shown; never both. Exceptions of libraries
// are caught in the one file that knows the library; none crosses a module's header.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace satchel {

// What a caller may act on. Add a code only when some caller branches on it.
enum class ErrorCode {
  kInvalid,      // The input is wrong; retrying cannot help.
  kNotFound,     // No such file, record, user, entity.
  kConflict,     // Somebody else changed it first.
  kDenied,       // The server knows us and says no (401 after refresh, 403).
  kOffline,      // The network or the server is away; retry later.
  kExpired,      // A link, token or cursor the server no longer honours; start over.
  kCancelled,    // The user stopped it.
  kUnsupported,  // This server or this version cannot do it.
  kIo,           // Disk, permissions, space.
  kCorrupt,      // What we read cannot be what was written: broken answer, broken file.
};

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message = {};  // For people: what, why, what to do. Never parsed, never compared.

  // Puts what we were doing in front: "open store: disk full".
  [[nodiscard]] Error While(const std::string& doing) const {
    return {code, doing + ": " + message};
  }

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = tl::expected<T, Error>;

// return Fail(ErrorCode::kInvalid, "…");
[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
[[nodiscard]] inline tl::unexpected<Error> Fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}
[[nodiscard]] inline Error Cancelled() {
  return {ErrorCode::kCancelled, "cancelled"};
}

}  // namespace satchel
