#include "app/sandbox/company/tables.h"

#include <set>

#include "engine/record/cell.h"

namespace satchel::sandbox {

namespace {

std::string_view StorageOf(const Attribute& attribute) {
  if (kIdTypes.Has(attribute.type)) return "BLOB";
  if (kTextTypes.Has(attribute.type) || attribute.type == FieldType::kMultiSelect) return "TEXT";
  return attribute.type == FieldType::kDouble ? "REAL" : "INTEGER";
}

constexpr std::string_view kBesideTables = R"(
CREATE TABLE "@tombstone" (entity TEXT NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL);
CREATE TABLE "@counter" (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE "@privilege" (role BLOB NOT NULL, entity TEXT NOT NULL, "right" INTEGER NOT NULL, depth INTEGER NOT NULL);
INSERT INTO "@counter" VALUES ('version', 0);
)";

Result<std::int64_t> One(Database& database, std::string_view sql) {
  auto statement = database.Prepare(sql);
  if (!statement) return Fail(statement.error());
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  if (!*row) return Fail(ErrorCode::kCorrupt, "the sandbox's database has no version counter");
  return statement->Integer(0);
}

}  // namespace

std::vector<std::string> StoredColumns(const Table& table) {
  std::vector<std::string> columns;
  for (const Attribute& attribute : table.attributes) {
    if (!attribute.stored()) continue;
    columns.push_back(attribute.name);
    if (attribute.polymorphic()) columns.push_back(TypeColumn(attribute.name));
  }
  columns.emplace_back(kVersionColumn);
  return columns;
}

std::string TableDdl(const Table& table) {
  std::string ddl =
      "CREATE TABLE " + SqlName(table.name) + " (" + SqlName(kRowIdColumn) + " INTEGER PRIMARY KEY";
  for (const Attribute& attribute : table.attributes) {
    ddl += ", " + SqlName(attribute.name) + " " + std::string(StorageOf(attribute));
    if (!attribute.stored()) ddl += " GENERATED ALWAYS AS (" + attribute.computed + ") VIRTUAL";
    if (attribute.name == table.primary_id) ddl += " NOT NULL";
    if (attribute.polymorphic()) ddl += ", " + SqlName(TypeColumn(attribute.name)) + " TEXT";
  }
  return ddl + ", " + SqlName(kVersionColumn) + " INTEGER NOT NULL DEFAULT 0)";
}

std::vector<std::string> IndexDdl(const Table& table) {
  std::vector<std::string> ddl;
  std::set<std::string> done;
  const auto add = [&](const std::string& column, bool unique) {
    if (!done.insert(column).second) return;
    ddl.push_back(std::string(unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") +
                  SqlName(table.name + "@" + column) + " ON " + SqlName(table.name) + " (" +
                  SqlName(column) + ")");
  };
  add(table.primary_id, true);
  if (table.change_tracking) add(std::string(kVersionColumn), false);
  for (const Attribute& attribute : table.attributes) {
    // Who wrote a row is rarely asked; an index for it would cost every load.
    const bool stamp = attribute.name == "createdby" || attribute.name == "modifiedby" ||
                       attribute.name == "transactioncurrencyid";
    const bool reference = attribute.is_lookup() ||
                           (table.intersect && attribute.type == FieldType::kUniqueIdentifier);
    if (attribute.stored() && reference && !stamp) add(attribute.name, false);
  }
  for (const AlternateKey& key : table.keys) {
    if (key.attributes.size() == 1) add(key.attributes.front(), false);
  }
  if (table.name == "principalobjectaccess") add("principalid", false);
  return ddl;
}

Result<> CreateTables(Database& database, const Metadata& metadata) {
  for (const auto& [name, table] : metadata.tables) {
    if (auto made = database.Execute(TableDdl(table)); !made)
      return Fail(made.error().While("create table " + name));
  }
  return database.Execute(kBesideTables);
}

Result<> CreateIndexes(Database& database, const Metadata& metadata) {
  for (const auto& [name, table] : metadata.tables) {
    for (const std::string& ddl : IndexDdl(table)) {
      if (auto made = database.Execute(ddl); !made)
        return Fail(made.error().While("index table " + name));
    }
  }
  return database.Execute(
      "CREATE INDEX \"@tombstone@version\" ON \"@tombstone\" (entity, version)");
}

Result<std::int64_t> NextVersion(Database& database) {
  if (auto moved =
          database.Execute("UPDATE \"@counter\" SET value = value + 1 WHERE name = 'version'");
      !moved) {
    return Fail(moved.error());
  }
  return LastVersion(database);
}

Result<std::int64_t> LastVersion(Database& database) {
  return One(database, "SELECT value FROM \"@counter\" WHERE name = 'version'");
}

}  // namespace satchel::sandbox
