#include "engine/store/local_tables.h"

#include <algorithm>

#include "engine/record/row_version.h"

namespace satchel {

const Value* LocalRow::Find(std::string_view column) const {
  for (const FieldValue& value : values) {
    if (value.field == column) return &value.value;
  }
  return nullptr;
}

std::string LocalRow::version() const {
  const Value* version = Find(kVersionColumn);
  const auto* text = version ? std::get_if<std::string>(version) : nullptr;
  return text ? PlainVersion(*text) : std::string();
}

LocalRows::LocalRows(Database& database, LocalTable table)
    : database_(database),
      table_(std::move(table)),
      select_("SELECT " + ColumnList(table_) + " FROM " + SqlName(table_.entity)) {}

bool LocalRows::Has(std::string_view column) const {
  return std::any_of(table_.columns.begin(), table_.columns.end(),
                     [&](const LocalColumn& c) { return c.name == column; });
}

LocalRow LocalRows::RowAt(const Statement& statement) const {
  LocalRow row = {.row = statement.Integer(0)};
  int column = 0;
  for (const LocalColumn& c : table_.columns) {
    row.values.push_back({c.name, ToValue(statement.At(++column))});
  }
  return row;
}

std::vector<FieldValue> LocalRows::Known(const std::vector<FieldValue>& values) const {
  std::vector<FieldValue> known;
  for (const FieldValue& value : values) {
    if (Has(value.field)) known.push_back(value);
  }
  return known;
}

Result<std::optional<LocalRow>> LocalRows::Find(const Value& id) {
  if (!find_) {
    auto made =
        database_.Prepare(select_ + " WHERE " + SqlName(kRowIdColumn) + "=(SELECT row FROM " +
                          SqlName(KeyTableName(table_.entity, table_.key)) + " WHERE key=?1)");
    if (!made) return Fail(made.error());
    find_.emplace(std::move(*made));
  }
  find_->Bind(1, ToCell(id));
  const auto found = find_->Step();
  if (!found) {
    find_->Reset();
    return Fail(found.error());
  }
  std::optional<LocalRow> row;
  if (*found) row = RowAt(*find_);
  find_->Reset();
  return row;
}

Result<std::vector<LocalRow>> LocalRows::FindWhere(const std::vector<FieldValue>& values) {
  std::string where;
  int parameter = 0;
  for (const FieldValue& value : values) {
    where += (parameter == 0 ? " WHERE " : " AND ") + SqlName(value.field) + "=?" +
             std::to_string(parameter + 1);
    ++parameter;
  }
  auto statement = database_.Prepare(select_ + where);
  if (!statement) return Fail(statement.error());
  parameter = 0;
  for (const FieldValue& value : values) statement->Bind(++parameter, ToCell(value.value));
  std::vector<LocalRow> rows;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) rows.push_back(RowAt(*statement));
  if (!row) return Fail(row.error());
  return rows;
}

Result<> LocalRows::Insert(const std::vector<FieldValue>& values) {
  const std::vector<FieldValue> known = Known(values);
  std::string columns;
  std::string places;
  for (const FieldValue& value : known) {
    columns += (columns.empty() ? "" : ",") + SqlName(value.field);
    places += places.empty() ? "?" : ",?";
  }
  auto put = database_.Prepare("INSERT INTO " + SqlName(table_.entity) + "(" + columns +
                               ") VALUES(" + places + ")");
  if (!put) return Fail(put.error());
  int parameter = 0;
  for (const FieldValue& value : known) put->Bind(++parameter, ToCell(value.value));
  return put->Run();
}

Result<> LocalRows::Update(std::int64_t row, const std::vector<FieldValue>& values) {
  const std::vector<FieldValue> known = Known(values);
  if (known.empty()) return {};
  std::string set;
  for (const FieldValue& value : known) {
    set += (set.empty() ? "" : ",") + SqlName(value.field) + "=?";
  }
  auto put = database_.Prepare("UPDATE " + SqlName(table_.entity) + " SET " + set + " WHERE " +
                               SqlName(kRowIdColumn) + "=?");
  if (!put) return Fail(put.error());
  int parameter = 0;
  for (const FieldValue& value : known) put->Bind(++parameter, ToCell(value.value));
  put->Bind(++parameter, row);
  return put->Run();
}

Result<> LocalRows::Remove(std::int64_t row) {
  auto remove = database_.Prepare("DELETE FROM " + SqlName(table_.entity) + " WHERE " +
                                  SqlName(kRowIdColumn) + "=?1");
  if (!remove) return Fail(remove.error());
  remove->Bind(1, row);
  return remove->Run();
}

Result<> LocalRows::SetVersion(const Value& id, const std::string& version) {
  if (!set_version_) {
    auto made =
        database_.Prepare("UPDATE " + SqlName(table_.entity) + " SET " + SqlName(kVersionColumn) +
                          "=nullif(?2,'') WHERE " + SqlName(kRowIdColumn) + "=(SELECT row FROM " +
                          SqlName(KeyTableName(table_.entity, table_.key)) + " WHERE key=?1)");
    if (!made) return Fail(made.error());
    set_version_.emplace(std::move(*made));
  }
  set_version_->Bind(1, ToCell(id));
  set_version_->Bind(2, std::string_view(version));
  return set_version_->Run();
}

Result<LocalTables> LocalTables::Read(Database& database) {
  auto description = ReadDescription(database);
  if (!description) return Fail(description.error());
  LocalTables tables;
  tables.description_ = std::move(*description);
  for (const auto& [entity, fields] : tables.description_.fields) {
    auto table = PlanTable(*tables.description_.schema.Find(entity), fields);
    if (!table) return Fail(table.error());
    tables.rows_.emplace(entity, std::make_unique<LocalRows>(database, std::move(*table)));
  }
  return tables;
}

const EntitySchema* LocalTables::Schema(std::string_view entity) const {
  return description_.schema.Find(entity);
}

LocalRows* LocalTables::Rows(std::string_view entity) {
  const auto at = rows_.find(entity);
  return at == rows_.end() ? nullptr : at->second.get();
}

}  // namespace satchel
