#include "app/console/panels/link_words.h"

#include <algorithm>
#include <set>

#include "policy/support/text.h"
#include "policy/wording/link_wording.h"

namespace satchel {
namespace {

void Collect(const Group& group, std::set<std::string>& aliases);

void Collect(const Link& link, std::set<std::string>& aliases) {
  if (!link.alias.empty()) aliases.insert(link.alias);
  Collect(link.filter, aliases);
  for (const Link& inner : link.links) Collect(inner, aliases);
}

void Collect(const Group& group, std::set<std::string>& aliases) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) Collect(*inner, aliases);
    if (const auto* link = std::get_if<Link>(&node.item)) Collect(*link, aliases);
  }
}

void Joined(const std::vector<Link>& links, std::vector<JoinedAlias>& found) {
  for (const Link& link : links) {
    const bool joins = link.type == LinkType::kInner || link.type == LinkType::kOuter ||
                       link.type == LinkType::kMatchFirst;
    if (!joins) continue;
    if (!link.alias.empty()) found.push_back({link.alias, link.entity});
    Joined(link.links, found);
  }
}

}  // namespace

std::vector<PickerItem> LinkTypeItems(bool in_filter) {
  std::vector<PickerItem> items;
  for (const LinkWording& wording : LinkWordings()) {
    if (in_filter && !IsTest(wording.type)) continue;
    items.push_back({std::string(Name(wording.type)), std::string(wording.title),
                     std::string(wording.detail), "", icon::kLink, -1});
  }
  return items;
}

std::vector<PickerItem> RelationItems(const AppState& state, const std::string& entity) {
  std::vector<PickerItem> items;
  const Schema* schema = state.connection.schema ? &*state.connection.schema : nullptr;
  const EntitySchema* known = schema == nullptr ? nullptr : schema->Find(entity);
  if (known == nullptr) return items;
  const auto add = [&](const std::string& other, const std::string& from, const std::string& to,
                       const std::string& detail) {
    const EntityLook look = LookOf(other);
    items.push_back({other + "|" + from + "|" + to, EntityWords(state, other), detail,
                     state.draft.current().Find(other) == nullptr ? "" : "in the project",
                     look.icon, -1});
  };
  for (const auto& [name, field] : known->fields) {
    for (const std::string& target : field.targets) {
      const EntitySchema* other = schema->Find(target);
      const std::string key = other != nullptr ? other->key : target + "id";
      add(target, key, name, "The record's " + FieldWords(state, entity, name));
    }
  }
  for (const Collection& collection : known->collections) {
    const std::string field = FieldWords(state, collection.entity, collection.field);
    const std::string self = EntityWords(state, entity);
    // Of an entity that nobody asked about yet its fields' labels are not known.
    add(collection.entity, collection.field, known->key,
        schema->Find(collection.entity) != nullptr
            ? "Those whose " + field + " is this " + self
            : "Those that point at this " + self + " (" + field + ")");
  }
  // The project's own entities first, then by name.
  std::stable_sort(items.begin(), items.end(), [](const PickerItem& a, const PickerItem& b) {
    if (a.right.empty() != b.right.empty()) return b.right.empty();
    return LowerAscii(a.title) < LowerAscii(b.title);
  });
  items.erase(
      std::unique(items.begin(), items.end(),
                  [](const PickerItem& a, const PickerItem& b) { return a.value == b.value; }),
      items.end());
  return items;
}

std::optional<Relation> FindRelation(const std::string& item) {
  const auto parts = Split(item, '|');
  if (parts.size() != 3) return std::nullopt;
  return Relation{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
}

std::string ThroughWords(const AppState& state, const std::string& parent, const Link& link) {
  const Schema* schema = state.connection.schema ? &*state.connection.schema : nullptr;
  const EntitySchema* known = schema == nullptr ? nullptr : schema->Find(parent);
  const bool child = known != nullptr ? known->key == link.to : link.to == parent + "id";
  return child ? "whose " + FieldWords(state, link.entity, link.from) + " it is"
               : "through " + FieldWords(state, parent, link.to);
}

std::vector<JoinedAlias> JoinedAliases(const Entity& entity) {
  std::vector<JoinedAlias> found;
  Joined(entity.links, found);
  return found;
}

std::string FreshAlias(const Entity& entity, const std::string& wish) {
  std::set<std::string> taken;
  for (const Link& link : entity.links) Collect(link, taken);
  Collect(entity.filter, taken);
  std::string alias = wish;
  for (int number = 2; taken.contains(alias); ++number) alias = wish + std::to_string(number);
  return alias;
}

}  // namespace satchel
