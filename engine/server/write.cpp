#include "engine/server/write.h"

#include <charconv>

namespace satchel {

std::string ETagOf(const Cell& version) {
  if (version.kind == Cell::Kind::kInteger) {
    return "W/\"" + std::to_string(version.integer) + "\"";
  }
  return version.kind == Cell::Kind::kText ? std::string(version.view()) : std::string();
}

Value VersionOf(std::string_view etag) {
  if (etag.empty()) return {};
  if (etag.size() > 4 && etag.starts_with("W/\"") && etag.back() == '"') {
    const std::string_view digits = etag.substr(3, etag.size() - 4);
    std::int64_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [at, error] = std::from_chars(digits.data(), end, number);
    if (error == std::errc() && at == end && ETagOf(Cell::Integer(number)) == etag) return number;
  }
  return std::string(etag);
}

}  // namespace satchel
