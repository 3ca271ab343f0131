// Values as JSON answers carry them, read without copying where that is possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace satchel {

// "5"; "5.0" and "1e3" too. Nothing for what is no whole number of 64 bits.
[[nodiscard]] std::optional<std::int64_t> ReadWireWhole(std::string_view text);
// A finite number, or "INF" and "-INF".
[[nodiscard]] std::optional<double> ReadWireDouble(std::string_view text);
// "3,1" as ",1,3,"; nothing when an element is no whole number.
[[nodiscard]] std::optional<std::string> ReadWireChoices(std::string_view text);
// "accounts(…)", "https://…/accounts(accountid=…)" or the bare id → the id.
[[nodiscard]] std::string IdIn(std::string_view reference);
// Undoes the one-character escapes of a JSON string where it stands, which only makes it shorter;
// the new length. Nothing when there is a \u, or what is no escape at all: nothing is changed then.
[[nodiscard]] std::optional<std::size_t> UnescapeInPlace(char* text, std::size_t size);
// Whether an object or array is nested deeper than any server's, found without recursion.
[[nodiscard]] bool TooDeep(std::string_view json);

}  // namespace satchel
