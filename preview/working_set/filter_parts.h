// A filter taken apart: what each of its conditions says by itself.
#pragma once

#include <string>
#include <vector>

#include "policy/model/filter.h"

namespace satchel {

struct QueryPart {
  std::string path = {};  // Below the entity, as findings name it: "filter.and[1].or[0]".
  Query query = {};       // The entity with nothing but this condition or link.
};

// Every condition and link outside of links, in reading order: the filter's, then the entity's
// links.
[[nodiscard]] std::vector<QueryPart> PartsOf(const Query& query);
// Whether a record meets the query exactly when it meets each part of an AND, or one part of an OR.
// Not so where a condition speaks of a row that a link found: two conditions on that link must then
// hold for one and the same row.
[[nodiscard]] bool PartsDecide(const Query& query);
// "filter.and[1]"
[[nodiscard]] std::string PartPath(const std::string& group_path, const Group& group,
                                   std::size_t index);

}  // namespace satchel
