#include "preview/run/record_text.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "engine/record/decimal.h"
#include "engine/record/instant.h"
#include "policy/schema/choice_label.h"
#include "policy/support/text.h"

namespace satchel {

std::string IdText(const Cell& cell) {
  if (cell.kind == Cell::Kind::kInteger) return std::to_string(cell.integer);
  if (cell.null() || cell.kind == Cell::Kind::kReal) return {};
  if (cell.kind == Cell::Kind::kId && cell.size == sizeof(Guid::bytes)) {
    Guid guid;
    std::memcpy(guid.bytes.data(), cell.bytes, sizeof guid.bytes);
    return ToString(guid);
  }
  return std::string(cell.view());
}

std::string PlainText(const FieldSchema& field, const Cell& cell) {
  if (cell.null()) return {};
  if (cell.kind == Cell::Kind::kReal) {
    char text[40];
    std::snprintf(text, sizeof text, "%.15g", cell.real);
    return text;
  }
  if (cell.kind != Cell::Kind::kInteger) {
    const std::string text = IdText(cell);
    // ",1,3," is how choices are kept; "1,3" is how servers write them.
    return field.type == FieldType::kMultiSelect && text.size() > 2
               ? text.substr(1, text.size() - 2)
               : text;
  }
  switch (field.type) {
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return ToString(Decimal{cell.integer, ScaleOf(field)});
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      return ToString(Instant{cell.integer});
    case FieldType::kDateOnly:
      return ToString(Day{cell.integer});
    case FieldType::kBoolean:
      return cell.integer != 0 ? "true" : "false";
    default:
      return std::to_string(cell.integer);
  }
}

std::string PeopleText(const FieldSchema& field, const Cell& cell) {
  if (cell.null()) return {};
  if (cell.kind == Cell::Kind::kInteger) {
    if (const std::string label = ChoiceLabel(field, cell.integer); !label.empty()) return label;
    if (field.type == FieldType::kBoolean) return cell.integer != 0 ? "Yes" : "No";
  }
  if (field.type == FieldType::kMultiSelect) {
    std::vector<std::string> labels;
    const std::string numbers = PlainText(field, cell);
    for (const std::string_view number : Split(numbers, ',')) {
      const std::string label = ChoiceLabel(field, std::atoll(std::string(number).c_str()));
      labels.push_back(label.empty() ? std::string(number) : label);
    }
    return Join(labels, ", ");
  }
  return PlainText(field, cell);
}

std::string MomentText(Instant moment) {
  std::string text = ToString(moment);
  if (!text.empty() && text.back() == 'Z') text.pop_back();
  if (const std::size_t at = text.find('T'); at != std::string::npos) text[at] = ' ';
  constexpr std::string_view kFullMinute = ":00";
  if (text.size() == std::string_view("2026-11-12 08:00:00").size() &&
      text.ends_with(kFullMinute)) {
    text.resize(text.size() - kFullMinute.size());
  }
  return text;
}

std::string MinuteText(Instant moment) {
  return MomentText(moment).substr(0, std::string_view("2026-11-12 08:00").size());
}

}  // namespace satchel
