#include "engine/record/value.h"

#include <cstring>

namespace satchel {

Value ToValue(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kNull:
      return {};
    case Cell::Kind::kInteger:
      return cell.integer;
    case Cell::Kind::kReal:
      return cell.real;
    case Cell::Kind::kText:
      return std::string(cell.view());
    case Cell::Kind::kId: {
      Guid id;
      std::memcpy(id.bytes.data(), cell.bytes, id.bytes.size());
      return id;
    }
  }
  return {};
}

namespace {

struct AsCell {
  Cell operator()(std::monostate) const { return Cell::Null(); }
  Cell operator()(std::int64_t value) const { return Cell::Integer(value); }
  Cell operator()(double value) const { return Cell::Real(value); }
  Cell operator()(const std::string& value) const { return Cell::Text(value); }
  Cell operator()(const Guid& value) const { return Cell::Id(value); }
};

}  // namespace

Cell ToCell(const Value& value) {
  return std::visit(AsCell{}, value);
}

}  // namespace satchel
