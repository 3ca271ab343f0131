// What was checked of an entity's filter and found good: stands below what was found wrong.
#pragma once

#include <string>
#include <vector>

#include "app/console/state.h"

namespace satchel {

struct FilterCheck {
  bool passed = true;  // Else nothing is wrong, but this is worth knowing.
  std::string title = {};
  std::string detail = {};
  friend bool operator==(const FilterCheck&, const FilterCheck&) = default;
};

// Only checks that were made of the draft as it stands, and that had something to look at: no
// pattern, no word about patterns. Nothing of a filter that is empty.
[[nodiscard]] std::vector<FilterCheck> ChecksOf(const AppState& state, const Entity& entity);
// The entities that links of it follow, each once, by name.
[[nodiscard]] std::vector<std::string> LinkedEntities(const Entity& entity);

}  // namespace satchel
