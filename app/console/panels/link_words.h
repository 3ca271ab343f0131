// Links between entities in words, and the ways from one entity to another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/console/panels/policy_words.h"

namespace satchel {

// "Has at least one", "Has no", … with what it means: those that may stand in a filter, or those
// that may stand under an entity.
[[nodiscard]] std::vector<PickerItem> LinkTypeItems(bool in_filter);

// Every way the server knows from `entity` to another: through its own lookups, and through the
// lookups of others that point at it. The value is for FindRelation.
[[nodiscard]] std::vector<PickerItem> RelationItems(const AppState& state,
                                                    const std::string& entity);
struct Relation {
  std::string entity = {};
  std::string from = {};
  std::string to = {};
};
[[nodiscard]] std::optional<Relation> FindRelation(const std::string& item);
// "through Parent account": the field that makes the way.
[[nodiscard]] std::string ThroughWords(const AppState& state, const std::string& parent,
                                       const Link& link);
// Aliases that a condition of the entity's own filter may name, with their entities.
struct JoinedAlias {
  std::string alias = {};
  std::string entity = {};
};
[[nodiscard]] std::vector<JoinedAlias> JoinedAliases(const Entity& entity);
// An alias no link of the entity has yet.
[[nodiscard]] std::string FreshAlias(const Entity& entity, const std::string& wish);

}  // namespace satchel
