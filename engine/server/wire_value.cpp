#include "engine/server/wire_value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "engine/http/limits.h"
#include "engine/record/decimal.h"
#include "engine/record/guid.h"
#include "policy/support/text.h"

namespace satchel {

std::optional<std::int64_t> ReadWireWhole(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) return value;
  // "5.0" and "1e3" are whole numbers too, if rarely written so.
  const auto decimal = ParseDecimal(text);
  return decimal ? Rescale(*decimal, 0) : std::nullopt;
}

std::optional<double> ReadWireDouble(std::string_view text) {
  if (text == "INF") return std::numeric_limits<double>::infinity();
  if (text == "-INF") return -std::numeric_limits<double>::infinity();
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() ||
      !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> ReadWireChoices(std::string_view text) {
  std::set<std::int64_t> values;
  for (const std::string_view part : Split(text, ',')) {
    const auto value = ReadWireWhole(Trim(part));
    if (!value) return std::nullopt;
    values.insert(*value);
  }
  std::string stored = ",";
  for (const std::int64_t value : values) stored += std::to_string(value) + ",";
  return stored;
}

std::string IdIn(std::string_view reference) {
  const std::size_t open = reference.rfind('(');
  if (open != std::string_view::npos && reference.back() == ')') {
    reference = reference.substr(open + 1, reference.size() - open - 2);
    const std::size_t named = reference.find('=');
    if (named != std::string_view::npos) reference.remove_prefix(named + 1);
    if (reference.size() >= 2 && reference.front() == '\'') {
      reference = reference.substr(1, reference.size() - 2);
    }
  }
  const auto guid = ParseGuid(reference);
  return guid ? ToString(*guid) : std::string(reference);
}

std::optional<std::size_t> UnescapeInPlace(char* text, std::size_t size) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  for (std::size_t i = 0; i < size; ++i) {
    if (text[i] != '\\') continue;
    if (++i == size || kEscapes.find(text[i]) == std::string_view::npos) return std::nullopt;
  }
  std::size_t length = 0;
  for (std::size_t i = 0; i < size; ++i) {
    text[length++] = text[i] == '\\' ? kMeanings[kEscapes.find(text[++i])] : text[i];
  }
  return length;
}

bool TooDeep(std::string_view json) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxJsonDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace satchel
