#include "engine/filter/cell_kind.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "engine/filter/data_set.h"
#include "engine/filter/json_text.h"
#include "engine/record/text_order.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using Class = CellKind::Class;

template <class T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

Decimal DecimalOf(const CellKind& kind, const Cell& cell) {
  return {cell.integer, kind.scale};
}

double RealOf(const Cell& cell) {
  return cell.kind == Cell::Kind::kReal ? cell.real : static_cast<double>(cell.integer);
}

std::string_view BytesOf(const Cell& cell) {
  return cell.kind == Cell::Kind::kText || cell.kind == Cell::Kind::kId ? cell.view()
                                                                        : std::string_view();
}

tl::unexpected<Error> NotA(const FieldSchema& field, const std::string& text,
                           const std::string& remedy) {
  return Fail(ErrorCode::kInvalid, Quoted(text) + " is no " + std::string(Name(field.type)) +
                                       " value (write " + remedy + ")");
}

Result<Cell> ParseReal(const FieldSchema& field, const std::string& text) {
  // ParseDecimal sets the form; from_chars would also take "inf" and refuses a plus.
  const std::string_view digits = std::string_view(text).substr(text.rfind('+') == 0 ? 1 : 0);
  double real = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), real);
  const bool number =
      !digits.empty() && text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  if (!number || error != std::errc() || end != digits.data() + digits.size()) {
    return NotA(field, text, "a number such as 1250.5");
  }
  return Cell::Real(real == 0 ? 0.0 : real);
}

Result<Cell> ParseDate(const FieldSchema& field, Class cls, const std::string& text,
                       const UserClock& clock) {
  if (cls == Class::kDay) {
    if (const auto day = ParseDay(text)) return Cell::Integer(day->days);
    return NotA(field, text, "a day as in 2024-05-31");
  }
  const auto reading = ParseReading(text);
  if (!reading) return NotA(field, text, "a date and time as in 2024-05-31T12:00:00Z");
  if (cls == Class::kReading) return Cell::Integer(reading->ticks);
  if (reading->offset) return Cell::Integer(reading->ticks - *reading->offset);
  return Cell::Integer(clock.When(reading->ticks).ticks);
}

}  // namespace

CellKind KindOf(const Schema& schema, const FieldSchema& field) {
  switch (field.type) {
    case FieldType::kString:
    case FieldType::kMemo:
      return {Class::kText, 0};
    case FieldType::kInteger:
    case FieldType::kBigInt:
      return {Class::kNumber, 0};
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return {Class::kNumber, ScaleOf(field)};
    case FieldType::kDouble:
      return {Class::kReal, 0};
    case FieldType::kBoolean:
      return {Class::kBoolean, 0};
    case FieldType::kDateTime:
      return {Class::kMoment, 0};
    case FieldType::kDateTimeTzi:
      return {Class::kReading, 0};
    case FieldType::kDateOnly:
      return {Class::kDay, 0};
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      return {Class::kChoice, 0};
    case FieldType::kMultiSelect:
      return {Class::kChoices, 0};
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      switch (IdKindOf(schema, field)) {
        case IdKind::kGuid:
          return {Class::kId, 0};
        case IdKind::kText:
          return {Class::kText, 0};
        case IdKind::kInteger:
          return {Class::kNumber, 0};
      }
  }
  return {};
}

int CompareCells(const CellKind& a_kind, const Cell& a, const CellKind& b_kind, const Cell& b) {
  switch (a_kind.cls) {
    case Class::kText:
    case Class::kChoices:
      return CompareText(BytesOf(a), BytesOf(b));
    case Class::kNumber: {
      if (a_kind.scale == b_kind.scale) return Sign(a.integer, b.integer);
      const auto order = Compare(DecimalOf(a_kind, a), DecimalOf(b_kind, b));
      return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    case Class::kReal:
      return Sign(RealOf(a), RealOf(b));
    case Class::kId:
      return Sign(BytesOf(a), BytesOf(b));
    default:
      return Sign(a.integer, b.integer);
  }
}

std::string KeyOf(const CellKind& kind, const Cell& cell) {
  switch (kind.cls) {
    case Class::kText:
    case Class::kChoices:
      return FoldText(BytesOf(cell));
    case Class::kNumber:
      return ToString(DecimalOf(kind, cell));  // The shortest form is one per value.
    case Class::kReal: {
      const double real = RealOf(cell) == 0 ? 0.0 : RealOf(cell);
      std::string key(sizeof real, '\0');
      std::memcpy(key.data(), &real, sizeof real);
      return key;
    }
    case Class::kId:
      return std::string(BytesOf(cell));
    default:
      return std::to_string(cell.integer);
  }
}

std::uint64_t HashOf(const CellKind& kind, const Cell& cell) {
  if (kind.cls == Class::kId) return std::hash<std::string_view>()(BytesOf(cell));
  return std::hash<std::string>()(KeyOf(kind, cell));
}

Result<Literal> ParseLiteral(const FieldSchema& field, const CellKind& kind,
                             const std::string& text, const UserClock& clock) {
  Literal literal;
  literal.kind = kind;
  switch (kind.cls) {
    case Class::kText:
    case Class::kChoices:
      literal.bytes = std::make_shared<const std::string>(text);
      literal.cell = Cell::Text(*literal.bytes);
      return literal;
    case Class::kNumber:
      if (field.type == FieldType::kDecimal || field.type == FieldType::kMoney) {
        const auto decimal = ParseDecimal(text);
        if (!decimal) return NotA(field, text, "a number of at most 18 digits, such as 1250.50");
        literal.cell = Cell::Integer(decimal->unscaled);
        literal.kind.scale = decimal->scale;
        return literal;
      }
      [[fallthrough]];
    case Class::kChoice:
      if (const auto whole = ParseWhole(text)) {
        literal.cell = Cell::Integer(*whole);
        literal.kind.scale = 0;
        return literal;
      }
      return NotA(field, text, "a whole number that fits 64 bits");
    case Class::kReal: {
      const auto real = ParseReal(field, text);
      if (!real) return Fail(real.error());
      literal.cell = *real;
      return literal;
    }
    case Class::kBoolean: {
      const std::string lower = LowerAscii(text);
      if (lower != "0" && lower != "1" && lower != "true" && lower != "false") {
        return NotA(field, text, "1, 0, true or false");
      }
      literal.cell = Cell::Integer(lower == "1" || lower == "true");
      return literal;
    }
    case Class::kMoment:
    case Class::kReading:
    case Class::kDay: {
      const auto date = ParseDate(field, kind.cls, text, clock);
      if (!date) return Fail(date.error());
      literal.cell = *date;
      return literal;
    }
    case Class::kId: {
      const auto id = ParseGuid(text);
      if (!id) return NotA(field, text, "a GUID as in 6f1d0c7e-0000-4000-8000-000000000001");
      literal.bytes = std::make_shared<const std::string>(
          reinterpret_cast<const char*>(id->bytes.data()), id->bytes.size());
      literal.cell = Cell::Id(*id);
      literal.cell.bytes = literal.bytes->data();
      return literal;
    }
  }
  return literal;
}

}  // namespace satchel
