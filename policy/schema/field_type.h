// The types a field can have. The names are those of `eval` data files and `satchel schema`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace satchel {

enum class FieldType : std::uint8_t {
  kString,
  kMemo,
  kInteger,
  kBigInt,
  kDecimal,
  kMoney,
  kDouble,
  kBoolean,
  kDateTime,     // User-local: an instant, shown and windowed in the user's zone.
  kDateTimeTzi,  // Time-zone independent: a wall-clock reading, never shifted.
  kDateOnly,
  kPicklist,
  kState,
  kStatus,
  kMultiSelect,
  kLookup,
  kOwner,
  kCustomer,
  kUniqueIdentifier,
};

// A set of field types.
struct FieldTypes {
  std::uint32_t bits = 0;

  constexpr FieldTypes() = default;
  constexpr FieldTypes(std::initializer_list<FieldType> types) {
    for (FieldType type : types) bits |= 1u << static_cast<unsigned>(type);
  }
  [[nodiscard]] constexpr bool Has(FieldType type) const {
    return (bits >> static_cast<unsigned>(type)) & 1u;
  }
  friend constexpr FieldTypes operator|(FieldTypes a, FieldTypes b) {
    FieldTypes both;
    both.bits = a.bits | b.bits;
    return both;
  }
};

inline constexpr FieldTypes kTextTypes = {FieldType::kString, FieldType::kMemo};
inline constexpr FieldTypes kNumberTypes = {FieldType::kInteger, FieldType::kBigInt,
                                            FieldType::kDecimal, FieldType::kMoney,
                                            FieldType::kDouble};
inline constexpr FieldTypes kDateTypes = {FieldType::kDateTime, FieldType::kDateTimeTzi,
                                          FieldType::kDateOnly};
inline constexpr FieldTypes kChoiceTypes = {FieldType::kPicklist, FieldType::kState,
                                            FieldType::kStatus};
inline constexpr FieldTypes kLookupTypes = {FieldType::kLookup, FieldType::kOwner,
                                            FieldType::kCustomer};
// Stored and compared as a record id.
inline constexpr FieldTypes kIdTypes = kLookupTypes | FieldTypes{FieldType::kUniqueIdentifier};

// "string", "memo", "integer", … "uniqueidentifier".
[[nodiscard]] std::string_view Name(FieldType type);
[[nodiscard]] std::optional<FieldType> FindFieldType(std::string_view name);
// For people: "Text", "Whole number", "Date and time", "Lookup" …
[[nodiscard]] std::string_view Words(FieldType type);

}  // namespace satchel
