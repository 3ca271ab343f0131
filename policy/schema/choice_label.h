// What people call a choice.
#pragma once

#include <cstdint>
#include <string>

#include "policy/schema/schema.h"

namespace satchel {

// Empty: the field has no such choice, or the server has no label for it.
[[nodiscard]] inline std::string ChoiceLabel(const FieldSchema& field, std::int64_t value) {
  for (const Choice& choice : field.choices) {
    if (choice.value == value && !choice.label.empty()) return choice.label;
  }
  return {};
}

}  // namespace satchel
