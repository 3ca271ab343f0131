// Rows of a table, chosen by their numbers, for SQL to ask about.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

struct sqlite3;

namespace satchel {

// satchel_chosen(row, ?): 1 when the ChosenRows bound to the parameter has the row, else 0. A
// DELETE that asks it goes once through its table; with a subquery in its place it would search for
// each.
inline constexpr const char* kChosenFunction = "satchel_chosen";

// A bit per row up to the last. The statement it is bound to fails once `stop` is requested.
class ChosenRows {
 public:
  // `rows`: 1 to `last`.
  ChosenRows(const std::vector<std::int64_t>& rows, std::int64_t last, std::stop_token stop);

  [[nodiscard]] bool Has(std::int64_t row) const {
    const auto at = static_cast<std::size_t>(row);
    return row >= 0 && at < chosen_.size() && chosen_[at];
  }
  [[nodiscard]] bool stopped() const { return stop_.stop_requested(); }

 private:
  std::vector<bool> chosen_;
  std::stop_token stop_;
};

// The type under which Statement::Bind hands a ChosenRows to SQLite.
inline constexpr const char* kChosenRowsPointer = "satchel chosen rows";
// An SQLite result code.
[[nodiscard]] int RegisterChosenRows(sqlite3* handle);

}  // namespace satchel
