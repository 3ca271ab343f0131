// What a filter's answer depends on besides the record it decides, and when it can change without
// that record being touched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"

namespace satchel {

// Entities whose rows it looks at, its own among them where it looks at other rows of that. Sorted.
[[nodiscard]] std::vector<std::string> EntitiesReached(const Query& query, const Schema& schema);

// Records that a date window let in or out between two moments, as queries of the entities whose
// dates they are; none: no boundary passed anything by itself. Nothing: it cannot be told. The
// contexts differ in `now` only.
[[nodiscard]] std::optional<std::vector<Query>> QueriesAcross(const Query& query,
                                                              const Schema& schema,
                                                              const FilterContext& before,
                                                              const FilterContext& now);

// Hash of the query with its relative dates made absolute; empty when it cannot be.
[[nodiscard]] std::string FrozenHash(const Query& query, const Schema& schema,
                                     const FilterContext& context);

}  // namespace satchel
