// What the tables of a device's database look like: an entity of the policy, as the server's schema
// types it, laid out as engine/record/cell.h says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct LocalColumn {
  std::string name = {};     // Field, TypeColumn(field) or kVersionColumn.
  std::string storage = {};  // "TEXT", "INTEGER", "REAL", "BLOB".
  friend bool operator==(const LocalColumn&, const LocalColumn&) = default;
};

struct LocalTable {
  std::string entity = {};
  std::string key = {};
  std::vector<std::string> fields = {};      // Key first, then the policy's order; no type columns.
  std::vector<LocalColumn> columns = {};     // Without kRowIdColumn.
  std::vector<std::string> key_fields = {};  // Have a key table: the key and the lookups.

  // What a server is asked for: it sends the key unasked.
  [[nodiscard]] std::vector<std::string> FieldsWithoutKey() const {
    return {fields.begin() + 1, fields.end()};
  }
  friend bool operator==(const LocalTable&, const LocalTable&) = default;
};

// The fields of records that carry a file: its content, its name, its size in bytes. Nothing for
// entities that have none of the usual ones.
struct AttachmentFields {
  std::string body = {};
  std::string name = {};
  std::string size = {};
};
[[nodiscard]] std::optional<AttachmentFields> AttachmentFieldsOf(const EntitySchema& schema);

// The fields a policy keeps of an entity, each once, the key not among them. `fields: all` is what
// the schema has. A field the schema lacks is an error. Where the policy has `attachments:`, the
// content is no field (it becomes a file), and name and size always are.
[[nodiscard]] Result<std::vector<std::string>> ResolveFields(const Entity& entity,
                                                             const EntitySchema& schema);
// The table for `fields`. Fails for an entity without a key, and for names that differ only in
// case.
[[nodiscard]] Result<LocalTable> PlanTable(const EntitySchema& schema,
                                           const std::vector<std::string>& fields);

// CREATE TABLE of `table` under `name`.
[[nodiscard]] std::string CreateTableSql(const LocalTable& table, const std::string& name);
// The columns, quoted, separated by commas; kRowIdColumn first.
[[nodiscard]] std::string ColumnList(const LocalTable& table);

// "account@ownerid": (key, row) in key order, as an index would be.
[[nodiscard]] std::string KeyTableName(std::string_view table, std::string_view field);
[[nodiscard]] std::string CreateKeyTableSql(std::string_view table, std::string_view field);
// Keep the key tables of a published table true to every later insert, update and delete.
[[nodiscard]] std::string CreateKeyTriggersSql(const LocalTable& table);

}  // namespace satchel
