// Puts a page's rows into a table, many per statement.
#pragma once

#include <cstdint>
#include <string>

#include "engine/record/cell.h"
#include "engine/store/database.h"
#include "engine/store/local_schema.h"
#include "policy/support/result.h"

namespace satchel {

// Rows get the numbers first_row, first_row + 1, …; a column the batch lacks is null.
[[nodiscard]] Result<> InsertRows(Database& database, const LocalTable& table,
                                  const std::string& name, const RowBatch& rows,
                                  std::int64_t first_row);
// The highest number in a table of rows; 0 when it is empty.
[[nodiscard]] Result<std::int64_t> LastRow(Database& database, const std::string& name);
// "(?,?,…),(?,?,…)" for so many rows.
[[nodiscard]] std::string Placeholders(std::size_t rows, std::size_t columns);

}  // namespace satchel
