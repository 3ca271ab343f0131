// What stands where an entity has no filter yet: what that means, and ways to begin one.
#pragma once

#include <optional>
#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

struct FilterBeginning {
  std::optional<Condition> condition = {};  // To begin with.
  std::string name = {};                    // What undo calls it.
  bool related = false;  // A related record is to be asked for: which one comes next.
  float bottom = 0;
};
[[nodiscard]] FilterBeginning DrawFilterBeginnings(Ui& ui, const AppState& state,
                                                   const Entity& entity, const Rect& area);

}  // namespace satchel
