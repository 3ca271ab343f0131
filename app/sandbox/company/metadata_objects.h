// Tables, columns, relationships and choices as the JSON objects of the Web API, with every
// property; what a request asks for is picked from them. For the metadata answers only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/metadata.h"

namespace satchel::sandbox {

using JsonObject = nlohmann::ordered_json;

// "Microsoft.Dynamics.CRM."
inline constexpr std::string_view kCrmNamespace = "Microsoft.Dynamics.CRM.";

[[nodiscard]] JsonObject EntityObject(const Table& table);

// Choices and booleans.
[[nodiscard]] bool HasOptions(const Attribute& attribute);
// "StringAttributeMetadata", … of a column.
[[nodiscard]] std::string AttributeClass(const Attribute& attribute);
[[nodiscard]] JsonObject AttributeObject(const Table& table, const Attribute& attribute);
// The properties every column has, whatever its class.
[[nodiscard]] JsonObject PlainAttributeObject(const Table& table, const Attribute& attribute);
// The columns that accompany one column: primarycontactidname, owneridtype, statecodename …
[[nodiscard]] std::vector<JsonObject> CompanionObjects(const Table& table,
                                                       const Attribute& attribute);

[[nodiscard]] JsonObject OneToManyObject(const Relationship& relationship);
[[nodiscard]] JsonObject ManyToManyObject(const ManyToManyRelationship& relationship);
[[nodiscard]] JsonObject KeyObject(const Table& table, const AlternateKey& key);

// `type`: of the column that uses the choices; decides the shape.
[[nodiscard]] JsonObject OptionSetObject(const OptionSet& options, FieldType type);

}  // namespace satchel::sandbox
