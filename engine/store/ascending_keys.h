// Key tables that are written while the rows come.
//
// Pages read by key come in its order, so their key table can grow with them, while the next page
// is waited for. What does not ascend is left alone: its table is written from sorted keys at the
// end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/key_sorter.h"
#include "engine/store/key_table_writer.h"
#include "engine/store/local_schema.h"
#include "policy/support/result.h"

namespace satchel {

// One thread uses it; inside the caller's transactions. A rolled back one ends its use.
class AscendingKeys {
 public:
  // The key tables of `name`, a table of the form `table`, are there and empty.
  AscendingKeys(Database& database, const LocalTable& table, const std::string& name);

  // Rows get the numbers first_row, first_row + 1, …, above all before.
  [[nodiscard]] Result<> Add(const RowBatch& rows, std::int64_t first_row);
  // Ends the field's table. `all`: every row that was added stayed. True: the table is what it
  // should be. False: it is empty and has to be written.
  [[nodiscard]] Result<bool> Take(const std::string& field, bool all);

 private:
  struct Field {
    std::string name = {};
    KeySorter::Kind kind = KeySorter::Kind::kEmpty;  // kOther: not ascending.
    KeySorter::Entry last = {};
    std::optional<KeyTableWriter> writer = {};
  };
  [[nodiscard]] Result<> Add(Field& field, const Cell& key, std::int64_t row);
  [[nodiscard]] Result<> GiveUp(Field& field);

  Database& database_;
  std::string name_;
  std::vector<Field> fields_ = {};
};

}  // namespace satchel
