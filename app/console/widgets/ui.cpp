#include "app/console/widgets/ui.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdio>

#include "app/console/widgets/soft_wrap.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

ImVec2 V(Point p) {
  return {p.x, p.y};
}
constexpr double kPi = 3.14159265358979;
constexpr float kTooltipWidth = 410;

ImVec4 Floats(Color color) {
  return ImGui::ColorConvertU32ToFloat4(color);
}

// "No installed font has □ (U+4E2D, U+6587). …": by their numbers, as they cannot be drawn.
std::string NoFontFor(const Characters& unknown, std::string_view text) {
  std::string list;
  int named = 0;
  for (std::size_t i = 0; i < text.size() && named < 6;) {
    const unsigned code = DecodeUtf8(text, i);
    if (!unknown.contains(code)) continue;
    char number[16] = {};
    (void)std::snprintf(number, sizeof number, "U+%04X", code);
    if (list.find(number) != std::string::npos) continue;
    list += (list.empty() ? "" : ", ") + std::string(number);
    ++named;
  }
  return "No installed font has these characters: " + list +
         ". Install one that does (fonts-noto-cjk, fonts-noto-core or fonts-unifont).";
}

// Remembers what was drawn where, for tests.
void Record(FrameRecord& record, int layer, const Font& font, std::string_view text,
            const Rect& where, const ImDrawList& list) {
  if (!record.keep_texts || text.empty()) return;
  FrameRecord::Text kept;
  kept.text = std::string(text);
  kept.rect = where;
  kept.layer = layer + compat::PopupDepth();
  const ImVec2 low = list.GetClipRectMin();
  const ImVec2 high = list.GetClipRectMax();
  kept.clip = {low.x, low.y, high.x, high.y};
  for (std::size_t i = 0; i < text.size();) {
    const unsigned code = DecodeUtf8(text, i);
    if (code != '\n' && !compat::HasGlyph(font, code)) kept.missing_glyph = true;
  }
  record.texts.push_back(std::move(kept));
}

// In lines of at most so many pixels.
std::string Lines(const Font& font, std::string_view text, float width) {
  return WrapWords(text, width, [&font](std::string_view part) { return Ui::Width(font, part); });
}

}  // namespace

unsigned DecodeUtf8(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(at);
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  unsigned code = more == 0 ? first : first & (0x3FU >> more);
  for (int i = 1; i <= more; ++i)
    code = (code << 6) | (byte(at + static_cast<std::size_t>(i)) & 0x3F);
  at += static_cast<std::size_t>(more) + 1;
  return code;
}

ImDrawList* Ui::list() const {
  return ImGui::GetWindowDrawList();
}

void Ui::Fill(const Rect& r, Color color, float radius, ImDrawFlags corners) {
  list()->AddRectFilled({r.x0, r.y0}, {r.x1, r.y1}, color, radius, corners);
}
void Ui::Frame(const Rect& r, Color color, float radius, float thickness) {
  list()->AddRect({r.x0, r.y0}, {r.x1, r.y1}, color, radius, 0, thickness);
}
void Ui::LineH(float x0, float x1, float y, Color color) {
  Fill({x0, y, x1, y + 1}, color);
}
void Ui::LineV(float x, float y0, float y1, Color color) {
  Fill({x, y0, x + 1, y1}, color);
}
void Ui::Dot(Point centre, float radius, Color color) {
  list()->AddCircleFilled(V(centre), radius, color, 24);
}

// Rings, not stacked rectangles: filling large areas several times is what costs.
void Ui::Shadow(const Rect& r, float radius, float strength) {
  const float alpha = theme.dark ? 0.13F : 0.011F;
  for (int i = 5; i >= 1; --i) {
    const float grow = static_cast<float>(i) * 1.3F * strength - 0.8F * strength;
    const float down = 1.8F * strength;
    const float thick = grow + down + 2;
    const Rect stroke = At(r.x0 - grow + thick / 2, r.y0 - grow + down + thick / 2,
                           r.width() + 2 * grow - thick, r.height() + 2 * grow - thick);
    Frame(stroke, Fade(theme.shadow, alpha), std::max(0.0F, radius + grow - thick / 2), thick);
  }
}

// What is to be seen of it: scrolled parts of the window cut it.
void Ui::KeepCard(const Rect& r) const {
  if (!record.keep_texts) return;
  const ImVec2 low = list()->GetClipRectMin();
  const ImVec2 high = list()->GetClipRectMax();
  record.cards.push_back({r.Clip({low.x, low.y, high.x, high.y}), layer + compat::PopupDepth()});
}

void Ui::PopupCard(const Rect& r, float radius) {
  list()->PushClipRectFullScreen();
  KeepCard(r);
  Shadow(r, radius, 3);
  // The shadow's rings are drawn after what Dear ImGui fills a popup with, and reach into it.
  Fill(r, theme.raised, radius);
  Frame(r, theme.border2, radius);
  list()->PopClipRect();
}

void Ui::Card(const Rect& r, float radius) {
  KeepCard(r);
  Shadow(r, radius, 0.7F);
  Fill(r, theme.surface, radius);
  Frame(r, theme.border, radius);
}

void Ui::Bar(const Rect& r, double fraction, Color color) {
  const float radius = std::min(r.height() / 2, 4.0F);
  Fill(r, theme.bar_track, radius);
  if (fraction <= 0) return;
  const float width = r.width() * static_cast<float>(std::min(fraction, 1.0));
  Fill({r.x0, r.y0, r.x0 + std::max(r.height(), width), r.y1}, color, radius);
}

void Ui::Tile(Point at, float size, const char* glyph, Color hue, float radius) {
  Fill(At(at.x, at.y, size, size), Fade(hue, theme.dark ? 0.22F : 0.13F), radius);
  const Color ink = theme.dark ? Mix(hue, Hex(0xFFFFFF), 0.25F) : Mix(hue, Hex(0), 0.12F);
  Icon(fonts.icon20, ink, {at.x + size / 2, at.y + size / 2}, glyph);
}

void Ui::Avatar(Point centre, float radius, std::string_view name, Color hue) {
  // The first letter of the first two words that have one.
  std::string initials;
  int letters = 0;
  bool fresh = true;
  for (std::size_t at = 0; at < name.size() && letters < 2;) {
    const std::size_t begin = at;
    const unsigned code = DecodeUtf8(name, at);
    if (code == ' ') fresh = true;
    const bool letter = code >= 0x80 || (code >= '0' && code <= '9') ||
                        ((code | 0x20U) >= 'a' && (code | 0x20U) <= 'z');
    if (!fresh || !letter) continue;
    initials += name.substr(begin, at - begin);
    fresh = false;
    ++letters;
  }
  list()->AddCircleFilled(V(centre), radius, Fade(hue, theme.dark ? 0.30F : 0.16F), 32);
  const Color ink = theme.dark ? Mix(hue, Hex(0xFFFFFF), 0.45F) : Mix(hue, Hex(0), 0.35F);
  Centre(fonts.small_medium, ink, centre, initials);
}

void Ui::Donut(Point centre, float radius, float thickness, const std::vector<Slice>& slices) {
  auto* draw = list();
  draw->PathArcTo(V(centre), radius, 0, static_cast<float>(2 * kPi), 48);
  draw->PathStroke(theme.bar_track, 0, thickness);
  double from = -kPi / 2;
  const auto whole = static_cast<double>(slices.size() > 1 ? 0.05 : 0.0);
  for (const Slice& slice : slices) {
    if (slice.share <= 0) continue;
    const double to = from + 2 * kPi * slice.share;
    const double gap = slice.share < 1 ? whole : 0;
    draw->PathArcTo(V(centre), radius, static_cast<float>(from + gap),
                    static_cast<float>(std::max(to - gap, from + gap + 0.02)), 48);
    draw->PathStroke(slice.color, 0, thickness);
    from = to;
  }
}

float Ui::Width(const Font& font, std::string_view text) {
  if (text.empty()) return 0;
  return font.face->CalcTextSizeA(font.size, FLT_MAX, 0, text.data(), text.data() + text.size()).x;
}

// Dear ImGui's own wrapping would break a host name behind its dots.
float Ui::WrappedHeight(const Font& font, std::string_view text, float width) {
  const std::string lines = Lines(font, text, width);
  return font.face->CalcTextSizeA(font.size, FLT_MAX, 0, lines.data(), lines.data() + lines.size())
      .y;
}

float Ui::Text(const Font& font, Color color, Point at, std::string_view text) {
  if (text.empty()) return 0;
  const ImVec2 place = {std::floor(at.x), std::floor(at.y)};
  list()->AddText(font.face, font.size, place, color, text.data(), text.data() + text.size());
  const float width = Width(font, text);
  NoteGlyphs(font, text, At(place.x, place.y, width, font.size));
  Record(record, layer, font, text, At(place.x, place.y, width, font.size), *list());
  return width;
}

float Ui::Middle(const Font& font, Color color, float x, float cy, std::string_view text) {
  return Text(font, color, {x, cy - font.size / 2}, text);
}

std::string Shortened(const Font& font, std::string_view text, float width) {
  if (Ui::Width(font, text) <= width) return std::string(text);
  const float dots = Ui::Width(font, "…");
  std::string kept;
  std::size_t fits = 0;
  for (std::size_t at = 0; at < text.size();) {
    (void)DecodeUtf8(text, at);
    if (Ui::Width(font, text.substr(0, at)) + dots > width) break;
    fits = std::min(at, text.size());
  }
  kept = text.substr(0, fits);
  while (!kept.empty() && (kept.back() == ' ' || kept.back() == ',')) kept.pop_back();
  return kept + "…";
}

void Ui::Fit(const Font& font, Color color, float x, float cy, float width, std::string_view text) {
  if (width < font.size && Width(font, text) > width) return;  // A "1" needs less.
  const std::string shown = Shortened(font, text, width);
  Middle(font, color, x, cy, shown);
  const bool cut = shown != text;  // "…" may take as many bytes as what it stands for.
  if (cut && record.keep_texts && !shown.empty()) record.texts.back().cut = true;
  if (cut && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
      ImGui::IsMouseHoveringRect({x, cy - font.size / 2}, {x + width, cy + font.size / 2})) {
    Tooltip(text);
  }
}

void Ui::Right(const Font& font, Color color, float x1, float cy, std::string_view text) {
  Middle(font, color, x1 - Width(font, text), cy, text);
}

void Ui::Centre(const Font& font, Color color, Point centre, std::string_view text) {
  Middle(font, color, centre.x - Width(font, text) / 2, centre.y, text);
}

void Ui::NoteGlyphs(const Font& font, std::string_view text, const Rect& where) {
  bool unknown = false;
  for (std::size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const unsigned code = DecodeUtf8(text, i);
    if (compat::HasGlyph(font, code)) continue;
    if (record.unknown.contains(code)) {
      unknown = true;
    } else {
      record.missing.insert(code);
    }
  }
  if (unknown && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
      ImGui::IsMouseHoveringRect({where.x0, where.y0}, {where.x1, where.y1})) {
    Tooltip(NoFontFor(record.unknown, text));
  }
}

float Ui::Wrapped(const Font& font, Color color, Point at, float width, std::string_view text) {
  const std::string lines = Lines(font, text, width);
  const char* end = lines.data() + lines.size();
  const ImVec2 size = font.face->CalcTextSizeA(font.size, FLT_MAX, 0, lines.data(), end);
  const ImVec2 place = {std::floor(at.x), std::floor(at.y)};
  NoteGlyphs(font, text, At(at.x, at.y, width, size.y));
  Record(record, layer, font, text, At(place.x, place.y, size.x, size.y), *list());
  list()->AddText(font.face, font.size, place, color, lines.data(), end);
  return size.y;
}

float Ui::WrappedCentre(const Font& font, Color color, Point top, float width,
                        std::string_view text) {
  const std::string lines = Lines(font, text, width);
  float y = top.y;
  for (const std::string_view line : Split(lines, '\n')) {
    Centre(font, color, {top.x, y + font.size / 2}, line);
    y += font.size;
  }
  return y - top.y;
}

void Ui::Icon(const Font& font, Color color, Point centre, const char* glyph) {
  if (!fonts.icons) return;
  list()->AddText(font.face, font.size,
                  {std::floor(centre.x - font.size / 2), std::floor(centre.y - font.size / 2)},
                  color, glyph);
}

float Ui::PillWidth(std::string_view text, bool has_icon, bool dot) const {
  return Width(fonts.caption, text) + 16 + (has_icon ? 17.0F : 0.0F) + (dot ? 12.0F : 0.0F);
}

float Ui::Pill(Point at, std::string_view text, const Tone& tone, const char* glyph, bool dot) {
  const float width = PillWidth(text, glyph != nullptr, dot);
  const Rect r = At(at.x, at.y, width, 22);
  Fill(r, tone.soft, 11);
  float x = r.x0 + 8;
  if (dot) {
    Dot({x + 3, r.cy()}, 3, tone.fill);
    x += 12;
  }
  if (glyph != nullptr) {
    Icon(fonts.icon14, tone.fg, {x + 6.5F, r.cy()}, glyph);
    x += 17;
  }
  Middle(fonts.caption, tone.fg, x, r.cy(), text);
  return width;
}

float Ui::Key(float right, float cy, std::string_view key) {
  const float width = Width(fonts.caption, key) + 10;
  const Rect r = At(right - width, cy - 10, width, 20);
  Fill(r, theme.dark ? theme.raised : theme.surface, 5);
  Frame(r, theme.border, 5);
  Centre(fonts.caption, theme.text3, {r.cx(), r.cy()}, key);
  return width;
}

void Ui::Tooltip(std::string_view text) {
  if (text.empty()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {10, 8});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 7);
  ImGui::BeginTooltip();
  compat::PushFont(fonts.small);
  const std::string lines = Lines(fonts.small, text, kTooltipWidth);
  ImGui::TextUnformatted(lines.data(), lines.data() + lines.size());
  compat::PopFont();
  ImGui::EndTooltip();
  ImGui::PopStyleVar(2);
}

void Ui::TooltipBy(std::string_view text, const Rect& r) {
  if (text.empty()) return;
  constexpr float kAway = 6;
  const float width = std::min(kTooltipWidth, Width(fonts.small, text)) + 20;
  const float height = WrappedHeight(fonts.small, text, kTooltipWidth) + 16;
  const ImVec2 window = ImGui::GetIO().DisplaySize;
  const float x = std::clamp(r.x0, kAway, std::max(kAway, window.x - width - kAway));
  const float below = r.y1 + kAway;
  ImGui::SetNextWindowPos({x, below + height < window.y ? below : r.y0 - kAway - height});
  Tooltip(text);
}

void Ui::Note(std::string_view id, const Rect& r) {
  record.controls[std::string(id)] = r;
  if (!record.keep_views) return;
  const ImVec2 low = list()->GetClipRectMin();
  const ImVec2 high = list()->GetClipRectMax();
  record.views[std::string(id)] = {low.x, low.y, high.x, high.y};
}

Press Ui::Hit(std::string_view id, const Rect& r, float ring_radius, bool focusable) {
  const std::string name(id);
  Note(name, r);
  ImGui::SetCursorScreenPos({r.x0, r.y0});
  Press press;
  press.clicked = compat::OverlappableButton(name.c_str(), {r.width(), r.height()});
  press.hovered = ImGui::IsItemHovered();
  press.held = ImGui::IsItemActive();
  if (focusable) ring.push_back(compat::LastItem(r, false, pane));
  press.focused = ImGui::IsItemFocused() && compat::FocusVisible();
  if (press.hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (press.focused) {
    press.clicked = press.clicked || compat::Activated();
    record.focused = name;
    DrawFocus(r, ring_radius);
  }
  return press;
}

// All around it; inside where a scrolled part of the window begins or ends at its edge.
void Ui::DrawFocus(const Rect& r, float radius) {
  const ImVec2 low = list()->GetClipRectMin();
  const ImVec2 high = list()->GetClipRectMax();
  const Rect seen = r.Clip({low.x, low.y, high.x, high.y});
  Rect drawn = r.Inset(-2).Clip({low.x + 1, low.y + 1, high.x - 1, high.y - 1});
  // Where it is cut itself, the ring is, too; at its sides nothing scrolls.
  if (seen.height() < r.height()) {
    drawn.y0 = r.y0 - 2;
    drawn.y1 = r.y1 + 2;
  }
  Frame(drawn, theme.accent_fill, radius, 2);
}

void Ui::TakeFocus() {
  compat::FocusItem(ring.back());
  focus_taken = true;
}

void Ui::TakeFocusSince(std::size_t before) {
  if (before >= ring.size()) return;
  const auto begin = ring.begin() + static_cast<std::ptrdiff_t>(before);
  const auto field =
      std::find_if(begin, ring.end(), [](const compat::Focusable& item) { return item.input; });
  if (field == ring.end() && !by_keyboard) return;
  compat::FocusItem(field == ring.end() ? *begin : *field);
  focus_taken = true;
}

float Ui::ButtonWidth(std::string_view text, bool has_icon) const {
  return std::ceil(Width(fonts.small_medium, text) + 24 + (has_icon ? 22.0F : 0.0F));
}

bool Ui::Button(std::string_view id, Point at, std::string_view text, const char* glyph,
                ButtonStyle style, float width, bool enabled, std::string_view tooltip) {
  if (width == 0) width = ButtonWidth(text, glyph != nullptr);
  const Rect r = At(at.x, at.y, width, kButton);
  const Press press = Hit(id, r);
  Color ink = theme.text;
  Color glyph_ink = theme.text2;
  if (!enabled) {
    Fill(r, theme.bar_track, kFieldRadius);
    ink = glyph_ink = theme.text3;
  } else if (style == ButtonStyle::kPrimary) {
    Color fill = theme.accent_fill;
    if (press.hovered) fill = Mix(fill, theme.dark ? Hex(0xFFFFFF) : Hex(0), 0.1F);
    if (press.held) fill = Mix(fill, Hex(0), 0.15F);
    if (!theme.dark) Shadow(r, kFieldRadius, 0.45F);
    Fill(r, fill, kFieldRadius);
    Fill({r.x0 + 4, r.y0 + 1, r.x1 - 4, r.y0 + 2}, Hex(0xFFFFFF, 0.14F));
    ink = glyph_ink = theme.on_accent;
  } else if (style == ButtonStyle::kSecondary) {
    Fill(r, press.hovered ? theme.hover : theme.raised, kFieldRadius);
    Frame(r, theme.border2, kFieldRadius);
  } else if (style == ButtonStyle::kGrave) {
    Fill(r, press.hovered ? Mix(theme.err.soft, theme.err.fill, 0.12F) : theme.err.soft,
         kFieldRadius);
    Frame(r, theme.err.fill, kFieldRadius);
    ink = glyph_ink = theme.err.fg;
  } else if (press.hovered) {
    Fill(r, theme.dark ? theme.raised : theme.sunken, kFieldRadius);
  }
  const float content = Width(fonts.small_medium, text) + (glyph != nullptr ? 22.0F : 0.0F);
  float x = r.x0 + (width - content) / 2;
  if (glyph != nullptr) {
    Icon(fonts.icon18, glyph_ink, {x + 7.5F, r.cy()}, glyph);
    x += 22;
  }
  Middle(fonts.small_medium, ink, x, r.cy(), text);
  if (press.hovered) TooltipBy(tooltip, r);
  return press.clicked && enabled;
}

bool Ui::IconButton(std::string_view id, Point at, const char* glyph, std::string_view tooltip,
                    float size, bool enabled, bool focusable) {
  const Rect r = At(at.x, at.y, size, size);
  const Press press = Hit(id, r, 8, focusable);
  if (press.hovered && enabled) Fill(r, theme.dark ? theme.raised : theme.sunken, kFieldRadius);
  Icon(fonts.icon20, enabled ? theme.text2 : Fade(theme.text3, 0.5F), {r.cx(), r.cy()}, glyph);
  if (press.hovered) TooltipBy(tooltip, r);
  return press.clicked && enabled;
}

void Ui::CheckMark(const Rect& box, bool on, bool hovered) {
  const Rect r = box.Inset(1);
  if (!on) {
    Fill(r, theme.raised, 4);
    Frame(r, hovered ? theme.accent_fill : theme.border2, 4, 1.2F);
    return;
  }
  Fill(r, theme.accent_fill, 4);
  const ImVec2 tick[3] = {{box.x0 + 4.8F, box.y0 + 9.2F},
                          {box.x0 + 7.8F, box.y0 + 12.2F},
                          {box.x0 + 13.2F, box.y0 + 6.2F}};
  list()->AddPolyline(tick, 3, theme.on_accent, 0, 1.8F);
}

float Ui::SegmentsWidth(const std::vector<std::string>& items) const {
  float width = 4;
  for (const auto& item : items) width += std::ceil(Width(fonts.small_medium, item)) + 24;
  return width;
}

int Ui::Segments(std::string_view id, Point at, const std::vector<std::string>& items, int current,
                 float width, float height) {
  const float whole = width > 0 ? width : SegmentsWidth(items);
  const Rect track = At(at.x, at.y, whole, height);
  Fill(track, theme.segment_track, 8);
  if (theme.dark || theme.name == ThemeName::kContrast) Frame(track, theme.border, 8);
  int chosen = current;
  float x = at.x + 2;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const float w = width > 0 ? (width - 4) / static_cast<float>(items.size())
                              : std::ceil(Width(fonts.small_medium, items[i])) + 24;
    const Rect r = At(x, at.y + 2, w, height - 4);
    const Press press = Hit(std::string(id) + "/" + std::to_string(i), r, 6);
    const bool on = static_cast<int>(i) == current;
    if (press.clicked) chosen = static_cast<int>(i);
    if (on) {
      if (!theme.dark) Shadow(r, 6, 0.35F);
      Fill(r, theme.segment_thumb, 6);
    }
    Centre(fonts.small_medium, on || press.hovered ? theme.text : theme.text2, {r.cx(), r.cy()},
           items[i]);
    x += w;
  }
  return chosen;
}

void Ui::Bubble(Point at, std::string_view text) {
  const float width = std::min(360.0F, std::ceil(Width(fonts.small, text)) + 2);
  // All of it in the window, also of a field at its edge.
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float height = WrappedHeight(fonts.small, text, width) + 14;
  ImGui::SetNextWindowPos({std::max(8.0F, std::min(at.x, display.x - width - 28)),
                           std::max(8.0F, std::min(at.y, display.y - height - 8))});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {10, 7});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 7);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, 1);
  ImGui::PushStyleColor(ImGuiCol_PopupBg, Floats(theme.err.soft));
  ImGui::PushStyleColor(ImGuiCol_Border, Floats(theme.err.fill));
  ImGui::PushStyleColor(ImGuiCol_Text, Floats(theme.err.fg));
  ImGui::BeginTooltip();
  compat::PushFont(fonts.small);
  const std::string lines = Lines(fonts.small, text, width);
  ImGui::TextUnformatted(lines.data(), lines.data() + lines.size());
  compat::PopFont();
  ImGui::EndTooltip();
  ImGui::PopStyleColor(3);
  ImGui::PopStyleVar(3);
}

Point Ui::BeginScroll(std::string_view id, const Rect& r) {
  ImGui::SetCursorScreenPos({r.x0, r.y0});
  compat::BeginChild(std::string(id).c_str(),
                     {std::max(r.width(), 1.0F), std::max(r.height(), 1.0F)},
                     ImGuiWindowFlags_NoBackground);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  return {origin.x, origin.y};
}

void Ui::EndScroll(float content_bottom) {
  ImGui::SetCursorScreenPos({ImGui::GetCursorScreenPos().x, content_bottom - 1});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

void ApplyTheme(const Theme& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {0, 0};
  style.WindowRounding = 0;
  style.WindowBorderSize = 0;
  style.ItemSpacing = {0, 0};
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = 5;
  style.PopupRounding = 10;
  style.PopupBorderSize = 1;
  const auto set = [&](ImGuiCol which, Color color) { style.Colors[which] = Floats(color); };
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.text3);
  set(ImGuiCol_TextSelectedBg, Fade(theme.accent_fill, 0.35F));
  set(ImGuiCol_WindowBg, theme.bg);
  set(ImGuiCol_ChildBg, 0);
  set(ImGuiCol_PopupBg, theme.raised);
  set(ImGuiCol_Border, theme.border2);
  set(ImGuiCol_FrameBg, theme.surface);
  set(ImGuiCol_ScrollbarBg, 0);
  set(ImGuiCol_ScrollbarGrab, Fade(theme.text3, 0.35F));
  set(ImGuiCol_ScrollbarGrabHovered, Fade(theme.text3, 0.6F));
  set(ImGuiCol_ScrollbarGrabActive, Fade(theme.text3, 0.8F));
  set(ImGuiCol_ModalWindowDimBg, theme.dim);
  set(ImGuiCol_NavWindowingDimBg, theme.dim);
  compat::StyleNavigation(Floats(0));
}

}  // namespace satchel
