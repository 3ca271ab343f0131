#include "app/sandbox/web/values.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>

#include "app/sandbox/web/url.h"
#include "engine/record/cell.h"
#include "engine/record/decimal.h"
#include "engine/record/instant.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// 1753-01-01, the first date the server keeps.
constexpr std::int64_t kFirstDay = -79'258;

tl::unexpected<ApiError> WrongType(const Table& table, const Attribute& attribute,
                                   std::string_view wanted) {
  return Refuse(400, kCodePayload,
                "Error identified in Payload provided by the user for Entity '" + table.set_name +
                    "': the property '" + attribute.wire_name() + "' takes " + std::string(wanted) +
                    ".");
}

tl::unexpected<ApiError> OutOfRange(const Attribute& attribute, std::string_view value) {
  return Refuse(400, kCodeValidation,
                "A validation error occurred. The value " + std::string(value) + " of '" +
                    attribute.name + "' is outside the valid range (" +
                    std::to_string(attribute.min) + " to " + std::to_string(attribute.max) + ").");
}

std::size_t Characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::optional<std::int64_t> Whole(const JsonValue& value) {
  std::int64_t number = 0;
  const char* last = value.text.data() + value.text.size();
  const auto [end, problem] = std::from_chars(value.text.data(), last, number);
  if (value.kind != JsonValue::Kind::kNumber || problem != std::errc() || end != last) {
    return std::nullopt;
  }
  return number;
}

Answer<SqlValue> Choice(const Attribute& attribute, std::int64_t value) {
  const auto& options = attribute.options.options;
  const bool known =
      options.empty() || std::any_of(options.begin(), options.end(),
                                     [&](const Option& option) { return option.value == value; });
  if (!known) {
    return Refuse(400, kCodeValidation,
                  "A validation error occurred. The value " + std::to_string(value) + " of '" +
                      attribute.name + "' is not one of its choices.");
  }
  return SqlValue(value);
}

Answer<SqlValue> Choices(const Table& table, const Attribute& attribute, const JsonValue& value) {
  if (!value.is_string()) return WrongType(table, attribute, "a string such as \"1,3\"");
  std::set<std::int64_t> chosen;
  for (const std::string_view part : Split(value.text, ',')) {
    const std::string_view digits = Trim(part);
    std::int64_t number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc() || end != digits.data() + digits.size()) {
      return WrongType(table, attribute, "whole numbers with commas between them");
    }
    if (auto known = Choice(attribute, number); !known) return known;
    chosen.insert(number);
  }
  std::string stored = ",";
  for (const std::int64_t number : chosen) stored += std::to_string(number) + ",";
  return SqlValue(stored);
}

Answer<SqlValue> Number(const Table& table, const Attribute& attribute, const JsonValue& value) {
  const bool ranged = attribute.min < attribute.max;
  if (attribute.type == FieldType::kDouble) {
    if (value.kind != JsonValue::Kind::kNumber) return WrongType(table, attribute, "a number");
    const double number = std::strtod(value.text.c_str(), nullptr);
    if (ranged && (number < static_cast<double>(attribute.min) ||
                   number > static_cast<double>(attribute.max))) {
      return OutOfRange(attribute, value.text);
    }
    return SqlValue(number);
  }
  if (attribute.type == FieldType::kDecimal || attribute.type == FieldType::kMoney) {
    const auto decimal = value.kind == JsonValue::Kind::kNumber ? ParseDecimal(value.text)
                                                                : std::optional<Decimal>();
    if (!decimal) return WrongType(table, attribute, "a decimal number of at most 18 digits");
    if (ranged &&
        (Compare(*decimal, {attribute.min, 0}) < 0 || Compare(*decimal, {attribute.max, 0}) > 0)) {
      return OutOfRange(attribute, value.text);
    }
    FieldSchema field;
    field.type = attribute.type;
    field.precision = attribute.precision;
    // Digits beyond the precision are cut off as the server rounds them: halves away from zero.
    Decimal kept = *decimal;
    const int scale = ScaleOf(field);
    while (kept.scale > scale) {
      const std::int64_t half =
          kept.scale - 1 == scale ? (kept.unscaled < 0 ? -5 : 5) : std::int64_t{0};
      kept.unscaled = (kept.unscaled + half) / 10;
      --kept.scale;
    }
    const auto scaled = Rescale(kept, scale);
    if (!scaled) return OutOfRange(attribute, value.text);
    return SqlValue(*scaled);
  }
  const auto number = Whole(value);
  if (!number) return WrongType(table, attribute, "a whole number");
  if (ranged && (*number < attribute.min || *number > attribute.max)) {
    return OutOfRange(attribute, value.text);
  }
  return SqlValue(*number);
}

}  // namespace

Answer<SqlValue> ToStored(const Table& table, const Attribute& attribute, const JsonValue& value) {
  if (value.null()) return SqlValue(std::monostate());
  switch (attribute.type) {
    case FieldType::kString:
    case FieldType::kMemo: {
      if (!value.is_string()) return WrongType(table, attribute, "a string");
      if (attribute.max_length > 0 &&
          Characters(value.text) > static_cast<std::size_t>(attribute.max_length)) {
        return Refuse(400, kCodeValidation,
                      "A validation error occurred. The length of the '" + attribute.name +
                          "' attribute of the '" + table.name +
                          "' entity exceeded the maximum allowed length of '" +
                          std::to_string(attribute.max_length) + "'.");
      }
      if (value.text.empty()) return SqlValue(std::monostate());
      return SqlValue(value.text);
    }
    case FieldType::kInteger:
    case FieldType::kBigInt:
    case FieldType::kDecimal:
    case FieldType::kMoney:
    case FieldType::kDouble:
      return Number(table, attribute, value);
    case FieldType::kBoolean:
      if (value.kind != JsonValue::Kind::kBoolean)
        return WrongType(table, attribute, "true or false");
      return SqlValue(std::int64_t{value.boolean ? 1 : 0});
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus: {
      const auto number = Whole(value);
      if (!number) return WrongType(table, attribute, "a whole number");
      return Choice(attribute, *number);
    }
    case FieldType::kMultiSelect:
      return Choices(table, attribute, value);
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi: {
      const auto instant = value.is_string() ? ParseInstant(value.text) : std::optional<Instant>();
      if (!instant)
        return WrongType(table, attribute, "a date and time such as 2024-05-31T12:00:00Z");
      if (instant->ticks < kFirstDay * kTicksPerDay) {
        return Refuse(400, kCodeValidation,
                      "The date-time is less than the minimum value supported "
                      "by CrmDateTime: 1753-01-01.");
      }
      // The server keeps whole seconds.
      return SqlValue(instant->ticks -
                      ((instant->ticks % kTicksPerSecond) + kTicksPerSecond) % kTicksPerSecond);
    }
    case FieldType::kDateOnly: {
      const auto day = value.is_string() ? ParseDay(value.text) : std::optional<Day>();
      if (!day) return WrongType(table, attribute, "a date such as 2024-05-31");
      if (day->days < kFirstDay) {
        return Refuse(400, kCodeValidation,
                      "The date is less than the minimum value supported by "
                      "CrmDateTime: 1753-01-01.");
      }
      return SqlValue(day->days);
    }
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier: {
      const auto id = value.is_string() ? ParseGuid(value.text) : std::optional<Guid>();
      if (!id) return WrongType(table, attribute, "a GUID");
      return SqlValue(*id);
    }
  }
  return WrongType(table, attribute, "another value");
}

std::optional<JsonValue> LiteralToJson(std::string_view literal) {
  JsonValue value;
  if (const auto text = Unquote(literal)) {
    value.kind = JsonValue::Kind::kString;
    value.text = *text;
    return value;
  }
  if (ParseGuid(literal)) {
    value.kind = JsonValue::Kind::kString;
    value.text = literal;
    return value;
  }
  if (literal == "null") return value;
  if (literal == "true" || literal == "false") {
    value.kind = JsonValue::Kind::kBoolean;
    value.boolean = literal == "true";
    return value;
  }
  if (!literal.empty() && literal.find_first_not_of("0123456789+-.eE") == std::string_view::npos) {
    value.kind = JsonValue::Kind::kNumber;
    value.text = literal;
    return value;
  }
  if (ParseInstant(literal)) {
    value.kind = JsonValue::Kind::kString;
    value.text = literal;
    return value;
  }
  return std::nullopt;
}

}  // namespace satchel::sandbox
