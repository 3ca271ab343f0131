// Where the parts of a fetch stand. Kept beside the query while it is read, part for part, because
// the parts move when several filters become one.
#pragma once

#include <vector>

#include "policy/model/filter.h"
#include "policy/support/mark.h"
#include "policy/yaml/source_map.h"

namespace satchel {

// Of an entity or a link: its filter's nodes, its links, its order. Of a filter: its nodes.
struct FetchPlaces {
  Mark mark;
  std::vector<FetchPlaces> nodes;
  std::vector<FetchPlaces> links;
  std::vector<Mark> order;
};

// Under the paths that CheckQuery speaks of.
[[nodiscard]] SourceMap MarksOf(const Query& query, const FetchPlaces& places);

}  // namespace satchel
