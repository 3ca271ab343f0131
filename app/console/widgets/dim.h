// What lies behind a box that is answered before anything else.
#pragma once

#include "app/console/widgets/ui.h"

namespace satchel {

// First thing in its popup; PopupCard draws the box itself on top of it.
inline void DimBehind(Ui& ui) {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::GetWindowDrawList()->PushClipRectFullScreen();
  ui.Fill({0, 0, display.x, display.y}, ui.theme.dim);
  ImGui::GetWindowDrawList()->PopClipRect();
}

}  // namespace satchel
