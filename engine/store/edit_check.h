// What a user typed, read as the values an edit holds, and refused with one sentence where no
// server would take it. Needs no server: the local database describes its fields.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/filter/data_set.h"
#include "engine/record/value.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// A field and its value as `satchel eval` writes them: "12.50", "2026-05-31T12:00:00Z", "true",
// "1,3" for choices, a GUID for a lookup, "contact/GUID" where a lookup has several targets. Empty:
// no value.
struct FieldText {
  std::string field = {};
  std::string text = {};
  friend bool operator==(const FieldText&, const FieldText&) = default;
};

enum class EditKind : std::uint8_t {
  kCreate,
  kUpdate,
  kUnsent,  // An update of a record the server does not know yet.
};

// The values in the order given, a polymorphic lookup followed by its TypeColumn. Checks types,
// lengths, choices, targets of lookups, that required fields have a value, and that the field may
// be written. `schema` describes every entity of the device.
[[nodiscard]] Result<std::vector<FieldValue>> ReadEdit(const Schema& schema,
                                                       const EntitySchema& entity, EditKind kind,
                                                       const std::vector<FieldText>& values);
// Whose it is and how it stands the server decides for a new record that does not say.
[[nodiscard]] bool FilledInByServer(FieldType type);
// Who gives a new record of the entity its id: the device makes up GUIDs, the user names texts, the
// server numbers.
[[nodiscard]] IdKind KeyKindOf(const EntitySchema& entity);
// An id as the key of `entity` keeps it.
[[nodiscard]] Result<Value> ReadId(const Schema& schema, const EntitySchema& entity,
                                   const std::string& text);
// The inverse: what ReadEdit would read. `type` is the value of the TypeColumn, where there is one.
[[nodiscard]] std::string PrintValue(const FieldSchema& field, const Value& value,
                                     const Value& type = {});

}  // namespace satchel
