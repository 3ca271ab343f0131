// One value of one record that owns its bytes: what an edit holds and what SQL binds. Stored as
// engine/record/cell.h says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/record/cell.h"
#include "engine/record/guid.h"

namespace satchel {

using Value = std::variant<std::monostate, std::int64_t, double, std::string, Guid>;

[[nodiscard]] Value ToValue(const Cell& cell);
// Points into `value`.
[[nodiscard]] Cell ToCell(const Value& value);

// A field, or TypeColumn(field) for the target of a polymorphic lookup, and what it holds.
struct FieldValue {
  std::string field = {};
  Value value = {};
  friend bool operator==(const FieldValue&, const FieldValue&) = default;
};
// Null: no such field.
[[nodiscard]] inline const Value* ValueOf(const std::vector<FieldValue>& values,
                                          std::string_view field) {
  for (const FieldValue& value : values) {
    if (value.field == field) return &value.value;
  }
  return nullptr;
}

}  // namespace satchel
