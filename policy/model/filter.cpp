#include "policy/model/filter.h"

#include <algorithm>
#include <array>
#include <set>

#include "policy/model/keywords.h"

namespace satchel {

namespace {

void Collect(const Link& link, std::set<std::string>& names);

void Collect(const Group& group, std::set<std::string>& names) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) Collect(*inner, names);
    if (const auto* link = std::get_if<Link>(&node.item)) Collect(*link, names);
  }
}

void Collect(const Link& link, std::set<std::string>& names) {
  names.insert(link.entity);
  Collect(link.filter, names);
  for (const Link& inner : link.links) Collect(inner, names);
}

constexpr std::array<std::string_view, 9> kLinkTypeNames = {
    "inner", "outer",   "exists", "in",     "matchfirstrowusingcrossapply",
    "any",   "not any", "all",    "not all"};

}  // namespace

std::string_view Name(LinkType type) {
  return kLinkTypeNames[static_cast<std::size_t>(type)];
}

std::span<const std::string_view> Keywords(LinkType) {
  return kLinkTypeNames;
}

std::optional<LinkType> FindLinkType(std::string_view name) {
  const auto at = std::find(kLinkTypeNames.begin(), kLinkTypeNames.end(), name);
  if (at == kLinkTypeNames.end()) return std::nullopt;
  return static_cast<LinkType>(at - kLinkTypeNames.begin());
}

bool IsTest(LinkType type) {
  return type >= LinkType::kAny;
}

bool Group::empty() const {
  return nodes.empty();
}

std::vector<std::string> EntitiesNamed(const Query& query) {
  std::set<std::string> names = {query.entity};
  Collect(query.filter, names);
  for (const Link& link : query.links) Collect(link, names);
  return {names.begin(), names.end()};
}

bool operator==(const Condition& a, const Condition& b) {
  return a.entity == b.entity && a.field == b.field && a.op == b.op && a.values == b.values &&
         a.value_of == b.value_of && a.notes == b.notes;
}

bool operator==(const Group& a, const Group& b) {
  return a.conjunction == b.conjunction && a.nodes == b.nodes && a.notes == b.notes;
}

bool operator==(const Link& a, const Link& b) {
  return a.entity == b.entity && a.from == b.from && a.to == b.to && a.type == b.type &&
         a.alias == b.alias && a.intersect == b.intersect && a.filter == b.filter &&
         a.order == b.order && a.links == b.links && a.notes == b.notes;
}

bool operator==(const Node& a, const Node& b) {
  return a.item == b.item;
}

}  // namespace satchel
