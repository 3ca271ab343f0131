#include "engine/record/row_version.h"

#include <charconv>

namespace satchel {

std::optional<std::int64_t> NumberOf(std::string_view version) {
  if (version.starts_with("W/")) version.remove_prefix(2);
  if (version.size() >= 2 && version.front() == '"' && version.back() == '"') {
    version.remove_prefix(1);
    version.remove_suffix(1);
  }
  std::int64_t number = 0;
  const char* end = version.data() + version.size();
  const auto [stop, error] = std::from_chars(version.data(), end, number);
  if (version.empty() || error != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

std::string PlainVersion(std::string_view version) {
  const auto number = NumberOf(version);
  const bool weak = version.starts_with("W/") && number;
  return weak ? std::to_string(*number) : std::string(version);
}

std::string ETagOfPlain(std::string_view version) {
  const bool number = !version.empty() && version.front() != '"' && NumberOf(version);
  return number ? "W/\"" + std::string(version) + "\"" : std::string(version);
}

bool IsOlder(std::string_view a, std::string_view b) {
  const auto first = NumberOf(a);
  const auto second = NumberOf(b);
  return first && second && *first < *second;
}

}  // namespace satchel
