#include "engine/filter/json_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/filter/json_text.h"
#include "engine/record/decimal.h"
#include "engine/record/instant.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using Kind = JsonScalar::Kind;

std::string Shown(const JsonScalar& value) {
  return value.kind == Kind::kText ? Quoted(value.text) : std::string(value.text.substr(0, 60));
}

tl::unexpected<Error> NotA(const DataColumn& column, const JsonScalar& value,
                           const std::string& remedy) {
  return Fail(
      ErrorCode::kInvalid,
      Shown(value) + " is no " + std::string(Name(column.field->type)) + " value (" + remedy + ")");
}

bool IsNumber(const JsonScalar& value) {
  return value.kind == Kind::kNumber || value.kind == Kind::kText;
}

Result<Cell> StoreWhole(const DataColumn& column, const JsonScalar& value) {
  if (IsNumber(value)) {
    if (const auto whole = ParseWhole(value.text)) return Cell::Integer(*whole);
    if (const auto decimal = ParseDecimal(value.text)) {  // 3.0 and 1e3 are whole too.
      if (const auto whole = Rescale(*decimal, 0)) return Cell::Integer(*whole);
    }
  }
  return NotA(column, value, "write a whole number that fits 64 bits");
}

Result<Cell> StoreDecimal(const DataColumn& column, const JsonScalar& value) {
  const auto decimal = IsNumber(value) ? ParseDecimal(value.text) : std::nullopt;
  if (!decimal) return NotA(column, value, "write a number of at most 18 digits, such as 1250.50");
  if (const auto unscaled = Rescale(*decimal, column.scale)) return Cell::Integer(*unscaled);
  return Fail(ErrorCode::kInvalid,
              Shown(value) + " does not fit a " + std::string(Name(column.field->type)) + " with " +
                  std::to_string(column.scale) +
                  " decimal places and 18 digits (give the field another \"precision\")");
}

Result<Cell> StoreReal(const DataColumn& column, const JsonScalar& value) {
  double real = 0;
  const char* end = value.text.data() + value.text.size();
  if (IsNumber(value)) {
    const auto [stop, error] = std::from_chars(value.text.data(), end, real);
    if (error == std::errc() && stop == end && std::isfinite(real)) {
      return Cell::Real(real == 0 ? 0.0 : real);  // There is one zero.
    }
  }
  return NotA(column, value, "write a number of at most 1.7e308");
}

Result<Cell> StoreBoolean(const DataColumn& column, const JsonScalar& value) {
  if (value.kind == Kind::kTrue || value.text == "1") return Cell::Integer(1);
  if (value.kind == Kind::kFalse || value.text == "0") return Cell::Integer(0);
  return NotA(column, value, "write true or false");
}

Result<Cell> StoreDate(const DataColumn& column, const JsonScalar& value) {
  if (value.kind == Kind::kText) {
    const auto reading = ParseReading(value.text);
    switch (column.field->type) {
      case FieldType::kDateTimeTzi:  // The reading counts as written.
        if (reading) return Cell::Integer(reading->ticks);
        break;
      case FieldType::kDateOnly:
        if (const auto day = ParseDay(value.text)) return Cell::Integer(day->days);
        break;
      default:
        if (reading) return Cell::Integer(reading->ticks - reading->offset.value_or(0));
    }
  }
  return NotA(column, value,
              column.field->type == FieldType::kDateOnly
                  ? "write a day as in 2024-05-31"
                  : "write a date and time as in 2024-05-31T12:00:00Z");
}

Result<Cell> StoreChoiceText(const DataColumn& column, const JsonScalar& value, RowBatch& batch) {
  std::vector<std::int64_t> values;
  for (const std::string_view part : Split(value.text, ',')) {
    const auto whole = IsNumber(value) ? ParseWhole(Trim(part)) : std::nullopt;
    if (!whole) return NotA(column, value, "write whole numbers as in \"1,3\" or [1,3]");
    values.push_back(*whole);
  }
  return StoreChoices(std::move(values), batch);
}

Result<Cell> StoreId(const DataColumn& column, const JsonScalar& value, RowBatch& batch) {
  if (column.id_kind == IdKind::kInteger) return StoreWhole(column, value);
  if (value.kind == Kind::kText) {
    if (column.id_kind == IdKind::kText) return Cell::Text(batch.Keep(value.text));
    if (const auto id = ParseGuid(value.text)) {
      Cell cell = Cell::Id(*id);
      cell.bytes = batch.Keep(cell.view()).data();
      return cell;
    }
  }
  return NotA(column, value, "write a GUID as in 6f1d0c7e-0000-4000-8000-000000000001");
}

}  // namespace

Result<Cell> StoreScalar(const DataColumn& column, const JsonScalar& value, RowBatch& batch) {
  if (value.kind == Kind::kText && value.text.empty()) return Cell::Null();
  switch (column.field->type) {
    case FieldType::kString:
    case FieldType::kMemo:
      if (value.kind == Kind::kText) return Cell::Text(batch.Keep(value.text));
      return NotA(column, value, "put text in quotes");
    case FieldType::kInteger:
    case FieldType::kBigInt:
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      return StoreWhole(column, value);
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return StoreDecimal(column, value);
    case FieldType::kDouble:
      return StoreReal(column, value);
    case FieldType::kBoolean:
      return StoreBoolean(column, value);
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
    case FieldType::kDateOnly:
      return StoreDate(column, value);
    case FieldType::kMultiSelect:
      return StoreChoiceText(column, value, batch);
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      return StoreId(column, value, batch);
  }
  return Cell::Null();
}

Cell StoreChoices(std::vector<std::int64_t> values, RowBatch& batch) {
  if (values.empty()) return Cell::Null();
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string text = ",";
  for (const std::int64_t value : values) text += std::to_string(value) + ",";
  return Cell::Text(batch.Keep(text));
}

}  // namespace satchel
