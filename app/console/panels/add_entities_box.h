// The box in which entities of the server are chosen, several at once.
#pragma once

#include <set>
#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class AddEntitiesBox {
 public:
  void Open() { opening_ = true; }
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point right_top);

 private:
  bool opening_ = false;
  std::string typed_;
  std::set<std::string> chosen_;
  int at_ = 0;
};

}  // namespace satchel
