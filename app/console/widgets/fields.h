// Controls that edit a value of the model: text fields, choices from a list, toggles, chips.
//
// They show what the model says and hand back what it shall say. The only thing they remember is
// what somebody is typing, in a TextEdit of the panel.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/console/widgets/picker.h"
#include "app/console/widgets/soft_wrap.h"
#include "app/console/widgets/ui.h"
#include "policy/support/result.h"

namespace satchel {

// The field somebody types in, and what they typed so far: one per panel is enough.
struct TextEdit {
  std::string id = {};  // Empty: nobody types.
  std::string text = {};
  std::string before = {};  // What the model said when they began.
  // Texts that do not parse, by field: they stay where they were written until they are mended.
  struct Wrong {
    std::string text = {};
    std::string before = {};
    bool left = false;  // Nobody types in it any more.
  };
  std::map<std::string, Wrong, std::less<>> wrong = {};
  TextSteps steps = {};  // Of the field of many lines that was written in last.
};

struct FieldLook {
  const char* hint = "";
  const char* icon = nullptr;
  std::string suffix = {};  // Drawn at the right end: a unit.
  bool wrong = false;       // Framed red.
  bool enabled = true;
  bool mono = false;
  bool lines = false;  // Several lines; Enter begins another.
  float list = 300;    // Of a choice: how wide its list is at least.
};

// Every change comes back at once: the history merges the strokes of one field.
[[nodiscard]] std::optional<std::string> EditText(Ui& ui, TextEdit& edit, std::string_view id,
                                                  const Rect& r, const std::string& value,
                                                  const FieldLook& look = {});

// A text field of something that is parsed. What does not parse (yet) stays in the field, framed
// red, with the parser's sentence below it. Left like that, the model says again what it said
// before the field was entered: "50 MB", not the "5" on the way to "50 potatoes".
template <class T>
[[nodiscard]] std::optional<T> EditParsed(Ui& ui, TextEdit& edit, std::string_view id,
                                          const Rect& r, const std::string& value,
                                          const std::function<Result<T>(const std::string&)>& parse,
                                          FieldLook look = {}) {
  const bool typing = edit.id == id;
  auto wrong = edit.wrong.find(id);
  const bool left = wrong != edit.wrong.end() && wrong->second.left;
  if (left && value != wrong->second.before) {  // Undone, or another one: the model wins.
    edit.wrong.erase(wrong);
    wrong = edit.wrong.end();
  }
  const std::string shown = wrong != edit.wrong.end() ? wrong->second.text : value;
  std::string problem;
  if (typing || wrong != edit.wrong.end()) {
    if (const auto parsed = parse(typing ? edit.text : shown); !parsed) {
      problem = parsed.error().message;
    }
  }
  look.wrong = look.wrong || !problem.empty();
  const auto typed = EditText(ui, edit, id, r, typing ? value : shown, look);
  const bool active = edit.id == id;
  if (active && !typing) edit.before = value;
  if (!problem.empty() && (active || ImGui::IsMouseHoveringRect({r.x0, r.y0}, {r.x1, r.y1}))) {
    ui.Bubble({r.x0, r.y1 + 4}, problem);
  }
  if (typed) {
    if (auto parsed = parse(*typed)) {
      edit.wrong.erase(std::string(id));
      return std::optional<T>(std::move(*parsed));
    }
  }
  if (active || typing) {
    if (parse(edit.text)) {
      edit.wrong.erase(std::string(id));
    } else {
      edit.wrong[std::string(id)] = {edit.text, edit.before, false};
    }
    if (active) return std::nullopt;
  }
  wrong = edit.wrong.find(id);
  if (wrong == edit.wrong.end() || wrong->second.left) return std::nullopt;
  wrong->second.left = true;
  if (value == wrong->second.before) return std::nullopt;
  auto before = parse(wrong->second.before);
  return before ? std::optional<T>(std::move(*before)) : std::nullopt;
}

// Whole numbers of at least `least`.
[[nodiscard]] Result<std::int64_t> ParseCount(const std::string& text, std::int64_t least);

// What a list says whose items come from elsewhere.
struct ListNote {
  std::string empty = "Nothing matches";
  std::string failure = {};  // As for Picker.
};

// Which list of a panel is open, if any.
class Menu {
 public:
  // A field with the words of what is chosen. A click opens the list; the value chosen comes back.
  // `items` is asked only while the list is open.
  [[nodiscard]] std::optional<std::string> Choose(
      Ui& ui, std::string_view id, const Rect& r, std::string_view words,
      const std::function<std::vector<PickerItem>()>& items, const FieldLook& look = {},
      const char* offer_typed = nullptr, const ListNote& note = {});
  // The list of any other control: call Open when it is pressed, Draw in every frame.
  void Open(std::string_view id, AfterChoice after = AfterChoice::kClose);
  [[nodiscard]] std::optional<std::string> Draw(
      Ui& ui, std::string_view id, Point at, float width,
      const std::function<std::vector<PickerItem>()>& items, const char* hint = "Search",
      const char* offer_typed = nullptr, const ListNote& note = {});
  [[nodiscard]] bool IsOpen(std::string_view id) const { return id_ == id; }
  // What is typed into the open list.
  [[nodiscard]] const std::string& typed() const { return picker_.typed(); }
  // "Search again" was pressed in its list in this frame.
  [[nodiscard]] bool again() const { return picker_.again(); }

 private:
  Picker picker_;
  std::string id_;
};

// On and off. True when it was switched.
[[nodiscard]] bool Toggle(Ui& ui, std::string_view id, Point at, bool on,
                          std::string_view tooltip = {}, bool enabled = true);
// A box with words beside it. True when it was switched.
[[nodiscard]] bool Check(Ui& ui, std::string_view id, Point at, float width, bool on,
                         std::string_view words, bool enabled = true);
// A choice as a card with its consequence in words. True when it was chosen.
[[nodiscard]] bool RadioCard(Ui& ui, std::string_view id, const Rect& r, bool on,
                             std::string_view title, std::string_view text, const char* icon);
// A removable word; its width. `removed` is set when its cross was pressed.
float Chip(Ui& ui, std::string_view id, Point at, std::string_view words, bool& removed,
           float most_width);
[[nodiscard]] float ChipWidth(std::string_view words, const Ui& ui);
// Words that can be pressed. True when they were.
[[nodiscard]] bool LinkText(Ui& ui, std::string_view id, Point at, std::string_view words,
                            const char* icon = nullptr, std::string_view tooltip = {});
// The same for words that lead elsewhere: in the accent colour, with an arrow behind them.
[[nodiscard]] bool WayText(Ui& ui, std::string_view id, Point at, std::string_view words,
                           bool arrow = true, std::string_view tooltip = {});
[[nodiscard]] float WayWidth(std::string_view words, const Ui& ui, bool arrow = true);

// A month to choose a day from, in a popup.
class DayPicker {
 public:
  void Open(std::string_view id, const std::string& day);  // "2026-11-25" or anything else.
  [[nodiscard]] std::optional<std::string> Draw(Ui& ui, std::string_view id, Point at);

 private:
  std::string id_;
  bool opening_ = false;
  int year_ = 2026;
  int month_ = 1;
  int day_ = 0;  // The chosen one, when it is of this month.
};

}  // namespace satchel
