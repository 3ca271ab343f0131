// Rows of a schema's entities as SQLite tables laid out as engine/record/cell.h says, so that what
// CompileSql makes can be run against what the evaluator sees.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/filter/sql.h"
#include "engine/record/cell.h"
#include "engine/store/database.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"

namespace satchel {

class SqliteRows {
 public:
  // In memory. The row with index i has the @rid i + 1.
  static Result<SqliteRows> Make(const Schema& schema,
                                 const std::map<std::string, const RowBatch*>& rows);

  // Indexes of the rows that match, as Evaluate gives them. Fails where sorted keys find others.
  Result<std::vector<std::size_t>> Run(const Query& query, const Schema& schema,
                                       const FilterContext& context);
  Result<std::vector<std::size_t>> Run(const SqlText& sql);

 private:
  explicit SqliteRows(Database database) : database_(std::move(database)) {}
  Database database_;
};

}  // namespace satchel
