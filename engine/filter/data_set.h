// The JSON data set of `satchel eval`: a schema and rows, with no server. The schema part alone is
// the format of `satchel schema --json` and `validate --schema`.
#pragma once

#include <cstdint>
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
  // Empty for an entity of the schema that the document has no rows of.
  [[nodiscard]] const RowBatch* Rows(std::string_view entity) const override;

 private:
  Schema schema_;
  std::map<std::string, RowBatch, std::less<>> rows_;
};

// The format is docs/schema-json.md. Errors name the place: "rows.account[3].revenue: 'abc' is not
// a money value". Rows count from 0. A row's columns are the entity's fields by name, each
// polymorphic lookup followed by its TypeColumn, stored as engine/record/cell.h says.
[[nodiscard]] Result<DataSet> ParseDataSet(std::string_view json);
// {"schema": {…}} or the inner object.
[[nodiscard]] Result<Schema> ParseSchema(std::string_view json);
// ParseSchema(PrintSchema(s)) == s; one line a field.
[[nodiscard]] std::string PrintSchema(const Schema& schema);
// `fiscal` is changed only where the document speaks of it, and only on success.
[[nodiscard]] Result<UserContext> ParseUser(std::string_view json, FiscalCalendar& fiscal);

// How an id field is kept: services whose keys are no GUIDs keep text or numbers
// (engine/record/cell.h).
enum class IdKind : std::uint8_t { kGuid, kText, kInteger };
[[nodiscard]] IdKind IdKindOf(const Schema& schema, const FieldSchema& field);

}  // namespace satchel
