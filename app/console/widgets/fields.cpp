#include "app/console/widgets/fields.h"

#include <charconv>
#include <cmath>

#include "policy/support/text.h"

namespace satchel {

std::optional<std::string> EditText(Ui& ui, TextEdit& edit, std::string_view id, const Rect& r,
                                    const std::string& value, const FieldLook& look) {
  const Theme& t = ui.theme;
  const Font& font = look.mono ? ui.fonts.mono : ui.fonts.small;
  const bool mine = edit.id == id;
  std::string text = mine ? edit.text : value;
  ui.Fill(r, look.wrong ? t.err.soft : t.dark ? t.sunken : t.surface, kFieldRadius);
  const float left = look.icon != nullptr ? 34.0F : 10.0F;
  const float right = look.suffix.empty() ? 8.0F : Ui::Width(ui.fonts.small, look.suffix) + 18;
  Rect inner = {r.x0 + left, r.y0, r.x1 - right, r.y1};
  if (!look.enabled) {
    ui.Fit(font, t.text3, inner.x0, r.cy(), inner.width(), value.empty() ? look.hint : value);
    ui.Frame(r, t.border, kFieldRadius);
    return std::nullopt;
  }
  const bool changed =
      ui.RawInput(id, r, inner, &text, look.hint, font, look.lines ? &edit.steps : nullptr);
  const bool active = ImGui::IsItemActive();
  if (changed || ImGui::IsItemActivated()) {
    edit.id = std::string(id);
    edit.text = text;
  }
  // Not IsItemDeactivated: the Tab key takes the caret away between two frames.
  if (!active && edit.id == id) edit.id.clear();
  ui.Frame(r,
           look.wrong ? t.err.fill
           : active   ? t.accent_fill
                      : t.border2,
           kFieldRadius, active || look.wrong ? 1.6F : 1);
  if (look.icon != nullptr) {
    ui.Icon(ui.fonts.icon18, t.text3, {r.x0 + 18, r.cy()}, look.icon);
  }
  if (!look.suffix.empty()) {
    ui.Right(ui.fonts.small, t.text3, r.x1 - 10, r.cy(), look.suffix);
  }
  if (!changed || text == value) return std::nullopt;
  return text;
}

Result<std::int64_t> ParseCount(const std::string& text, std::int64_t least) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits += c;
  }
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size() ||
      number < least) {
    return Fail(ErrorCode::kInvalid,
                "Write a whole number of at least " + std::to_string(least) + ".");
  }
  return number;
}

void Menu::Open(std::string_view id, AfterChoice after) {
  id_ = std::string(id);
  picker_.Open(after);
}

std::optional<std::string> Menu::Draw(Ui& ui, std::string_view id, Point at, float width,
                                      const std::function<std::vector<PickerItem>()>& items,
                                      const char* hint, const char* offer_typed,
                                      const ListNote& note) {
  if (id_ != id) return std::nullopt;
  const std::string name(id);
  auto chosen = picker_.Draw(ui, (name + "/list").c_str(), at, width, hint, items(), note.empty,
                             offer_typed, note.failure);
  if (!ImGui::IsPopupOpen((name + "/list").c_str())) id_.clear();
  return chosen;
}

std::optional<std::string> Menu::Choose(Ui& ui, std::string_view id, const Rect& r,
                                        std::string_view words,
                                        const std::function<std::vector<PickerItem>()>& items,
                                        const FieldLook& look, const char* offer_typed,
                                        const ListNote& note) {
  const Theme& t = ui.theme;
  const Press press = ui.Hit(id, r, kFieldRadius + 2, look.enabled);
  const bool open = IsOpen(id);
  Color under = t.dark ? t.sunken : t.surface;
  if (look.wrong) under = t.err.soft;
  if (press.hovered && look.enabled && !look.wrong) under = t.hover;
  ui.Fill(r, under, kFieldRadius);
  ui.Frame(r,
           look.wrong ? t.err.fill
           : open     ? t.accent_fill
                      : t.border2,
           kFieldRadius, open || look.wrong ? 1.6F : 1);
  float x = r.x0 + 10;
  if (look.icon != nullptr) {
    ui.Icon(ui.fonts.icon18, t.text2, {r.x0 + 18, r.cy()}, look.icon);
    x = r.x0 + 34;
  }
  const bool empty = words.empty();
  ui.Fit(ui.fonts.small, empty ? (look.wrong ? t.err.fg : t.text3) : t.text, x, r.cy(),
         r.x1 - 26 - x, empty ? std::string_view(look.hint) : words);
  if (look.enabled) {
    ui.Icon(ui.fonts.icon18, t.text2, {r.x1 - 15, r.cy()}, icon::kExpandMore);
  }
  if (press.clicked && look.enabled) Open(id);
  return Draw(ui, id, {r.x0, r.y1 + 4}, std::max(r.width(), look.list), items, "Search",
              offer_typed, note);
}

bool Toggle(Ui& ui, std::string_view id, Point at, bool on, std::string_view tooltip,
            bool enabled) {
  const Theme& t = ui.theme;
  const Press press = ui.Hit(id, At(at.x - 2, at.y - 2, 40, 24), 12, enabled);
  const Rect track = At(at.x, at.y, 36, 20);
  ui.Fill(track, on ? (enabled ? t.accent_fill : t.neutral.fill) : t.toggle_off, 10);
  ui.Dot({on ? track.x1 - 10 : track.x0 + 10, track.cy()}, 8, Hex(0xFFFFFF));
  if (press.hovered) ui.Tooltip(tooltip);
  return press.clicked && enabled;
}

bool Check(Ui& ui, std::string_view id, Point at, float width, bool on, std::string_view words,
           bool enabled) {
  const Theme& t = ui.theme;
  const float room = std::min(width, 26 + std::ceil(Ui::Width(ui.fonts.small, words)) + 8);
  const Rect r = At(at.x, at.y, room, 28);
  const Press press = ui.Hit(id, r, 6, enabled);
  ui.CheckMark(At(r.x0, r.cy() - 9, 18, 18), on, press.hovered);
  ui.Fit(ui.fonts.small, enabled ? t.text : t.text3, r.x0 + 26, r.cy(), width - 28, words);
  return press.clicked && enabled;
}

bool RadioCard(Ui& ui, std::string_view id, const Rect& r, bool on, std::string_view title,
               std::string_view text, const char* glyph) {
  const Theme& t = ui.theme;
  const Press press = ui.Hit(id, r, 10);
  ui.Fill(r, on ? t.accent_soft : press.hovered ? t.hover : t.surface, 8);
  ui.Frame(r, on ? t.accent_fill : t.border, 8, on ? 1.6F : 1);
  const Point dot = {r.x0 + 20, r.y0 + 20};
  ui.Dot(dot, 8, on ? t.accent_fill : t.border2);
  ui.Dot(dot, on ? 3.2F : 6.6F, on ? t.on_accent : t.surface);
  ui.Fit(ui.fonts.semibold, on ? t.accent : t.text, r.x0 + 36, r.y0 + 20, r.width() - 70, title);
  ui.Icon(ui.fonts.icon20, on ? t.accent : t.text2, {r.x1 - 20, r.y0 + 20}, glyph);
  ui.Wrapped(ui.fonts.small, t.text2, {r.x0 + 36, r.y0 + 33}, r.width() - 50, text);
  return press.clicked && !on;
}

float ChipWidth(std::string_view words, const Ui& ui) {
  return std::ceil(Ui::Width(ui.fonts.small_medium, words)) + 10 + 24;
}

float Chip(Ui& ui, std::string_view id, Point at, std::string_view words, bool& removed,
           float most_width) {
  const Theme& t = ui.theme;
  const float width = std::min(ChipWidth(words, ui), most_width);
  const Rect r = At(at.x, at.y, width, 24);
  ui.Fill(r, t.neutral.soft, 6);
  ui.Fit(ui.fonts.small_medium, t.text, r.x0 + 9, r.cy(), width - 34, words);
  const Rect cross = {r.x1 - 24, r.y0, r.x1, r.y1};
  const Press press = ui.Hit(std::string(id) + "/remove", cross, 6);
  ui.Icon(ui.fonts.icon14, press.hovered ? t.err.fill : t.text2, {cross.cx(), cross.cy()},
          icon::kClose);
  removed = press.clicked;
  return width;
}

bool LinkText(Ui& ui, std::string_view id, Point at, std::string_view words, const char* glyph,
              std::string_view tooltip) {
  const Theme& t = ui.theme;
  const float width =
      std::ceil(Ui::Width(ui.fonts.small_medium, words)) + (glyph == nullptr ? 12.0F : 34.0F);
  const Rect r = At(at.x, at.y, width, 28);
  const Press press = ui.Hit(id, r, 6);
  if (press.hovered) ui.Fill(r, t.dark ? t.raised : t.sunken, 6);
  float x = r.x0 + 6;
  if (glyph != nullptr) {
    ui.Icon(ui.fonts.icon18, press.hovered ? t.accent : t.text2, {x + 8, r.cy()}, glyph);
    x += 22;
  }
  ui.Middle(ui.fonts.small_medium, press.hovered ? t.accent : t.text2, x, r.cy(), words);
  if (press.hovered) ui.Tooltip(tooltip);
  return press.clicked;
}

float WayWidth(std::string_view words, const Ui& ui, bool arrow) {
  return std::ceil(Ui::Width(ui.fonts.small_medium, words)) + (arrow ? 34.0F : 12.0F);
}

bool WayText(Ui& ui, std::string_view id, Point at, std::string_view words, bool arrow,
             std::string_view tooltip) {
  const Theme& t = ui.theme;
  const Rect r = At(at.x, at.y, WayWidth(words, ui, arrow), 28);
  const Press press = ui.Hit(id, r, 6);
  if (press.hovered) ui.Fill(r, t.dark ? t.raised : t.neutral.soft, 6);
  ui.Middle(ui.fonts.small_medium, t.accent, r.x0 + 6, r.cy(), words);
  if (arrow) ui.Icon(ui.fonts.icon18, t.accent, {r.x1 - 14, r.cy() + 1}, icon::kArrowForward);
  if (press.hovered) ui.Tooltip(tooltip);
  return press.clicked;
}

}  // namespace satchel
