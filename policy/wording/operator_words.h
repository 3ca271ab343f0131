// What people call an operator, on a field of a certain type.
#pragma once

#include <string_view>

#include "policy/model/operators.h"
#include "policy/schema/schema.h"

namespace satchel {

// "is after" on a date, which is not "greater"; else the operator's own words. `field` may be null.
[[nodiscard]] std::string_view WordsOn(const FieldSchema* field, const OperatorInfo& info);

}  // namespace satchel
