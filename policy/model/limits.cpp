#include "policy/model/limits.h"

#include <algorithm>

namespace satchel {

namespace {

void Measure(const Link& link, int depth, QuerySize& size);

// `depth` is that of the map that holds the group's list.
void Measure(const Group& group, int depth, QuerySize& size) {
  size.depth = std::max(size.depth, depth + 1);
  for (const Node& node : group.nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) {
      ++size.conditions;
      size.depth = std::max(size.depth, depth + (condition->values.size() == 1 ? 2 : 3));
    } else if (const auto* nested = std::get_if<Group>(&node.item)) {
      Measure(*nested, depth + 2, size);
    } else {
      Measure(std::get<Link>(node.item), depth + 2, size);
    }
  }
}

// `depth` is that of the link's own map.
void Measure(const Link& link, int depth, QuerySize& size) {
  ++size.links;
  ++size.conditions;
  size.depth = std::max(size.depth, depth + (link.order.empty() ? 1 : 2));
  if (!link.filter.empty()) Measure(link.filter, depth, size);
  for (const Link& nested : link.links) Measure(nested, depth + 2, size);
}

}  // namespace

QuerySize Measure(const Query& query) {
  constexpr int kEntity = 3;  // Root, entities, the entity.
  QuerySize size = {.depth = kEntity + (query.order.empty() ? 0 : 2)};
  if (!query.filter.empty()) Measure(query.filter, kEntity + 1, size);
  for (const Link& link : query.links) Measure(link, kEntity + 2, size);
  return size;
}

}  // namespace satchel
