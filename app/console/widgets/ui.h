// What panels draw with: text, shapes and controls in the tokens of the theme.
//
// Every control has an id that is unique in the frame ("entities/row/account"); tests and scripts
// find it by that name. Drawing goes to the current Dear ImGui window.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/console/fonts.h"
#include "app/console/geometry.h"
#include "app/console/icons.h"
#include "app/console/imgui_compat.h"
#include "app/console/theme.h"

namespace satchel {

struct TextSteps;  // soft_wrap.h

// What a frame drew, for tests: where controls are, and which text went where.
struct FrameRecord {
  struct Text {
    std::string text = {};
    Rect rect = {};
    Rect clip = {};
    bool missing_glyph = false;
    bool cut = false;  // Ends with "…" for want of room.
    int layer = 0;     // What lies on top of the page has a higher one, and hides what is below it.
  };
  struct Card {
    Rect rect = {};
    int layer = 0;
  };
  std::map<std::string, Rect, std::less<>> controls = {};
  // The part of the window each control is seen through, and the one that has the keyboard.
  std::map<std::string, Rect, std::less<>> views = {};
  std::string focused = {};
  bool keep_views = false;
  std::vector<Text> texts = {};
  std::map<std::string, std::string, std::less<>> fields = {};  // What text fields hold.
  std::vector<Card> cards = {};
  bool keep_texts = false;
  // Characters drawn in this frame that the atlas has no glyph for.
  Characters missing = {};
  // Those that no font of this machine has either: a box stands for them.
  Characters unknown = {};
};

struct Press {
  bool clicked = false;
  bool hovered = false;
  bool held = false;
  bool focused = false;
};

enum class ButtonStyle : std::uint8_t {
  kPrimary,
  kSecondary,
  kGhost,
  kGrave,  // What it does cannot be taken back.
};

class Ui {
 public:
  Ui(const Theme& with_theme, const Fonts& with_fonts, FrameRecord& into)
      : theme(with_theme), fonts(with_fonts), record(into) {}

  const Theme& theme;
  const Fonts& fonts;
  FrameRecord& record;
  std::vector<compat::Focusable> ring = {};
  bool by_keyboard = false;  // Used last; else the mouse.
  bool focus_taken = false;  // By TakeFocus, or a field that asked for it.
  int pane = 0;              // Of the controls drawn from now on: where F6 stops.
  int layer = 0;             // Of what is drawn from now on; every popup is one more.

  // Shapes.
  void Fill(const Rect& r, Color color, float radius = 0, ImDrawFlags corners = 0);
  void Frame(const Rect& r, Color color, float radius = 0, float thickness = 1);
  void LineH(float x0, float x1, float y, Color color);
  void LineV(float x, float y0, float y1, Color color);
  void Dot(Point centre, float radius, Color color);
  void Shadow(const Rect& r, float radius, float strength);
  void Card(const Rect& r, float radius = kCardRadius);
  // What lies around the popup being drawn, which fills `r`: its shadow.
  void PopupCard(const Rect& r, float radius = 10);
  void Bar(const Rect& r, double fraction, Color color);
  void Tile(Point at, float size, const char* icon, Color hue, float radius = 8);
  void Avatar(Point centre, float radius, std::string_view name, Color hue);
  // Parts of a whole as a ring, clockwise from the top.
  struct Slice {
    double share = 0;
    Color color = 0;
  };
  void Donut(Point centre, float radius, float thickness, const std::vector<Slice>& slices);

  // Text. Positions are the top left of the line; Middle centres the line on y.
  [[nodiscard]] static float Width(const Font& font, std::string_view text);
  [[nodiscard]] static float WrappedHeight(const Font& font, std::string_view text, float width);
  float Text(const Font& font, Color color, Point at, std::string_view text);
  float Middle(const Font& font, Color color, float x, float cy, std::string_view text);
  // Ends with "…" where it does not fit, and then shows the whole text on hover.
  void Fit(const Font& font, Color color, float x, float cy, float width, std::string_view text);
  void Right(const Font& font, Color color, float x1, float cy, std::string_view text);
  void Centre(const Font& font, Color color, Point centre, std::string_view text);
  float Wrapped(const Font& font, Color color, Point at, float width, std::string_view text);
  // The same with every line in the middle, under a title that is.
  float WrappedCentre(const Font& font, Color color, Point top, float width, std::string_view text);
  void Icon(const Font& font, Color color, Point centre, const char* icon);
  // Remembers which of its characters have no glyph; says so on hover when nothing has them.
  void NoteGlyphs(const Font& font, std::string_view text, const Rect& where);
  float Pill(Point at, std::string_view text, const Tone& tone, const char* icon = nullptr,
             bool dot = false);
  [[nodiscard]] float PillWidth(std::string_view text, bool icon, bool dot) const;
  float Key(float right, float cy, std::string_view key);
  void Tooltip(std::string_view text);
  void TooltipBy(std::string_view text, const Rect& r);  // Beside a control, not upon it.

  // Controls.
  Press Hit(std::string_view id, const Rect& r, float ring_radius = 8, bool focusable = true);
  [[nodiscard]] float ButtonWidth(std::string_view text, bool icon) const;
  bool Button(std::string_view id, Point at, std::string_view text, const char* icon,
              ButtonStyle style = ButtonStyle::kSecondary, float width = 0, bool enabled = true,
              std::string_view tooltip = {});
  bool IconButton(std::string_view id, Point at, const char* icon, std::string_view tooltip,
                  float size = 32, bool enabled = true, bool focusable = true);
  void CheckMark(const Rect& box, bool on, bool hovered);
  // The index of the segment chosen: `current` unless another was clicked.
  int Segments(std::string_view id, Point at, const std::vector<std::string>& items, int current,
               float width = 0, float height = 32);
  [[nodiscard]] float SegmentsWidth(const std::vector<std::string>& items) const;
  // True when the text changed. `focus` puts the caret in it.
  bool Input(std::string_view id, const Rect& r, std::string* text, const char* hint,
             const char* icon, bool focus = false, bool framed = true);

  // A text field that shows a dot for every letter.
  bool SecretInput(std::string_view id, const Rect& r, std::string* text, const char* hint,
                   bool focus);
  // Gives the keyboard to the control drawn last.
  void TakeFocus();
  // To what is filled in next of the controls drawn since there were so many of them: the first
  // text field, else the first, if the keyboard is used.
  void TakeFocusSince(std::size_t before);
  // Every control passes here: what is drawn is remembered under its id.
  void Note(std::string_view id, const Rect& r);
  // The bare text field in `inner` of the control `r`, of many lines where their steps are given.
  // True when the text changed.
  bool RawInput(std::string_view id, const Rect& r, const Rect& inner, std::string* text,
                const char* hint, const Font& font, TextSteps* lines = nullptr,
                bool secret = false);
  // Many lines whose letters the caller draws, as it draws the caret: `caret` becomes the byte it
  // stands before, and is left alone while nobody writes. True when the text changed.
  bool CodeInput(std::string_view id, const Rect& r, std::string* text, const Font& font,
                 int& caret);
  // A sentence about what is wrong, on top of everything, its left top at `at`.
  void Bubble(Point at, std::string_view text);

  // A scrolling part of the window. Everything in it is placed relative to the returned origin.
  Point BeginScroll(std::string_view id, const Rect& r);
  void EndScroll(float content_bottom);

 private:
  ImDrawList* list() const;
  void DrawFocus(const Rect& r, float radius);
  void KeepCard(const Rect& r) const;
  bool WrappedInput(std::string_view id, const Rect& inner, std::string* text, const Font& font,
                    TextSteps& steps);
};

// The code point at `at`, which moves behind it. Not UTF-8: the byte itself.
[[nodiscard]] unsigned DecodeUtf8(std::string_view text, std::size_t& at);
[[nodiscard]] std::string Shortened(const Font& font, std::string_view text, float width);
// Writes the theme into Dear ImGui's style: for scrollbars, popups, text fields.
void ApplyTheme(const Theme& theme);

}  // namespace satchel
