// Small text work used everywhere: standard library only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// Byte offset of the first invalid UTF-8 sequence (overlong, surrogate, > U+10FFFF, cut), or npos.
[[nodiscard]] std::size_t FirstInvalidUtf8(std::string_view text);

[[nodiscard]] std::string_view Trim(std::string_view text);
[[nodiscard]] std::string LowerAscii(std::string_view text);
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);
[[nodiscard]] std::string Join(const std::vector<std::string>& parts, std::string_view separator);

// Length in bytes of the valid UTF-8 sequence at `at`, or 0.
[[nodiscard]] std::size_t Utf8Length(std::string_view text, std::size_t at);
// Appends the UTF-8 form of a code point.
void AppendUtf8(std::string& text, char32_t code_point);

// 'text' in single quotes for a message, shortened to `most` characters with "…", control and
// bidirectional-override characters shown as U+FFFD: safe on a terminal and in the window.
[[nodiscard]] std::string Quoted(std::string_view text, std::size_t most = 60);

// The same without quotes and without shortening.
[[nodiscard]] std::string Shown(std::string_view text);

// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The name in `names` nearest to `name` (edit distance ≤ 2 and less than half its length), or "".
// For "did you mean …?".
[[nodiscard]] std::string Nearest(std::string_view name, const std::vector<std::string>& names);

}  // namespace satchel
