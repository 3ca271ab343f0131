#include "policy/model/policy.h"

#include <algorithm>
#include <set>
#include <utility>

namespace satchel {

const Entity* Policy::Find(std::string_view entity) const {
  const auto at = std::find_if(entities.begin(), entities.end(),
                               [&](const Entity& e) { return e.name == entity; });
  return at == entities.end() ? nullptr : &*at;
}

Entity* Policy::Find(std::string_view entity) {
  return const_cast<Entity*>(std::as_const(*this).Find(entity));
}

Query QueryOf(const Entity& entity) {
  return {.entity = entity.name,
          .filter = entity.filter,
          .links = entity.links,
          .order = entity.order,
          .top = entity.max_records.value_or(0)};
}

std::vector<std::string> EntitiesNamed(const Policy& policy) {
  std::set<std::string> names;
  for (const Entity& entity : policy.entities) {
    const std::vector<std::string> some = EntitiesNamed(QueryOf(entity));
    names.insert(some.begin(), some.end());
  }
  return {names.begin(), names.end()};
}

}  // namespace satchel
