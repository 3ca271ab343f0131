// Text that has more to say than one line holds, and hints that must not hide the next row.
#pragma once

#include <string_view>

#include "app/console/widgets/ui.h"

namespace satchel {

// As Ui::Fit, on two lines where one is too short.
void FitTwo(Ui& ui, const Font& font, Color color, float x, float cy, float width,
            std::string_view text);
// As Ui::TooltipBy, above the control where there is room.
void TooltipAbove(Ui& ui, std::string_view text, const Rect& r);

}  // namespace satchel
