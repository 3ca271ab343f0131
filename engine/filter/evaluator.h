// The plain evaluator: what a filter means, row by row. Shares no code with the SQL compiler.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/cell.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// Rows the evaluator may look at. The evaluator asks for whole entities; a source keeps the batch
// alive and unchanged while an evaluation runs.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // All rows of an entity, or null when there is no such entity.
  [[nodiscard]] virtual const RowBatch* Rows(std::string_view entity) const = 0;
};

// Indexes into Rows(query.entity) of the rows that match, each once, in the query's order (no
// order: by key) and cut to its top. Fails as CompileSql does.
[[nodiscard]] Result<std::vector<std::size_t>> Evaluate(const Query& query, const Schema& schema,
                                                        const FilterContext& context,
                                                        const RowSource& rows);

}  // namespace satchel
