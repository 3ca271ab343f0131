#include "engine/store/labels.h"

namespace satchel {

namespace {

constexpr const char* kMakeLabels =
    "CREATE TEMP TABLE IF NOT EXISTS \"@labels\"(id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT "
    "ROWID";
// A temporary table; an id of 0 stands for all.
constexpr const char* kMake =
    "CREATE TEMP TABLE IF NOT EXISTS \"@unpointed\"(id PRIMARY KEY) WITHOUT ROWID";

std::vector<std::string> LookupKeyTables(const std::vector<LocalTable>& tables) {
  std::vector<std::string> names;
  for (const LocalTable& table : tables) {
    for (const LocalColumn& column : table.columns) {
      if (column.name == table.key || column.storage != "BLOB") continue;
      for (const std::string& field : table.key_fields) {
        if (field == column.name) names.push_back(SqlName(KeyTableName(table.entity, field)));
      }
    }
  }
  return names;
}

}  // namespace

Result<> SetLabelsAside(Database& database, const std::vector<Label>& labels) {
  if (labels.empty()) return {};
  if (auto made = database.Execute(kMakeLabels); !made) return made;
  auto put = database.Prepare("INSERT OR REPLACE INTO temp.\"@labels\" VALUES(?1,?2)");
  if (!put) return Fail(put.error());
  for (const Label& label : labels) {
    put->Bind(1, std::string_view(label.id));
    put->Bind(2, std::string_view(label.text));
    if (auto done = put->Run(); !done) return done;
  }
  return {};
}

Result<> ForgetLabelsSetAside(Database& database) {
  return database.Execute("DROP TABLE IF EXISTS temp.\"@labels\"");
}

Result<> PutLabelsSetAside(Database& database) {
  if (auto made = database.Execute(kMakeLabels); !made) return made;
  // A name that is the same is not written again.
  return database.Execute(
      "INSERT OR REPLACE INTO \"@label\" SELECT id,text FROM temp.\"@labels\" "
      "EXCEPT SELECT id,text FROM \"@label\" WHERE id IN (SELECT id FROM temp.\"@labels\")");
}

Result<> Unpointed::Add(const Cell& id) {
  if (id.null()) return {};
  if (!put_) {
    auto put = database_.Prepare("INSERT OR IGNORE INTO temp.\"@unpointed\" VALUES(?1)");
    if (!put) return Fail(put.error());
    put_ = std::move(*put);
  }
  put_->Bind(1, id);
  return put_->Run();
}

Result<> Unpointed::AddAll() {
  return Add(Cell::Integer(0));
}

Result<> ForgetUnpointed(Database& database) {
  if (auto made = database.Execute(kMake); !made) return made;
  return database.Execute("DELETE FROM temp.\"@unpointed\"");
}

Result<> DropStaleLabels(Database& database, const std::vector<LocalTable>& tables) {
  auto every = database.Prepare("DELETE FROM temp.\"@unpointed\" WHERE id=0");
  if (!every) return Fail(every.error());
  if (auto done = every->Run(); !done) return done;
  if (database.changes() > 0) {
    auto all = database.Execute(
        "INSERT OR IGNORE INTO temp.\"@unpointed\" SELECT satchel_id(id) FROM \"@label\" "
        "WHERE satchel_id(id) IS NOT NULL");
    if (!all) return all;
  }
  // One lookup after the other: a policy has more of them than SQLite takes terms of a SELECT.
  auto left = database.Prepare("SELECT 1 FROM temp.\"@unpointed\" LIMIT 1");
  if (!left) return Fail(left.error());
  for (const std::string& keys : LookupKeyTables(tables)) {
    const auto any = left->Step();
    if (!any) return Fail(any.error());
    if (!*any) return {};
    left->Reset();
    auto held =
        database.Execute("DELETE FROM temp.\"@unpointed\" AS u WHERE EXISTS(SELECT 1 FROM " + keys +
                         " WHERE key=u.id)");
    if (!held) return held;
  }
  auto ids = database.Prepare("SELECT id FROM temp.\"@unpointed\"");
  if (!ids) return Fail(ids.error());
  auto remove = database.Prepare("DELETE FROM \"@label\" WHERE id=?1");
  if (!remove) return Fail(remove.error());
  Result<bool> row = true;
  while ((row = ids->Step()) && *row) {
    const Value id = ToValue(ids->At(0));
    const auto* guid = std::get_if<Guid>(&id);
    if (!guid) continue;
    const std::string text = ToString(*guid);
    remove->Bind(1, std::string_view(text));
    if (auto done = remove->Run(); !done) return done;
  }
  if (!row) return Fail(row.error());
  return {};
}

}  // namespace satchel
