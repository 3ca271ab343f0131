// The sandbox's SQL tables, laid out as engine/record/cell.h says, so that CompileSql serves them.
//
// One table per entity, named by its logical name:
//   "@rid" INTEGER PRIMARY KEY, the key BLOB NOT NULL, one column per attribute in the order of
//   Table::attributes, TypeColumn(field) TEXT after each polymorphic lookup, "@version" INTEGER.
// Computed attributes (versionnumber, owninguser, fullname …) are virtual generated columns: they
// read like any other and refuse to be written.
// Beside them:
//   "@tombstone" (entity TEXT, id BLOB, version INTEGER, deleted INTEGER ticks)
//   "@counter"   (name TEXT PRIMARY KEY, value INTEGER): "version" is the last row version given
//   "@privilege" (role BLOB, entity TEXT, right INTEGER, depth INTEGER): see security.h
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/sandbox/company/metadata.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

inline constexpr std::string_view kTombstoneTable = "@tombstone";
inline constexpr std::string_view kCounterTable = "@counter";
inline constexpr std::string_view kPrivilegeTable = "@privilege";

// Columns an INSERT may name, in table order: stored attributes with their type columns, then
// "@version". Unquoted.
[[nodiscard]] std::vector<std::string> StoredColumns(const Table& table);

[[nodiscard]] std::string TableDdl(const Table& table);
// Unique on the key, "@version" where changes are tracked, lookups, owner and business unit,
// alternate keys.
[[nodiscard]] std::vector<std::string> IndexDdl(const Table& table);

// All tables, no indexes: load rows first, then CreateIndexes.
[[nodiscard]] Result<> CreateTables(Database& database, const Metadata& metadata);
[[nodiscard]] Result<> CreateIndexes(Database& database, const Metadata& metadata);

// The next value of the one global row version counter; call inside the write's transaction.
[[nodiscard]] Result<std::int64_t> NextVersion(Database& database);
[[nodiscard]] Result<std::int64_t> LastVersion(Database& database);

}  // namespace satchel::sandbox
