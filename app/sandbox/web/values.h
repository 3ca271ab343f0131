// Values as clients write them, as they are stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/json/value.h"
#include "app/sandbox/web/error.h"
#include "engine/filter/sql.h"

namespace satchel::sandbox {

// A JSON value as an attribute keeps it (engine/record/cell.h). Refused with Dataverse's code: a
// wrong type, a text that is too long, a number or a choice outside of what the attribute allows.
[[nodiscard]] Answer<SqlValue> ToStored(const Table& table, const Attribute& attribute,
                                        const JsonValue& value);

// A literal of a key in a URL: 'A1', 42, a GUID. Nothing when it is malformed.
[[nodiscard]] std::optional<JsonValue> LiteralToJson(std::string_view literal);

}  // namespace satchel::sandbox
