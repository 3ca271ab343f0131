// Asked before a file is written that somebody else changed: what differs, and which of the two is
// kept. Neither is lost.
#pragma once

#include "app/console/panels/diff_view.h"
#include "app/console/state.h"

namespace satchel {

class ChangedFileBox {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);

 private:
  DiffView diff_;
};

}  // namespace satchel
