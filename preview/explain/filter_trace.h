// A filter held against one record, condition by condition: what each asks, what the record holds,
// and whether that is enough.
#pragma once

#include <cstddef>
#include <string>

#include "policy/model/filter.h"
#include "preview/explain/explain.h"
#include "preview/explain/rows_around.h"
#include "preview/explain/value_words.h"

namespace satchel {

struct TraceSubject {
  const Query& query;
  const Schema& schema;
  const FilterContext& context;
  const RowsAround& rows;
  const ValueWords& words;
};

// `row` is of rows.Rows(query.entity). The root is kAll, with the path "entities.NAME"; a filter's
// own parts stand directly in it where all of them must hold. Order and top are not looked at.
[[nodiscard]] Result<FilterPart> TraceFilter(const TraceSubject& subject, std::size_t row);

// Why a part holds or does not, to go on after "because" or a colon: "Status is Inactive, and the
// filter asks that “Status is Active”". Of a part that neither holds nor fails: its note.
[[nodiscard]] std::string WhyFailed(const FilterPart& part);
[[nodiscard]] std::string WhyPassed(const FilterPart& part);

}  // namespace satchel
