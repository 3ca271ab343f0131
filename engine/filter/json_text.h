// What the readers of data-set JSON share: places and sentences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

[[nodiscard]] std::string_view WithoutByteOrderMark(std::string_view text);
// "line 3, column 7" of a byte offset.
[[nodiscard]] std::string PlaceInText(std::string_view text, std::size_t offset);
// "the key 'nmae' is not known here; did you mean 'name'?"
[[nodiscard]] std::string UnknownKey(std::string_view key, const std::vector<std::string>& known);
// "42", "-7", "+3"; nothing for anything else or beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> ParseWhole(std::string_view text);

}  // namespace satchel
