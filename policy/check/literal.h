// Whether a text is a literal of a field's type, as servers read it.
#pragma once

#include <string>
#include <string_view>

#include "policy/model/operators.h"
#include "policy/schema/schema.h"

namespace satchel {

[[nodiscard]] bool IsGuid(std::string_view text);  // With or without braces.
[[nodiscard]] bool IsDay(std::string_view text);   // 2026-02-28, a real day; a time may follow.
[[nodiscard]] bool IsWhole(std::string_view text);

// What is wrong with the literal, with the remedy; empty: nothing. `field` may be null: then only
// what the operator itself asks for is checked.
[[nodiscard]] std::string LiteralProblem(std::string_view text, const OperatorInfo& info,
                                         std::size_t position, const FieldSchema* field);

}  // namespace satchel
