#include "app/console/filter_tree.h"

#include <algorithm>

namespace satchel {
namespace {

std::string NodeText(const Group& group, std::size_t index) {
  return (group.conjunction == Conjunction::kOr ? ".or[" : ".and[") + std::to_string(index) + "]";
}

// The group a path's last step indexes, and the path to it.
TreePath Parent(TreePath path) {
  if (!path.empty()) path.pop_back();
  return path;
}

}  // namespace

TreePath Under(TreePath path, std::size_t node) {
  path.push_back({false, node});
  return path;
}

TreePath UnderLinks(TreePath path, std::size_t link) {
  path.push_back({true, link});
  return path;
}

bool IsInside(const TreePath& path, const TreePath& ancestor) {
  return path.size() >= ancestor.size() &&
         std::equal(ancestor.begin(), ancestor.end(), path.begin());
}

TreeSpot SpotAt(Entity& entity, const TreePath& path) {
  TreeSpot spot{.group = &entity.filter, .links = &entity.links};
  for (const TreeStep& step : path) {
    if (step.link) {
      if (spot.links == nullptr || step.index >= spot.links->size()) return {};
      Link& link = (*spot.links)[step.index];
      spot = {.group = &link.filter, .link = &link, .links = &link.links};
      continue;
    }
    if (spot.group == nullptr || step.index >= spot.group->nodes.size()) return {};
    Node& node = spot.group->nodes[step.index];
    if (auto* condition = std::get_if<Condition>(&node.item)) {
      spot = {.condition = condition};
    } else if (auto* group = std::get_if<Group>(&node.item)) {
      spot = {.group = group};
    } else {
      Link& link = std::get<Link>(node.item);
      spot = {.group = &link.filter, .link = &link, .links = &link.links};
    }
  }
  return spot;
}

std::string PathText(const Entity& entity, const TreePath& path) {
  std::string text = "entities." + entity.name;
  Entity copy = entity;  // SpotAt hands out pointers that may be written through.
  bool root = true;
  TreePath here;
  for (const TreeStep& step : path) {
    const TreeSpot spot = SpotAt(copy, here);
    if (step.link) {
      text += ".links[" + std::to_string(step.index) + "]";
    } else if (spot.group != nullptr) {
      if (root) text += ".filter";
      text += NodeText(*spot.group, step.index);
    }
    root = false;
    here.push_back(step);
  }
  return path.empty() ? text + ".filter" : text;
}

TreePath OwnerOf(const Entity& entity, const TreePath& path) {
  Entity copy = entity;
  for (TreePath at = Parent(path);; at = Parent(at)) {
    if (at.empty() || SpotAt(copy, at).link != nullptr) return at;
  }
}

std::string EntityAt(const Entity& entity, const TreePath& path) {
  Entity copy = entity;
  for (TreePath at = path;; at = Parent(at)) {
    if (at.empty()) return entity.name;
    if (const Link* link = SpotAt(copy, at).link) return link->entity;
  }
}

Entity WithNode(Entity entity, const TreePath& group, std::size_t index, Node node) {
  const TreeSpot spot = SpotAt(entity, group);
  if (spot.group == nullptr) return entity;
  const std::size_t at = std::min(index, spot.group->nodes.size());
  spot.group->nodes.insert(spot.group->nodes.begin() + static_cast<std::ptrdiff_t>(at),
                           std::move(node));
  return entity;
}

Entity WithLink(Entity entity, const TreePath& owner, Link link) {
  const TreeSpot spot = SpotAt(entity, owner);
  if (spot.links != nullptr) spot.links->push_back(std::move(link));
  return entity;
}

Entity Without(Entity entity, const TreePath& path) {
  if (path.empty()) return entity;
  const TreeSpot parent = SpotAt(entity, Parent(path));
  const TreeStep last = path.back();
  const auto offset = static_cast<std::ptrdiff_t>(last.index);
  if (last.link) {
    if (parent.links != nullptr && last.index < parent.links->size()) {
      parent.links->erase(parent.links->begin() + offset);
    }
  } else if (parent.group != nullptr && last.index < parent.group->nodes.size()) {
    parent.group->nodes.erase(parent.group->nodes.begin() + offset);
  }
  return entity;
}

Entity Duplicated(Entity entity, const TreePath& path) {
  if (path.empty()) return entity;
  const TreeSpot parent = SpotAt(entity, Parent(path));
  const TreeStep last = path.back();
  const auto offset = static_cast<std::ptrdiff_t>(last.index);
  if (last.link) {
    if (parent.links == nullptr || last.index >= parent.links->size()) return entity;
    Link copy = (*parent.links)[last.index];
    copy.alias.clear();  // Two links cannot have one.
    parent.links->insert(parent.links->begin() + offset + 1, std::move(copy));
  } else if (parent.group != nullptr && last.index < parent.group->nodes.size()) {
    Node copy = parent.group->nodes[last.index];
    if (auto* link = std::get_if<Link>(&copy.item)) link->alias.clear();
    parent.group->nodes.insert(parent.group->nodes.begin() + offset + 1, std::move(copy));
  }
  return entity;
}

Entity Shifted(Entity entity, TreePath& path, int by) {
  if (path.empty()) return entity;
  const TreeSpot parent = SpotAt(entity, Parent(path));
  const std::size_t count = path.back().link
                                ? (parent.links == nullptr ? 0 : parent.links->size())
                                : (parent.group == nullptr ? 0 : parent.group->nodes.size());
  const auto to = static_cast<std::ptrdiff_t>(path.back().index) + by;
  if (to < 0 || to >= static_cast<std::ptrdiff_t>(count)) return entity;
  const auto target = static_cast<std::size_t>(to);
  if (path.back().link) {
    std::swap((*parent.links)[path.back().index], (*parent.links)[target]);
  } else {
    std::swap(parent.group->nodes[path.back().index], parent.group->nodes[target]);
  }
  path.back().index = target;
  return entity;
}

Entity Moved(Entity entity, const TreePath& from, TreePath group, std::size_t index) {
  if (from.empty() || from.back().link || IsInside(group, from)) return entity;
  const TreeSpot source = SpotAt(entity, Parent(from));
  if (source.group == nullptr || from.back().index >= source.group->nodes.size()) return entity;
  if (OwnerOf(entity, from) != OwnerOf(entity, Under(group, 0))) return entity;
  Node node = source.group->nodes[from.back().index];
  if (SpotAt(entity, group).group == nullptr) return entity;
  entity = WithNode(std::move(entity), group, index, std::move(node));
  // The new node may have pushed the old one on.
  TreePath old = from;
  if (old.size() > group.size() && IsInside(old, group) && !old[group.size()].link &&
      old[group.size()].index >= index) {
    ++old[group.size()].index;
  }
  return Without(std::move(entity), old);
}

namespace {

void AddGroups(const Group& group, const TreePath& path, std::vector<TreePath>& groups) {
  groups.push_back(path);
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    if (const auto* inner = std::get_if<Group>(&group.nodes[i].item)) {
      AddGroups(*inner, Under(path, i), groups);
    }
  }
}

}  // namespace

std::vector<TreePath> GroupsFor(const Entity& entity, const TreePath& node) {
  if (node.empty() || node.back().link) return {};
  Entity copy = entity;
  const TreePath owner = OwnerOf(entity, node);
  const Group* root = SpotAt(copy, owner).group;
  if (root == nullptr) return {};
  std::vector<TreePath> groups;
  AddGroups(*root, owner, groups);
  std::erase_if(groups, [&](const TreePath& group) {
    return group == Parent(node) || IsInside(group, node);
  });
  return groups;
}

Entity Grouped(Entity entity, const TreePath& path, Conjunction conjunction) {
  if (path.empty() || path.back().link) return entity;
  const TreeSpot parent = SpotAt(entity, Parent(path));
  if (parent.group == nullptr || path.back().index >= parent.group->nodes.size()) return entity;
  Node& node = parent.group->nodes[path.back().index];
  Group group;
  group.conjunction = conjunction;
  group.nodes.push_back(std::move(node));
  node = Node{std::move(group)};
  return entity;
}

Entity Ungrouped(Entity entity, const TreePath& path) {
  if (path.empty() || path.back().link) return entity;
  const TreeSpot parent = SpotAt(entity, Parent(path));
  if (parent.group == nullptr || path.back().index >= parent.group->nodes.size()) return entity;
  auto& nodes = parent.group->nodes;
  const auto at = nodes.begin() + static_cast<std::ptrdiff_t>(path.back().index);
  auto* group = std::get_if<Group>(&at->item);
  if (group == nullptr) return entity;
  std::vector<Node> inner = std::move(group->nodes);
  const auto next = nodes.erase(at);
  nodes.insert(next, std::make_move_iterator(inner.begin()), std::make_move_iterator(inner.end()));
  return entity;
}

}  // namespace satchel
