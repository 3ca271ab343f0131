// A record id: 16 bytes, compared bytewise, printed lower-case with hyphens.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace satchel {

struct Guid {
  std::array<std::uint8_t, 16> bytes = {};  // In the order of the text form (big-endian).
  friend auto operator<=>(const Guid&, const Guid&) = default;
};

// With or without braces, either case. Nothing for anything else.
[[nodiscard]] std::optional<Guid> ParseGuid(std::string_view text);
[[nodiscard]] std::string ToString(const Guid& guid);

}  // namespace satchel
