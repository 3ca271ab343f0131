// What the author of a condition wrote, read as the value it stands for (docs/filters.md, "Values
// in conditions"). Dates are read by Calendar (window.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/schema/field_type.h"

namespace satchel {

// "42", "-7", "+3"; 64 bits.
[[nodiscard]] std::optional<std::int64_t> ReadWholeNumber(std::string_view text);
// A decimal number; neither infinite nor "nan".
[[nodiscard]] std::optional<double> ReadDouble(std::string_view text);
// 1, 0, true, false in any case.
[[nodiscard]] std::optional<bool> ReadBoolean(std::string_view text);

// A decimal literal against a column that keeps `scale` digits: the largest stored value that is
// not above it, and whether that is the literal itself.
struct ScaledLiteral {
  std::int64_t floor = 0;
  bool exact = true;
  int beyond = 0;  // +1: above everything that can be stored; -1: below. Then the rest is unset.
};
[[nodiscard]] std::optional<ScaledLiteral> ReadScaled(std::string_view text, int scale);

// "'abc' is not a whole number", for a literal that one of the above refused.
[[nodiscard]] std::string BadLiteral(std::string_view text, FieldType type);

}  // namespace satchel
