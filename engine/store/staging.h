// An entity's rows on their way onto the device: loaded into a table nobody reads, finished there
// (superset filtered, cap applied, indexes built), then swapped in with everything else at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/cell.h"
#include "engine/store/database.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// The SQL type a field is kept as (engine/record/cell.h).
[[nodiscard]] std::string_view StorageOf(const FieldSchema& field);

class StagedEntity {
 public:
  // `kept` are the fields the device keeps, `extra` those only finishing needs; the key is added.
  // `table` is a name no entity can have. Fails for an entity without a key, or a field the schema
  // lacks.
  [[nodiscard]] static Result<StagedEntity> Create(Database& database, const EntitySchema& schema,
                                                   const std::vector<std::string>& kept,
                                                   const std::vector<std::string>& extra,
                                                   std::string table);

  [[nodiscard]] const std::string& table() const { return table_; }
  [[nodiscard]] const EntitySchema& schema() const { return *schema_; }

  // Columns of the batch that the table lacks are passed over.
  [[nodiscard]] Result<> Append(const RowBatch& batch);
  // An id that came twice (pages that overlap, inner links) stays once, as it came last. Indexes
  // the key.
  [[nodiscard]] Result<> Settle();
  // Keeps only rows whose key a compiled query selects.
  [[nodiscard]] Result<> KeepOnly(const SqlText& keys);
  [[nodiscard]] Result<std::int64_t> Count();
  // Drops the extra columns, indexes lookups and the modified-on field.
  [[nodiscard]] Result<> Finish();

 private:
  StagedEntity(Database& database, const EntitySchema& schema, std::string table)
      : database_(&database), schema_(&schema), table_(std::move(table)) {}
  [[nodiscard]] Result<> AddColumn(const std::string& field, std::string& ddl);

  Database* database_;
  const EntitySchema* schema_;
  std::string table_;
  std::vector<std::string> columns_ = {};  // Type columns and kVersionColumn included.
  std::vector<std::string> extra_ = {};    // Columns that go in Finish.
};

// Runs one statement to its end.
[[nodiscard]] Result<> RunSql(Database& database, const SqlText& sql);
// The first column of the first row.
[[nodiscard]] Result<std::int64_t> ReadNumber(Database& database, std::string_view sql);

}  // namespace satchel
