#include "policy/check/literal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "policy/support/text.h"

namespace satchel {

namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <class T>
bool Reads(std::string_view text, T& out) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

bool IsDecimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    if (!IsDigits(exponent)) return false;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return IsDigits(text);
  return IsDigits(text.substr(0, point)) && IsDigits(text.substr(point + 1));
}

// hh:mm[:ss[.fffffff]][Z|+hh:mm]
bool IsTime(std::string_view text) {
  if (text.ends_with('Z') || text.ends_with('z')) {
    text.remove_suffix(1);
  } else if (text.size() > 6 && (text[text.size() - 6] == '+' || text[text.size() - 6] == '-')) {
    const std::string_view zone = text.substr(text.size() - 5);
    if (zone[2] != ':' || !IsDigits(zone.substr(0, 2)) || !IsDigits(zone.substr(3))) return false;
    if (zone.substr(0, 2) > "14" || zone.substr(3) > "59") return false;
    text.remove_suffix(6);
  }
  const std::size_t point = text.find('.');
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1);
    if (point != 8 || !IsDigits(fraction) || fraction.size() > 9) return false;
    text = text.substr(0, point);
  }
  if (text.size() != 5 && text.size() != 8) return false;
  if (!IsDigits(text.substr(0, 2)) || text[2] != ':' || !IsDigits(text.substr(3, 2))) return false;
  if (text.substr(0, 2) > "23" || text.substr(3, 2) > "59") return false;
  return text.size() == 5 || (text[5] == ':' && IsDigits(text.substr(6)) && text.substr(6) <= "59");
}

}  // namespace

bool IsGuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

bool IsDay(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!IsDigits(text.substr(0, 4)) || !IsDigits(text.substr(5, 2)) ||
      !IsDigits(text.substr(8, 2)) || !Reads(text.substr(0, 4), year) ||
      !Reads(text.substr(5, 2), month) || !Reads(text.substr(8, 2), day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return false;
  return text.size() == 10 || ((text[10] == 'T' || text[10] == ' ') && IsTime(text.substr(11)));
}

bool IsWhole(std::string_view text) {
  std::int64_t number = 0;
  return Reads(text, number);
}

std::string LiteralProblem(std::string_view text, const OperatorInfo& info, std::size_t position,
                           const FieldSchema* field) {
  const auto is_not = [&](std::string_view what) {
    return Quoted(text) + " is not " + std::string(what);
  };
  std::int64_t number = 0;
  switch (info.operand) {
    case Operand::kNothing:
    case Operand::kPattern:
      return {};
    case Operand::kCount:
      return Reads(text, number) && number > 0 && number <= 1'000'000
                 ? ""
                 : is_not("a whole number from 1 to 1000000");
    case Operand::kYear:
    case Operand::kPeriod:
    case Operand::kPeriodAndYear: {
      const bool year = info.operand == Operand::kYear || position == 1;
      if (!Reads(text, number) || number < 1 || number > (year ? 9999 : 366)) {
        return is_not(year ? "a year such as 2026" : "the number of a fiscal period such as 2");
      }
      return {};
    }
    case Operand::kDay:
      return IsDay(text) ? "" : is_not("a day; write it as 2026-11-23");
    case Operand::kChoices:
      return IsWhole(text) ? "" : is_not("the number of a choice");
    case Operand::kId:
      return IsGuid(text) ? "" : is_not("a record id; write 8-4-4-4-12 hexadecimal digits");
    case Operand::kField:
      break;
  }
  if (!field) return {};
  const FieldType type = field->type;
  if (kTextTypes.Has(type)) return {};
  if (kIdTypes.Has(type)) {
    return IsGuid(text) ? "" : is_not("a record id; write 8-4-4-4-12 hexadecimal digits");
  }
  if (kDateTypes.Has(type)) {
    return IsDay(text) ? "" : is_not("a date; write 2026-11-23 or 2026-11-23T10:00:00Z");
  }
  if (type == FieldType::kBoolean) {
    const std::string lower = LowerAscii(text);
    return lower == "0" || lower == "1" || lower == "true" || lower == "false"
               ? ""
               : is_not("yes or no; write 1 or 0");
  }
  if (kChoiceTypes.Has(type)) return IsWhole(text) ? "" : is_not("the number of a choice");
  if (type == FieldType::kInteger) {
    return Reads(text, number) && number >= INT32_MIN && number <= INT32_MAX
               ? ""
               : is_not("a whole number");
  }
  if (type == FieldType::kBigInt) return IsWhole(text) ? "" : is_not("a whole number");
  if (type == FieldType::kDouble) {
    double value = 0;
    return Reads(text, value) && value - value == 0 ? "" : is_not("a number");
  }
  return IsDecimal(text) ? "" : is_not("a number; write it with a point, without groups: 1234.50");
}

}  // namespace satchel
