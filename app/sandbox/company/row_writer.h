// Writes rows of one table, column by column, through one prepared statement.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/metadata.h"
#include "engine/record/instant.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

// Columns not set in a row are null. Text and ids are copied until the row is written.
class RowWriter {
 public:
  [[nodiscard]] static Result<RowWriter> Open(Database& database, const Table& table);

  void Set(std::string_view column, const Guid& id) { values_[Find(column)] = id; }
  void Set(std::string_view column, std::int64_t number) { values_[Find(column)] = number; }
  void Set(std::string_view column, int number) { Set(column, std::int64_t{number}); }
  void Set(std::string_view column, double number) { values_[Find(column)] = number; }
  void Set(std::string_view column, Instant instant) { Set(column, instant.ticks); }
  void Set(std::string_view column, Day day) { Set(column, day.days); }
  // Empty text is null, as everywhere.
  void Set(std::string_view column, std::string_view text);
  void Set(std::string_view column, const char* text) { Set(column, std::string_view(text)); }
  // A polymorphic lookup: the id and the target's name.
  void Set(std::string_view column, const Guid& id, std::string_view target);

  [[nodiscard]] Result<> Write(std::int64_t version);

 private:
  RowWriter(Statement statement, std::vector<std::string> columns)
      : statement_(std::move(statement)), columns_(std::move(columns)), values_(columns_.size()) {}
  // Columns are usually set in table order, so the one after the last is tried first.
  std::size_t Find(std::string_view column);

  Statement statement_;
  std::vector<std::string> columns_;
  std::vector<SqlValue> values_;
  std::size_t next_ = 0;
};

}  // namespace satchel::sandbox
