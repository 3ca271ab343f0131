// A record's version as servers send it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace satchel {

// The number in W/"123", "123" or 123. Nothing where versions do not count (hashes, timestamps).
[[nodiscard]] std::optional<std::int64_t> NumberOf(std::string_view version);

// Both count, and `a` was written before `b`.
[[nodiscard]] bool IsOlder(std::string_view a, std::string_view b);

}  // namespace satchel
