// The History screen: what was published, and bringing it back.
#pragma once

#include "app/console/screens.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class HistoryScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override;
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override;
};

}  // namespace satchel
