// A record's version as servers send it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace satchel {

// One form for both ways a version is kept: W/"123" as 123, everything else as it is.
[[nodiscard]] std::string PlainVersion(std::string_view version);
// The ETag of a plain version.
[[nodiscard]] std::string ETagOfPlain(std::string_view version);

// The number in W/"123", "123" or 123. Nothing where versions do not count (hashes, timestamps).
[[nodiscard]] std::optional<std::int64_t> NumberOf(std::string_view version);

// Both count, and `a` was written before `b`.
[[nodiscard]] bool IsOlder(std::string_view a, std::string_view b);

}  // namespace satchel
