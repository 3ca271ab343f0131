// Where a part of an entity's filter stands, by the path that a trace gives it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/filter.h"

namespace satchel {

// In whose group a node is, and the entity its fields are of. Valid as long as the filter is not
// changed otherwise.
struct FilterPlace {
  Group* group = nullptr;
  std::vector<Link>* links = nullptr;  // Of a link that is a join, instead.
  std::size_t index = 0;
  std::string entity = {};

  // Null: a group or a link stands there.
  [[nodiscard]] Condition* condition() const;
  void Remove() const;
};

// "entities.account.filter.and[1].or[0]" in the filter and the joins of `entity`; nothing where the
// path leads nowhere.
[[nodiscard]] std::optional<FilterPlace> FindPlace(const std::string& entity, Group& filter,
                                                   std::vector<Link>& links, std::string_view path);

}  // namespace satchel
