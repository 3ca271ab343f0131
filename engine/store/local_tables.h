// Single rows of the local tables: found by their key, written field by field. The key tables
// follow by their triggers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/value.h"
#include "engine/store/database.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_schema.h"
#include "policy/support/result.h"

namespace satchel {

struct LocalRow {
  std::int64_t row = 0;                 // kRowIdColumn.
  std::vector<FieldValue> values = {};  // As LocalTable::columns, kVersionColumn among them.

  [[nodiscard]] const Value* Find(std::string_view column) const;
  [[nodiscard]] std::string version() const;  // PlainVersion; empty: not known.
};

class LocalRows {
 public:
  LocalRows(Database& database, LocalTable table);

  [[nodiscard]] const LocalTable& table() const { return table_; }
  [[nodiscard]] bool Has(std::string_view column) const;
  [[nodiscard]] Result<std::optional<LocalRow>> Find(const Value& id);
  // Rows whose columns hold these values; a scan of the table.
  [[nodiscard]] Result<std::vector<LocalRow>> FindWhere(const std::vector<FieldValue>& values);
  // Columns the table does not have are left out.
  [[nodiscard]] Result<> Insert(const std::vector<FieldValue>& values);
  [[nodiscard]] Result<> Update(std::int64_t row, const std::vector<FieldValue>& values);
  [[nodiscard]] Result<> Remove(std::int64_t row);
  // Empty: not known. Nothing happens where there is no such row.
  [[nodiscard]] Result<> SetVersion(const Value& id, const std::string& version);

 private:
  [[nodiscard]] LocalRow RowAt(const Statement& statement) const;
  [[nodiscard]] std::vector<FieldValue> Known(const std::vector<FieldValue>& values) const;

  Database& database_;
  LocalTable table_;
  std::string select_;
  std::optional<Statement> find_ = {};
  std::optional<Statement> set_version_ = {};
};

// Every entity the database describes.
class LocalTables {
 public:
  [[nodiscard]] static Result<LocalTables> Read(Database& database);

  [[nodiscard]] const LocalDescription& description() const { return description_; }
  [[nodiscard]] const EntitySchema* Schema(std::string_view entity) const;
  // Null for an entity the device does not keep.
  [[nodiscard]] LocalRows* Rows(std::string_view entity);

 private:
  LocalDescription description_ = {};
  std::map<std::string, std::unique_ptr<LocalRows>, std::less<>> rows_ = {};
};

}  // namespace satchel
