#include "engine/server/json_text.h"

#include <charconv>
#include <cmath>

#include "engine/record/cell.h"
#include "engine/record/decimal.h"
#include "engine/record/instant.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// The years ISO 8601 writes with four digits, which is all servers take.
bool Writable(std::string_view date) {
  return date.size() > 4 && date[4] == '-' && date.front() != '-';
}

std::string InQuotes(std::string_view text) {
  std::string json;
  AppendJsonText(json, text);
  return json;
}

}  // namespace

void AppendJsonText(std::string& json, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  json += '"';
  std::size_t plain = 0;  // Where the piece begins that needs no escape.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
    json += text.substr(plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        json += "\\u00";
        json += kHex[static_cast<unsigned char>(c) >> 4];
        json += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  json += text.substr(plain);
  json += '"';
}

Result<std::string> JsonOf(const FieldSchema& field, const Value& value, bool decimals_as_text) {
  if (std::holds_alternative<std::monostate>(value)) return std::string("null");
  const auto* integer = std::get_if<std::int64_t>(&value);
  const auto* text = std::get_if<std::string>(&value);
  const auto* id = std::get_if<Guid>(&value);
  const auto* real = std::get_if<double>(&value);
  switch (field.type) {
    case FieldType::kString:
    case FieldType::kMemo:
      if (text && FirstInvalidUtf8(*text) != std::string_view::npos) {
        return Fail(ErrorCode::kInvalid, "it is no valid UTF-8 text");
      }
      if (text) return InQuotes(*text);
      break;
    case FieldType::kInteger:
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      if (integer) return std::to_string(*integer);
      break;
    case FieldType::kBigInt:
      if (integer && decimals_as_text) return "\"" + std::to_string(*integer) + "\"";
      if (integer) return std::to_string(*integer);
      break;
    case FieldType::kBoolean:
      if (integer) return std::string(*integer ? "true" : "false");
      break;
    case FieldType::kDecimal:
    case FieldType::kMoney:
      if (integer) {
        const std::string digits = ToString(Decimal{*integer, ScaleOf(field)});
        return decimals_as_text ? "\"" + digits + "\"" : digits;
      }
      break;
    case FieldType::kDouble: {
      const double number = real ? *real : integer ? static_cast<double>(*integer) : 0;
      if ((!real && !integer) || !std::isfinite(number)) break;
      char buffer[32];
      const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
      if (error == std::errc()) return std::string(buffer, end);
      break;
    }
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      if (integer) {
        const std::string moment = ToString(Instant{*integer});
        if (Writable(moment)) return "\"" + moment + "\"";
      }
      break;
    case FieldType::kDateOnly:
      if (integer) {
        const std::string day = ToString(Day{*integer});
        if (Writable(day)) return "\"" + day + "\"";
      }
      break;
    case FieldType::kMultiSelect:
      if (text && text->size() >= 3 && text->front() == ',' && text->back() == ',') {
        return InQuotes(std::string_view(*text).substr(1, text->size() - 2));
      }
      break;
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      if (id) return "\"" + ToString(*id) + "\"";
      if (text) return InQuotes(*text);
      if (integer) return std::to_string(*integer);
      break;
  }
  return Fail(ErrorCode::kInvalid,
              "it is no " + LowerAscii(Words(field.type)) + " that can be written");
}

}  // namespace satchel
