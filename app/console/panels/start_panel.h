// What the window shows while no policy is open.
#pragma once

#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class StartPanel {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

 private:
  std::string path_;
};

}  // namespace satchel
