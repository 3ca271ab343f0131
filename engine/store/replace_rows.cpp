#include "engine/store/replace_rows.h"

#include "engine/store/publish.h"

namespace satchel {

namespace {

// "p.a,p.b,…" of the fields, version and types; not the row's number.
std::string Columns(const LocalTable& table, const std::string& prefix) {
  std::string list;
  for (const LocalColumn& column : table.columns) {
    list += (list.empty() ? "" : ",") + prefix + SqlName(column.name);
  }
  return list;
}

}  // namespace

Result<bool> HasAtMost(Database& database, const std::string& name, std::int64_t rows) {
  auto beyond = database.Prepare("SELECT 1 FROM " + SqlName(name) + " LIMIT 1 OFFSET ?1");
  if (!beyond) return Fail(beyond.error());
  beyond->Bind(1, rows);
  const auto there = beyond->Step();
  if (!there) return Fail(there.error());
  return !*there;
}

Result<bool> IsPublishedAs(Database& database, const LocalTable& table) {
  auto sql = database.Prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?1");
  if (!sql) return Fail(sql.error());
  const auto is = [&](const std::string& name, const std::string& made) -> Result<bool> {
    sql->Reset();
    sql->Bind(1, std::string_view(name));
    const auto row = sql->Step();
    if (!row) return Fail(row.error());
    return *row && sql->Text(0) == made;
  };
  auto same = is(table.entity, CreateTableSql(table, table.entity));
  for (const std::string& field : table.key_fields) {
    if (!same || !*same) return same;
    same = is(KeyTableName(table.entity, field), CreateKeyTableSql(table.entity, field));
  }
  return same;
}

Result<> MakePublished(Database& database, const LocalTable& table) {
  std::string sql = CreateTableSql(table, table.entity) + ";";
  for (const std::string& field : table.key_fields) {
    sql += CreateKeyTableSql(table.entity, field) + ";";
  }
  return database.Execute(sql + CreateKeyTriggersSql(table));
}

Result<> ReplaceRows(Database& database, const LocalTable& table) {
  const std::string& name = table.entity;
  const std::string staged = StagedName(name);
  const std::string row = SqlName(kRowIdColumn);
  const auto keys = [&](const std::string& of) { return SqlName(KeyTableName(of, table.key)); };
  std::string sql = "DELETE FROM " + SqlName(name) + " WHERE " + row + " IN (SELECT p." + row +
                    " FROM " + SqlName(name) + " p LEFT JOIN " + keys(staged) + " k ON k.key=p." +
                    SqlName(table.key) + " LEFT JOIN " + SqlName(staged) + " s ON s." + row +
                    "=k.row WHERE s." + row + " IS NULL OR (" + Columns(table, "s.") +
                    ") IS NOT (" + Columns(table, "p.") + "));" + "INSERT INTO " + SqlName(name) +
                    "(" + Columns(table, "") + ") SELECT " + Columns(table, "s.") + " FROM " +
                    SqlName(staged) + " s WHERE NOT EXISTS (SELECT 1 FROM " + keys(name) +
                    " k WHERE k.key=s." + SqlName(table.key) + ");" + "DROP TABLE " +
                    SqlName(staged) + ";";
  for (const std::string& field : table.key_fields) {
    sql += "DROP TABLE " + SqlName(KeyTableName(staged, field)) + ";";
  }
  return database.Execute(sql);
}

}  // namespace satchel
