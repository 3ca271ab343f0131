#include "app/sandbox/query/format.h"

#include <date/tz.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "engine/record/instant.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// "1234567" as "1,234,567"; a sign stays in front.
std::string Grouped(std::string digits) {
  const std::size_t start = !digits.empty() && digits.front() == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > start + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

// A number kept as an integer of `scale` decimals, shown with `shown` of them, halves up.
std::string Fixed(std::int64_t unscaled, int scale, int shown) {
  const bool negative = unscaled < 0;
  auto magnitude = static_cast<unsigned long long>(negative ? -(unscaled + 1) : unscaled);
  if (negative) ++magnitude;
  for (; scale > shown; --scale) {
    magnitude = magnitude / 10 + (scale - 1 == shown && magnitude % 10 >= 5 ? 1 : 0);
  }
  std::string digits = std::to_string(magnitude);
  if (scale > 0) {
    if (digits.size() <= static_cast<std::size_t>(scale)) {
      digits.insert(0, static_cast<std::size_t>(scale) + 1 - digits.size(), '0');
    }
    const std::size_t point = digits.size() - static_cast<std::size_t>(scale);
    digits = Grouped(digits.substr(0, point)) + "." + digits.substr(point);
  } else {
    digits = Grouped(digits);
  }
  digits.append(static_cast<std::size_t>(std::max(0, shown - scale)), '0');
  return (negative ? "-" : "") + digits;
}

std::string FormatDay(std::int64_t days) {
  const date::year_month_day day{date::sys_days{date::days{days}}};
  return std::to_string(static_cast<unsigned>(day.month())) + "/" +
         std::to_string(static_cast<unsigned>(day.day())) + "/" +
         std::to_string(static_cast<int>(day.year()));
}

std::string FormatReading(std::int64_t seconds) {
  const std::int64_t day = (seconds >= 0 ? seconds : seconds - 86'399) / 86'400;
  const std::int64_t minute = (seconds - day * 86'400) / 60;
  const std::int64_t hour = minute / 60;
  const std::string minutes = std::to_string(minute % 60);
  return FormatDay(day) + " " + std::to_string(hour % 12 == 0 ? 12 : hour % 12) + ":" +
         (minutes.size() < 2 ? "0" : "") + minutes + (hour < 12 ? " AM" : " PM");
}

std::int64_t WholeSeconds(std::int64_t ticks) {
  return (ticks >= 0 ? ticks : ticks - kTicksPerSecond + 1) / kTicksPerSecond;
}

std::int64_t LocalSeconds(std::int64_t utc, const std::string& zone) {
  try {
    const date::sys_seconds instant{std::chrono::seconds{utc}};
    return utc + date::locate_zone(zone)->get_info(instant).offset.count();
  } catch (const std::runtime_error&) {
    return utc;  // A zone the system does not know is shown as UTC.
  }
}

std::string LabelOf(const Attribute& attribute, std::int64_t value) {
  for (const Option& option : attribute.options.options) {
    if (option.value == value) return option.label;
  }
  return {};
}

std::string FormatDouble(double value, int precision) {
  const int shown = precision < 0 ? 2 : precision;
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%.*f", shown, value);
  const std::string plain(text, static_cast<std::size_t>(std::max(size, 0)));
  const std::size_t point = plain.find('.');
  if (point == std::string::npos) return Grouped(plain);
  return Grouped(plain.substr(0, point)) + plain.substr(point);
}

}  // namespace

std::string FormatValue(const Attribute& attribute, const Cell& cell, const std::string& zone,
                        std::string_view symbol) {
  if (cell.null()) return {};
  switch (attribute.type) {
    case FieldType::kInteger:
    case FieldType::kBigInt:
      return Grouped(std::to_string(cell.integer));
    case FieldType::kDecimal:
    case FieldType::kMoney: {
      FieldSchema field;
      field.type = attribute.type;
      field.precision = attribute.precision;
      const std::string number =
          Fixed(cell.integer, ScaleOf(field), attribute.precision < 0 ? 2 : attribute.precision);
      if (attribute.type == FieldType::kDecimal) return number;
      if (number.front() == '-') return "-" + std::string(symbol) + number.substr(1);
      return std::string(symbol) + number;
    }
    case FieldType::kDouble:
      return FormatDouble(
          cell.kind == Cell::Kind::kReal ? cell.real : static_cast<double>(cell.integer),
          attribute.precision);
    case FieldType::kBoolean: {
      const std::string label = LabelOf(attribute, cell.integer);
      return label.empty() ? (cell.integer != 0 ? "Yes" : "No") : label;
    }
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      return LabelOf(attribute, cell.integer);
    case FieldType::kMultiSelect: {
      std::vector<std::string> labels;
      for (const std::string_view part : Split(cell.view(), ',')) {
        std::int64_t value = 0;
        const auto end = std::from_chars(part.data(), part.data() + part.size(), value).ptr;
        if (end != part.data()) labels.push_back(LabelOf(attribute, value));
      }
      return Join(labels, "; ");
    }
    case FieldType::kDateTime: {
      const std::int64_t local = LocalSeconds(WholeSeconds(cell.integer), zone);
      return attribute.format == "DateOnly" ? FormatDay((local - (local < 0 ? 86'399 : 0)) / 86'400)
                                            : FormatReading(local);
    }
    case FieldType::kDateTimeTzi:
      return FormatReading(WholeSeconds(cell.integer));
    case FieldType::kDateOnly:
      return FormatDay(cell.integer);
    case FieldType::kString:
    case FieldType::kMemo:
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      break;
  }
  return {};
}

}  // namespace satchel::sandbox
