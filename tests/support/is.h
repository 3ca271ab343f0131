// A condition, said shortly; and one as part of a filter.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/model/filter.h"

namespace satchel {

inline Condition Is(const std::string& field, Operator op, std::vector<std::string> values = {}) {
  return {.field = field, .op = op, .values = std::move(values)};
}

inline Node NodeIs(const std::string& field, Operator op, std::vector<std::string> values = {}) {
  return {Is(field, op, std::move(values))};
}

}  // namespace satchel
