#include "engine/store/staging.h"

#include <algorithm>

#include "policy/support/text.h"

namespace satchel {

std::string_view StorageOf(const FieldSchema& field) {
  if (kTextTypes.Has(field.type) || field.type == FieldType::kMultiSelect) return "TEXT";
  if (field.type == FieldType::kDouble) return "REAL";
  // No affinity: keeps a GUID's bytes, and the text or number of a service without GUIDs, as they
  // are.
  return kIdTypes.Has(field.type) ? "BLOB" : "INTEGER";
}

Result<> RunSql(Database& database, const SqlText& sql) {
  auto statement = database.Prepare(sql.text);
  if (!statement) return Fail(statement.error());
  statement->Bind(sql.binds);
  return statement->Run();
}

Result<std::int64_t> ReadNumber(Database& database, std::string_view sql) {
  auto statement = database.Prepare(sql);
  if (!statement) return Fail(statement.error());
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  return *row ? statement->Integer(0) : 0;
}

Result<> StagedEntity::AddColumn(const std::string& field, std::string& ddl) {
  if (std::find(columns_.begin(), columns_.end(), field) != columns_.end()) return {};
  const FieldSchema* known = schema_->Find(field);
  if (known == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, each] : schema_->fields) names.push_back(name);
    const std::string near = Nearest(field, names);
    return Fail(ErrorCode::kInvalid, schema_->name + ": the server has no field " + Quoted(field) +
                                         (near.empty() ? " (remove it from the policy)"
                                                       : " (did you mean " + Quoted(near) + "?)"));
  }
  columns_.push_back(field);
  ddl +=
      ", " + SqlName(field) + " " + std::string(field == schema_->key ? "BLOB" : StorageOf(*known));
  if (known->polymorphic()) {
    columns_.push_back(TypeColumn(field));
    ddl += ", " + SqlName(columns_.back()) + " TEXT";
  }
  return {};
}

Result<StagedEntity> StagedEntity::Create(Database& database, const EntitySchema& schema,
                                          const std::vector<std::string>& kept,
                                          const std::vector<std::string>& extra,
                                          std::string table) {
  if (schema.key.empty()) {
    return Fail(ErrorCode::kUnsupported,
                schema.name +
                    " has no single key field, so its records cannot be kept offline "
                    "(set its mode to online)");
  }
  StagedEntity staged(database, schema, std::move(table));
  std::string ddl = "CREATE TABLE " + SqlName(staged.table_) + " (" + SqlName(kRowIdColumn) +
                    " INTEGER PRIMARY KEY";
  if (auto added = staged.AddColumn(schema.key, ddl); !added) return Fail(added.error());
  for (const std::string& field : kept) {
    if (auto added = staged.AddColumn(field, ddl); !added) return Fail(added.error());
  }
  staged.columns_.emplace_back(kVersionColumn);
  ddl += ", " + SqlName(kVersionColumn) + " TEXT";
  const std::size_t first_extra = staged.columns_.size();
  for (const std::string& field : extra) {
    if (auto added = staged.AddColumn(field, ddl); !added) return Fail(added.error());
  }
  staged.extra_.assign(staged.columns_.begin() + static_cast<std::ptrdiff_t>(first_extra),
                       staged.columns_.end());
  if (auto made =
          database.Execute("DROP TABLE IF EXISTS " + SqlName(staged.table_) + ";" + ddl + ")");
      !made) {
    return Fail(made.error());
  }
  return staged;
}

Result<> StagedEntity::Append(const RowBatch& batch) {
  std::vector<std::size_t> from;
  std::string names;
  std::string marks;
  for (std::size_t i = 0; i < batch.columns().size(); ++i) {
    const std::string& name = batch.columns()[i].name;
    if (std::find(columns_.begin(), columns_.end(), name) == columns_.end()) continue;
    from.push_back(i);
    names += (names.empty() ? "" : ",") + SqlName(name);
    marks += (marks.empty() ? "?" : ",?") + std::to_string(from.size());
  }
  if (from.empty() || batch.rows() == 0) return {};
  auto transaction = Transaction::Begin(*database_);
  if (!transaction) return Fail(transaction.error());
  auto insert = database_->Prepare("INSERT INTO " + SqlName(table_) + " (" + names + ") VALUES (" +
                                   marks + ")");
  if (!insert) return Fail(insert.error());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    const Cell* cells = batch.row(row);
    for (std::size_t i = 0; i < from.size(); ++i)
      insert->Bind(static_cast<int>(i + 1), cells[from[i]]);
    if (auto written = insert->Run(); !written) return Fail(written.error());
  }
  return transaction->Commit();
}

Result<> StagedEntity::Settle() {
  const std::string table = SqlName(table_);
  const std::string key = SqlName(schema_->key);
  const std::string index =
      "CREATE UNIQUE INDEX " + SqlName(table_ + "@key") + " ON " + table + " (" + key + ")";
  if (database_->Execute(index)) return {};
  const std::string rid = SqlName(kRowIdColumn);
  if (auto removed =
          database_->Execute("DELETE FROM " + table + " WHERE " + rid + " NOT IN (SELECT max(" +
                             rid + ") FROM " + table + " GROUP BY " + key + ")");
      !removed) {
    return removed;
  }
  return database_->Execute(index);
}

Result<> StagedEntity::KeepOnly(const SqlText& keys) {
  return RunSql(*database_, {"DELETE FROM " + SqlName(table_) + " WHERE " + SqlName(schema_->key) +
                                 " NOT IN (SELECT * FROM (" + keys.text + "))",
                             keys.binds});
}

Result<std::int64_t> StagedEntity::Count() {
  return ReadNumber(*database_, "SELECT count(*) FROM " + SqlName(table_));
}

Result<> StagedEntity::Finish() {
  for (const std::string& column : extra_) {
    if (auto dropped = database_->Execute("ALTER TABLE " + SqlName(table_) + " DROP COLUMN " +
                                          SqlName(column));
        !dropped) {
      return dropped;
    }
  }
  for (const std::string& column : columns_) {
    const FieldSchema* field = schema_->Find(column);
    const bool gone = std::find(extra_.begin(), extra_.end(), column) != extra_.end();
    if (field == nullptr || gone || column == schema_->key) continue;
    if (!kLookupTypes.Has(field->type) && column != schema_->modified) continue;
    if (auto made = database_->Execute("CREATE INDEX " + SqlName(table_ + "@" + column) + " ON " +
                                       SqlName(table_) + " (" + SqlName(column) + ")");
        !made) {
      return made;
    }
  }
  return {};
}

}  // namespace satchel
