#include "app/console/widgets/two_lines.h"

#include <algorithm>

#include "app/console/widgets/soft_wrap.h"

namespace satchel {

void FitTwo(Ui& ui, const Font& font, Color color, float x, float cy, float width,
            std::string_view text) {
  const std::string lines =
      WrapWords(text, width, [&font](std::string_view part) { return Ui::Width(font, part); });
  const std::size_t end = lines.find('\n');
  if (end == std::string::npos) return ui.Fit(font, color, x, cy, width, text);
  const float half = font.size / 2 + 1;
  ui.Middle(font, color, x, cy - half, std::string_view(lines).substr(0, end));
  // A word that is longer than the line was broken without a space.
  ui.Fit(font, color, x, cy + half, width, text.substr(text[end] == ' ' ? end + 1 : end));
}

void TooltipAbove(Ui& ui, std::string_view text, const Rect& r) {
  constexpr float kMost = 400;  // Less than where a tooltip breaks its lines.
  constexpr float kAway = 6;
  const float height = Ui::WrappedHeight(ui.fonts.small, text, kMost) + 16;
  if (r.y0 < height + kAway) return ui.TooltipBy(text, r);
  ImGui::SetNextWindowPos({r.x0, r.y0 - kAway - height});
  ui.Tooltip(text);
}

}  // namespace satchel
