#include "tests/support/sqlite_rows.h"

namespace satchel {

namespace {

// The first error of a list of steps, or nothing.
Result<> Fill(Database& database, const EntitySchema& entity, const RowBatch* batch) {
  std::string columns = SqlName(kRowIdColumn) + " INTEGER PRIMARY KEY";
  for (const auto& [name, field] : entity.fields) columns += ", " + SqlName(name);
  for (std::size_t i = 0; batch && i < batch->columns().size(); ++i) {
    const std::string& name = batch->columns()[i].name;
    if (!entity.Find(name) && name != kVersionColumn) columns += ", " + SqlName(name);
  }
  if (auto made = database.Execute("CREATE TABLE " + SqlName(entity.name) + "(" + columns + ")");
      !made) {
    return made;
  }
  if (!batch || batch->columns().empty()) return {};
  std::string names = SqlName(kRowIdColumn);
  std::string places = "?1";
  for (std::size_t i = 0; i < batch->columns().size(); ++i) {
    if (batch->columns()[i].name == kVersionColumn) continue;
    names += ", " + SqlName(batch->columns()[i].name);
    places += ", ?" + std::to_string(i + 2);
  }
  auto insert = database.Prepare("INSERT INTO " + SqlName(entity.name) + "(" + names + ") VALUES(" +
                                 places + ")");
  if (!insert) return Fail(insert.error());
  for (std::size_t row = 0; row < batch->rows(); ++row) {
    insert->Bind(1, static_cast<std::int64_t>(row + 1));
    for (std::size_t i = 0; i < batch->columns().size(); ++i) {
      if (batch->columns()[i].name == kVersionColumn) continue;
      insert->Bind(static_cast<int>(i + 2), batch->cell(row, i));
    }
    if (auto done = insert->Run(); !done) return done;
  }
  return {};
}

}  // namespace

Result<SqliteRows> SqliteRows::Make(const Schema& schema,
                                    const std::map<std::string, const RowBatch*>& rows) {
  auto database = Database::Open(":memory:", Database::Use::kScratch);
  if (!database) return Fail(database.error());
  if (auto begun = database->Execute("BEGIN"); !begun) return Fail(begun.error());
  for (const auto& [name, entity] : schema.entities) {
    const auto batch = rows.find(name);
    if (auto filled = Fill(*database, entity, batch == rows.end() ? nullptr : batch->second);
        !filled) {
      return Fail(filled.error());
    }
  }
  if (auto committed = database->Execute("COMMIT"); !committed) return Fail(committed.error());
  return SqliteRows(std::move(*database));
}

Result<std::vector<std::size_t>> SqliteRows::Run(const SqlText& sql) {
  auto statement = database_.Prepare(sql.text);
  if (!statement) return Fail(statement.error());
  statement->Bind(sql.binds);
  std::vector<std::size_t> found;
  while (true) {
    auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) return found;
    found.push_back(static_cast<std::size_t>(statement->Integer(0) - 1));
  }
}

Result<std::vector<std::size_t>> SqliteRows::Run(const Query& query, const Schema& schema,
                                                 const FilterContext& context) {
  const auto sql = CompileSql(query, schema, context);
  if (!sql) return Fail(sql.error());
  const auto sorted = CompileSql(query, schema, context, {.sorted_keys = true});
  if (!sorted) return Fail(sorted.error());
  auto found = Run(*sql);
  if (!found || sorted->text == sql->text) return found;
  const auto again = Run(*sorted);
  if (!again) return Fail(again.error());
  if (*again != *found) return Fail(ErrorCode::kCorrupt, "with sorted keys: " + sorted->text);
  return found;
}

}  // namespace satchel
