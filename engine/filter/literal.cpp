#include "engine/filter/literal.h"

#include <charconv>
#include <cmath>

#include "engine/record/decimal.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

template <class Number>
std::optional<Number> ReadNumber(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> ReadWholeNumber(std::string_view text) {
  return ReadNumber<std::int64_t>(text);
}

std::optional<double> ReadDouble(std::string_view text) {
  const auto value = ReadNumber<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return *value == 0 ? 0.0 : *value;  // No negative zero.
}

std::optional<bool> ReadBoolean(std::string_view text) {
  const std::string lower = LowerAscii(text);
  if (lower == "1" || lower == "true") return true;
  if (lower == "0" || lower == "false") return false;
  return std::nullopt;
}

std::optional<ScaledLiteral> ReadScaled(std::string_view text, int scale) {
  const auto decimal = ParseDecimal(text);
  if (!decimal) return std::nullopt;
  if (const auto exact = Rescale(*decimal, scale)) return ScaledLiteral{.floor = *exact};
  if (decimal->scale <= scale) {  // Too large for the column, not too fine.
    return ScaledLiteral{.exact = false, .beyond = decimal->unscaled < 0 ? -1 : 1};
  }
  std::int64_t unit = 1;
  for (int i = scale; i < decimal->scale; ++i) unit *= 10;
  const std::int64_t floor = decimal->unscaled / unit - (decimal->unscaled < 0 ? 1 : 0);
  return ScaledLiteral{.floor = floor, .exact = false};
}

std::string BadLiteral(std::string_view text, FieldType type) {
  const std::string value = Quoted(text);
  switch (type) {
    case FieldType::kInteger:
    case FieldType::kBigInt:
      return value + " is not a whole number; write one such as 12";
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
    case FieldType::kMultiSelect:
      return value + " is not the number of a choice; write its value, not its label";
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return value + " is not a decimal number; write one of at most 18 digits such as 12.50";
    case FieldType::kDouble:
      return value + " is not a number; write one such as 0.5";
    case FieldType::kBoolean:
      return value + " is not yes or no; write 1 or 0";
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      return value + " is not a date and time; write it as 2024-05-31T12:00:00Z";
    case FieldType::kDateOnly:
      return value + " is not a date; write it as 2024-05-31";
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      return value +
             " is not a record id; write a GUID such as 6f1d0c7e-0000-4000-8000-000000000001";
    case FieldType::kString:
    case FieldType::kMemo:
      break;
  }
  return value + " is not a text";
}

}  // namespace satchel
