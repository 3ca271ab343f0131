// Which project of the folder a user gets, and why not another.
#pragma once

#include "app/console/selectors.h"
#include "app/console/widgets/picker.h"

namespace satchel {

class UserProjectCard {
 public:
  // Where it ends.
  [[nodiscard]] float Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point at,
                           float width);

 private:
  Picker user_;
};

}  // namespace satchel
