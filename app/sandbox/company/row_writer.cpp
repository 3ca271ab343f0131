#include "app/sandbox/company/row_writer.h"

#include <algorithm>
#include <cassert>

#include "app/sandbox/company/tables.h"
#include "engine/record/cell.h"

namespace satchel::sandbox {

Result<RowWriter> RowWriter::Open(Database& database, const Table& table) {
  std::vector<std::string> columns = StoredColumns(table);
  std::string names;
  std::string marks;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    names += (i > 0 ? "," : "") + SqlName(columns[i]);
    marks += (i > 0 ? ",?" : "?") + std::to_string(i + 1);
  }
  auto statement = database.Prepare("INSERT INTO " + SqlName(table.name) + " (" + names +
                                    ") VALUES (" + marks + ")");
  if (!statement) return Fail(statement.error());
  return RowWriter(*std::move(statement), std::move(columns));
}

std::size_t RowWriter::Find(std::string_view column) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t at = (next_ + i) % columns_.size();
    if (columns_[at] != column) continue;
    next_ = at + 1;
    return at;
  }
  assert(false && "the generator names a column its table does not store");
  return 0;
}

void RowWriter::Set(std::string_view column, std::string_view text) {
  SqlValue& value = values_[Find(column)];
  if (text.empty()) {
    value = std::monostate();
  } else {
    value = std::string(text);
  }
}

void RowWriter::Set(std::string_view column, const Guid& id, std::string_view target) {
  Set(column, id);
  Set(TypeColumn(column), target);
}

Result<> RowWriter::Write(std::int64_t version) {
  values_.back() = version;
  statement_.Bind(values_);
  const Result<> written = statement_.Run();
  std::fill(values_.begin(), values_.end(), SqlValue());
  next_ = 0;
  return written;
}

}  // namespace satchel::sandbox
