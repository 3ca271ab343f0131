#include "policy/schema/field_type.h"

#include <algorithm>
#include <array>

namespace satchel {

namespace {

struct TypeNames {
  std::string_view name;
  std::string_view words;
};

// In the order of the enumeration.
constexpr std::array<TypeNames, 19> kTypes = {{
    {"string", "Text"},
    {"memo", "Multiple lines of text"},
    {"integer", "Whole number"},
    {"bigint", "Big whole number"},
    {"decimal", "Decimal number"},
    {"money", "Currency"},
    {"double", "Floating-point number"},
    {"boolean", "Yes or no"},
    {"datetime", "Date and time"},
    {"datetime_tzi", "Date and time, same in every zone"},
    {"dateonly", "Date"},
    {"picklist", "Choice"},
    {"state", "State"},
    {"status", "Status reason"},
    {"multiselectpicklist", "Choices"},
    {"lookup", "Lookup"},
    {"owner", "Owner"},
    {"customer", "Customer"},
    {"uniqueidentifier", "Identifier"},
}};

}  // namespace

std::string_view Name(FieldType type) {
  return kTypes[static_cast<std::size_t>(type)].name;
}

std::string_view Words(FieldType type) {
  return kTypes[static_cast<std::size_t>(type)].words;
}

std::optional<FieldType> FindFieldType(std::string_view name) {
  const auto at = std::find_if(kTypes.begin(), kTypes.end(),
                               [&](const TypeNames& t) { return t.name == name; });
  if (at == kTypes.end()) return std::nullopt;
  return static_cast<FieldType>(at - kTypes.begin());
}

}  // namespace satchel
