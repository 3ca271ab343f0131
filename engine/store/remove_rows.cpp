#include "engine/store/remove_rows.h"

#include "engine/store/row_insert.h"
#include "engine/store/tuning.h"

namespace satchel {

namespace {

Result<std::int64_t> LastRow(Database& database, const LocalTable& table) {
  auto last = database.Prepare("SELECT coalesce(max(" + SqlName(kRowIdColumn) + "),0) FROM " +
                               SqlName(table.entity));
  if (!last) return Fail(last.error());
  if (const auto row = last->Step(); !row) return Fail(row.error());
  return last->Integer(0);
}

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

// The key table of `field` without the rows that go, in its own order.
Result<> RewriteKeys(Database& database, const LocalTable& table, const std::string& field,
                     const std::vector<bool>& gone, std::stop_token stop) {
  const std::string name = KeyTableName(table.entity, field);
  const std::string fresh = name + "@new";
  std::string make = CreateKeyTableSql(table.entity, field);
  make.replace(make.find(SqlName(name)), SqlName(name).size(), SqlName(fresh));
  if (auto made = database.Execute(make); !made) return made;
  auto keys = database.Prepare("SELECT key,row FROM " + SqlName(name) + " ORDER BY key,row");
  if (!keys) return Fail(keys.error());
  auto many = database.Prepare("INSERT INTO " + SqlName(fresh) + " VALUES" +
                               Placeholders(kKeysPerInsert, 2));
  if (!many) return Fail(many.error());
  auto one = database.Prepare("INSERT INTO " + SqlName(fresh) + " VALUES(?,?)");
  if (!one) return Fail(one.error());
  std::vector<std::pair<Value, std::int64_t>> waiting;
  waiting.reserve(kKeysPerInsert);
  const auto put = [](Statement& statement, const auto* from, std::size_t count) {
    int parameter = 0;
    for (std::size_t i = 0; i < count; ++i) {
      statement.Bind(++parameter, ToCell(from[i].first));
      statement.Bind(++parameter, from[i].second);
    }
    return statement.Run();
  };
  std::size_t seen = 0;
  Result<bool> row = true;
  while ((row = keys->Step()) && *row) {
    if (++seen % kKeysBetweenStopChecks == 0 && stop.stop_requested()) return Fail(Cancelled());
    if (gone[static_cast<std::size_t>(keys->Integer(1))]) continue;
    waiting.emplace_back(ToValue(keys->At(0)), keys->Integer(1));
    if (waiting.size() < kKeysPerInsert) continue;
    if (auto done = put(*many, waiting.data(), waiting.size()); !done) return done;
    waiting.clear();
  }
  if (!row) return Fail(row.error());
  keys->Reset();
  for (const auto& entry : waiting) {
    if (auto done = put(*one, &entry, 1); !done) return done;
  }
  return database.Execute("DROP TABLE " + SqlName(name) + ";ALTER TABLE " + SqlName(fresh) +
                          " RENAME TO " + SqlName(name));
}

}  // namespace

Result<> RemoveRows(Database& database, const LocalTable& table,
                    const std::vector<std::int64_t>& rows, Unpointed& unpointed,
                    std::stop_token stop) {
  if (rows.empty()) return {};
  const auto last = LastRow(database, table);
  if (!last) return Fail(last.error());
  const auto count = static_cast<std::int64_t>(rows.size());
  if (count < kFewestToRewrite || count < *last / kRewriteShare) {
    if (auto noted = NoteLookups(database, table, rows, unpointed); !noted) return noted;
    return DeleteEach(database, table, rows, stop);
  }
  if (auto all = unpointed.AddAll(); !all) return all;
  std::vector<bool> gone(static_cast<std::size_t>(*last) + 1, false);
  for (const std::int64_t row : rows) gone[static_cast<std::size_t>(row)] = true;
  if (auto off = database.Execute(DropTriggersSql(table)); !off) return off;
  if (auto deleted = DeleteEach(database, table, rows, stop); !deleted) return deleted;
  for (const std::string& field : table.key_fields) {
    auto written = RewriteKeys(database, table, field, gone, stop);
    if (!written) return written;
  }
  return database.Execute(CreateKeyTriggersSql(table));
}

}  // namespace satchel
