// Boxes of the records table: which columns are shown, and where they are written to.
#pragma once

#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class ColumnsBox {
 public:
  void Open() { opening_ = true; }
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point right_top);

 private:
  bool opening_ = false;
  std::string typed_;
};

class ExportBox {
 public:
  void Open(const std::string& entity);
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point right_top);

 private:
  bool opening_ = false;
  std::string path_;
};

}  // namespace satchel
