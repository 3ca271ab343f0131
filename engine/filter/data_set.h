// The JSON data set of `satchel eval`: a schema and rows, with no server. The schema part alone is
// the format of `satchel schema --json` and `validate --schema`.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/filter/context.h"
#include "engine/filter/evaluator.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

class DataSet : public RowSource {
 public:
  DataSet() = default;
  DataSet(Schema schema, std::map<std::string, RowBatch, std::less<>> rows)
      : schema_(std::move(schema)), rows_(std::move(rows)) {}

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const RowBatch* Rows(std::string_view entity) const override;

 private:
  Schema schema_;
  std::map<std::string, RowBatch, std::less<>> rows_;
};

// Errors name the place: "rows.account[3].revenue: 'abc' is not a money value".
[[nodiscard]] Result<DataSet> ParseDataSet(std::string_view json);
[[nodiscard]] Result<Schema> ParseSchema(
    std::string_view json);  // {"schema": {…}} or the inner object.
[[nodiscard]] std::string PrintSchema(const Schema& schema);
[[nodiscard]] Result<UserContext> ParseUser(std::string_view json, FiscalCalendar& fiscal);

}  // namespace satchel
