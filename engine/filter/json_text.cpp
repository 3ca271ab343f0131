#include "engine/filter/json_text.h"

#include <algorithm>
#include <charconv>

#include "policy/support/text.h"

namespace satchel {

std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.substr(0, kMark.size()) == kMark ? text.substr(kMark.size()) : text;
}

std::string PlaceInText(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line.
  std::size_t column = 1;
  for (const char c : before.substr(start)) column += (c & 0xC0) != 0x80;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::string UnknownKey(std::string_view key, const std::vector<std::string>& known) {
  std::string sentence = "the key " + Quoted(key) + " is not known here";
  if (const std::string nearest = Nearest(key, known); !nearest.empty()) {
    sentence += "; did you mean " + Quoted(nearest) + "?";
  }
  return sentence;
}

std::optional<std::int64_t> ParseWhole(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace satchel
