#include "engine/store/remove_rows.h"

#include "engine/store/chosen_rows.h"
#include "engine/store/row_insert.h"
#include "engine/store/tuning.h"

namespace satchel {

namespace {

Result<> DeleteEach(Database& database, const LocalTable& table,
                    const std::vector<std::int64_t>& rows, std::stop_token stop) {
  auto remove = database.Prepare("DELETE FROM " + SqlName(table.entity) + " WHERE " +
                                 SqlName(kRowIdColumn) + "=?1");
  if (!remove) return Fail(remove.error());
  std::size_t done = 0;
  for (const std::int64_t row : rows) {
    remove->Bind(1, row);
    if (auto gone = remove->Run(); !gone) return gone;
    if (++done % kRowsBetweenStopChecks == 0 && stop.stop_requested()) return Fail(Cancelled());
  }
  return {};
}

Result<> NoteLookups(Database& database, const LocalTable& table,
                     const std::vector<std::int64_t>& rows, Unpointed& unpointed) {
  std::string lookups;
  for (const LocalColumn& column : table.columns) {
    if (column.storage != "BLOB" || column.name == table.key) continue;
    lookups += (lookups.empty() ? "" : ",") + SqlName(column.name);
  }
  if (lookups.empty()) return {};
  auto read = database.Prepare("SELECT " + lookups + " FROM " + SqlName(table.entity) + " WHERE " +
                               SqlName(kRowIdColumn) + "=?1");
  if (!read) return Fail(read.error());
  for (const std::int64_t row : rows) {
    read->Reset();
    read->Bind(1, row);
    const auto there = read->Step();
    if (!there) return Fail(there.error());
    for (int i = 0; *there && i < read->columns(); ++i) {
      if (auto noted = unpointed.Add(read->At(i)); !noted) return noted;
    }
  }
  return {};
}

std::string DropTriggersSql(const LocalTable& table) {
  std::string sql;
  for (const std::string& field : table.key_fields) {
    for (const char* what : {"insert", "delete", "update"}) {
      sql += "DROP TRIGGER " + SqlName(KeyTableName(table.entity, field) + "@" + what) + ";";
    }
  }
  return sql;
}

}  // namespace

Result<> RemoveRows(Database& database, const LocalTable& table,
                    const std::vector<std::int64_t>& rows, Unpointed& unpointed,
                    std::stop_token stop) {
  if (rows.empty()) return {};
  const auto last = LastRow(database, table.entity);
  if (!last) return Fail(last.error());
  const auto count = static_cast<std::int64_t>(rows.size());
  if (count < kFewestToScan || count < *last / kScanShare) {
    if (auto noted = NoteLookups(database, table, rows, unpointed); !noted) return noted;
    return DeleteEach(database, table, rows, stop);
  }
  if (auto all = unpointed.AddAll(); !all) return all;
  if (auto off = database.Execute(DropTriggersSql(table)); !off) return off;
  if (auto deleted = DeleteEach(database, table, rows, stop); !deleted) return deleted;
  const ChosenRows gone(rows, *last, stop);
  for (const std::string& field : table.key_fields) {
    auto remove = database.Prepare("DELETE FROM " + SqlName(KeyTableName(table.entity, field)) +
                                   " WHERE " + kChosenFunction + "(row,?1)");
    if (!remove) return Fail(remove.error());
    remove->Bind(1, gone);
    if (auto done = remove->Run(); !done) return done;
  }
  return database.Execute(CreateKeyTriggersSql(table));
}

}  // namespace satchel
