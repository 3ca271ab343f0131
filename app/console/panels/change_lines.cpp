#include "app/console/panels/change_lines.h"

namespace satchel {
namespace {

constexpr float kAir = 3;      // Between the lines of a change.
constexpr float kIndent = 14;  // Of what was and is, behind its sign.

}  // namespace

float ChangeHeight(const Ui& ui, const ChangeWords& change, float width) {
  float height = Ui::WrappedHeight(ui.fonts.small_medium, change.about, width);
  if (!change.what.empty()) {
    height += kAir + Ui::WrappedHeight(ui.fonts.small, change.what, width);
  }
  for (const std::string* part : {&change.was, &change.is}) {
    if (part->empty()) continue;
    height += kAir + Ui::WrappedHeight(ui.fonts.caption, *part, width - kIndent);
  }
  return height;
}

float DrawChange(Ui& ui, const ChangeWords& change, Point at, float width) {
  const Theme& t = ui.theme;
  float y = at.y + ui.Wrapped(ui.fonts.small_medium, t.text, at, width, change.about);
  if (!change.what.empty()) {
    y += kAir;
    y += ui.Wrapped(ui.fonts.small, t.text2, {at.x, y}, width, change.what);
  }
  const auto part = [&](const char* sign, const Tone& tone, const std::string& text) {
    if (text.empty()) return;
    y += kAir;
    ui.Text(ui.fonts.caption, tone.fg, {at.x, y}, sign);
    y += ui.Wrapped(ui.fonts.caption, t.text2, {at.x + kIndent, y}, width - kIndent, text);
  };
  part("−", t.err, change.was);
  part("+", t.ok, change.is);
  return y - at.y;
}

}  // namespace satchel
