#include "engine/store/row_insert.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/store/tuning.h"

namespace satchel {

namespace {

// Where each column of the table is in the batch; nothing: not there.
std::vector<std::optional<std::size_t>> PlacesOf(const LocalTable& table, const RowBatch& rows) {
  std::vector<std::optional<std::size_t>> places;
  for (const LocalColumn& column : table.columns) places.push_back(rows.Find(column.name));
  return places;
}

}  // namespace

std::string Placeholders(std::size_t rows, std::size_t columns) {
  std::string one = "(";
  for (std::size_t i = 0; i < columns; ++i) one += i ? ",?" : "?";
  one += ")";
  std::string all;
  for (std::size_t i = 0; i < rows; ++i) all += i ? "," + one : one;
  return all;
}

Result<> InsertRows(Database& database, const LocalTable& table, const std::string& name,
                    const RowBatch& rows, std::int64_t first_row) {
  const auto places = PlacesOf(table, rows);
  const std::size_t width = places.size() + 1;
  const std::size_t together =
      std::max<std::size_t>(1, std::min(kRowsPerInsert, kMaxParameters / width));
  const std::string into = "INSERT INTO " + SqlName(name) + "(" + ColumnList(table) + ") VALUES";
  // Compiling the long statement costs more than a short page is worth.
  std::optional<Statement> many;
  std::optional<Statement> one;
  std::size_t row = 0;
  while (row < rows.rows()) {
    const std::size_t count = rows.rows() - row >= together ? together : 1;
    std::optional<Statement>& prepared = count == 1 ? one : many;
    if (!prepared) {
      auto made = database.Prepare(into + Placeholders(count, width));
      if (!made) return Fail(made.error());
      prepared.emplace(std::move(*made));
    }
    Statement& statement = *prepared;
    int parameter = 0;
    for (std::size_t i = 0; i < count; ++i, ++row) {
      statement.Bind(++parameter, first_row + static_cast<std::int64_t>(row));
      const Cell* cells = rows.row(row);
      for (const auto place : places) {
        if (place) {
          statement.Bind(++parameter, cells[*place]);
        } else {
          statement.BindNull(++parameter);
        }
      }
    }
    if (auto put = statement.Run(); !put) return put;
  }
  return {};
}

Result<std::int64_t> LastRow(Database& database, const std::string& name) {
  auto last = database.Prepare("SELECT coalesce(max(" + SqlName(kRowIdColumn) + "),0) FROM " +
                               SqlName(name));
  if (!last) return Fail(last.error());
  if (const auto row = last->Step(); !row) return Fail(row.error());
  return last->Integer(0);
}

}  // namespace satchel
