#include "preview/working_set/filter_parts.h"

#include <set>

namespace satchel {

namespace {

void Collect(const Query& query, const Group& group, const std::string& path,
             std::vector<QueryPart>& parts) {
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    const std::string at = PartPath(path, group, i);
    if (const auto* inner = std::get_if<Group>(&group.nodes[i].item)) {
      Collect(query, *inner, at, parts);
      continue;
    }
    QueryPart part{.path = at, .query = {.entity = query.entity}};
    part.query.filter.nodes.push_back(group.nodes[i]);
    parts.push_back(std::move(part));
  }
}

// Aliases that something names, and those that links give, in one child of the root.
struct Aliases {
  std::set<std::string> named = {};
  std::set<std::string> given = {};

  void Add(const Group& group) {
    for (const Node& node : group.nodes) {
      if (const auto* condition = std::get_if<Condition>(&node.item)) {
        if (!condition->entity.empty()) named.insert(condition->entity);
        const auto dot = condition->value_of.find('.');
        if (dot != std::string::npos) named.insert(condition->value_of.substr(0, dot));
      } else if (const auto* inner = std::get_if<Group>(&node.item)) {
        Add(*inner);
      } else {
        Add(std::get<Link>(node.item));
      }
    }
  }
  void Add(const Link& link) {
    given.insert(link.alias.empty() ? link.entity : link.alias);
    Add(link.filter);
    for (const OrderItem& item : link.order) {
      if (!item.entity.empty()) named.insert(item.entity);
    }
    for (const Link& inner : link.links) Add(inner);
  }
  [[nodiscard]] bool SpeaksOfOthers() const {
    for (const std::string& name : named) {
      if (!given.contains(name)) return true;
    }
    return false;
  }
};

}  // namespace

std::string PartPath(const std::string& group_path, const Group& group, std::size_t index) {
  return group_path + (group.conjunction == Conjunction::kOr ? ".or[" : ".and[") +
         std::to_string(index) + "]";
}

std::vector<QueryPart> PartsOf(const Query& query) {
  std::vector<QueryPart> parts;
  Collect(query, query.filter, "filter", parts);
  for (std::size_t i = 0; i < query.links.size(); ++i) {
    parts.push_back({.path = "links[" + std::to_string(i) + "]",
                     .query = {.entity = query.entity, .links = {query.links[i]}}});
  }
  return parts;
}

bool PartsDecide(const Query& query) {
  const auto alone = [](const auto& child) {
    Aliases aliases;
    aliases.Add(child);
    return !aliases.SpeaksOfOthers();
  };
  for (const QueryPart& part : PartsOf(query)) {
    for (const Link& link : part.query.links) {
      if (!alone(link)) return false;
    }
    if (!alone(part.query.filter)) return false;
  }
  return true;
}

}  // namespace satchel
