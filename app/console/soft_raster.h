// Draws Dear ImGui's draw lists on the CPU, so that a picture needs no display and no GPU.
#pragma once

#include "app/console/imgui_compat.h"
#include "app/console/png.h"

namespace satchel {

// `draw_data` after ImGui::Render(); every draw command is taken to use the font atlas. The picture
// has the framebuffer's size (display size × framebuffer scale).
[[nodiscard]] Picture Rasterise(const ImDrawData& draw_data, const compat::Atlas& atlas);

}  // namespace satchel
