#include "engine/store/chosen_rows.h"

#include <sqlite3.h>

#include <utility>

namespace satchel {

namespace {

void Chosen(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const auto* rows =
      static_cast<const ChosenRows*>(sqlite3_value_pointer(values[1], kChosenRowsPointer));
  if (!rows) return sqlite3_result_error(context, "no rows were bound", -1);
  if (rows->stopped()) return sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  sqlite3_result_int(context, rows->Has(sqlite3_value_int64(values[0])));
}

}  // namespace

ChosenRows::ChosenRows(const std::vector<std::int64_t>& rows, std::int64_t last,
                       std::stop_token stop)
    : chosen_(static_cast<std::size_t>(last) + 1), stop_(std::move(stop)) {
  for (const std::int64_t row : rows) chosen_[static_cast<std::size_t>(row)] = true;
}

int RegisterChosenRows(sqlite3* handle) {
  return sqlite3_create_function_v2(handle, kChosenFunction, 2,
                                    SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr,
                                    Chosen, nullptr, nullptr, nullptr);
}

}  // namespace satchel
