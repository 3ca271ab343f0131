// An entity's filter as a tree that is edited: where a node is, and what editing it makes of the
// entity. Pure values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "policy/model/policy.h"

namespace satchel {

// From the entity down. A link step goes to one of the links of the entity or link stood on; the
// other kind to a node of the group stood on, or of the filter of the entity or link.
struct TreeStep {
  bool link = false;
  std::size_t index = 0;
  friend bool operator==(const TreeStep&, const TreeStep&) = default;
};
using TreePath = std::vector<TreeStep>;  // Empty: the entity, whose group is its filter.

[[nodiscard]] TreePath Under(TreePath path, std::size_t node);
[[nodiscard]] TreePath UnderLinks(TreePath path, std::size_t link);
[[nodiscard]] bool IsInside(const TreePath& path, const TreePath& ancestor);  // Or the same.

// What is there. For an entity or a link `group` is its filter and `links` its links; for a group
// only `group` is set.
struct TreeSpot {
  Group* group = nullptr;
  Condition* condition = nullptr;
  Link* link = nullptr;
  std::vector<Link>* links = nullptr;
};
[[nodiscard]] TreeSpot SpotAt(Entity& entity, const TreePath& path);

// As findings name it: "entities.account.filter.and[1].or[0]".
[[nodiscard]] std::string PathText(const Entity& entity, const TreePath& path);
// The path of the link the node lies in, or of the entity.
[[nodiscard]] TreePath OwnerOf(const Entity& entity, const TreePath& path);
// The entity whose fields the conditions there speak of.
[[nodiscard]] std::string EntityAt(const Entity& entity, const TreePath& path);

// Each gives the entity as it is afterwards; unchanged when there is no such place.
[[nodiscard]] Entity WithNode(Entity entity, const TreePath& group, std::size_t index, Node node);
[[nodiscard]] Entity WithLink(Entity entity, const TreePath& owner, Link link);
[[nodiscard]] Entity Without(Entity entity, const TreePath& path);
[[nodiscard]] Entity Duplicated(Entity entity, const TreePath& path);
// One place up or down among its neighbours; `path` becomes the new place.
[[nodiscard]] Entity Shifted(Entity entity, TreePath& path, int by);
// Into another group of the same owner, before its node `index`.
[[nodiscard]] Entity Moved(Entity entity, const TreePath& from, TreePath group, std::size_t index);
// The groups a node can be moved into: of its own owner, not the one it is in, nothing inside it.
[[nodiscard]] std::vector<TreePath> GroupsFor(const Entity& entity, const TreePath& node);
// The node inside a new group of its own.
[[nodiscard]] Entity Grouped(Entity entity, const TreePath& path, Conjunction conjunction);
// The group's nodes in place of the group.
[[nodiscard]] Entity Ungrouped(Entity entity, const TreePath& path);

}  // namespace satchel
