// Where the keyboard is, and where it goes: Tab, F6, and what to do when the control that has the
// keyboard goes away.
#pragma once

#include <optional>
#include <vector>

#include "app/console/imgui_compat.h"

namespace satchel {

// Panes of the window, in the order of F6.
enum Pane : int { kRailPane, kTopPane, kContentPane, kInspectorPane, kStatusPane };

// Controls as people read them: those that stand on one line from left to right, also where a
// panel draws them from its right edge. Else the order in which they were drawn.
[[nodiscard]] std::vector<const compat::Focusable*> InReadingOrder(
    const std::vector<const compat::Focusable*>& ring);

// The control next to where one was: in its list, else in its pane, where these have any. The ring
// is not empty.
[[nodiscard]] const compat::Focusable* NearestTo(const std::vector<const compat::Focusable*>& ring,
                                                 const compat::Focusable& gone);

// Remembers from frame to frame which control has the keyboard, so that it is always one that is
// there, and is to be seen while somebody works with the keyboard.
class FocusRing {
 public:
  // Before anything is drawn. `page` is another number for every page that replaces the content.
  void Begin(int page);
  // Whether the keyboard was used last, not the mouse.
  [[nodiscard]] bool by_keyboard() const { return by_keyboard_; }
  // After everything: Tab and Shift+Tab walk the ring of the topmost popup, else of the window; F6
  // and Shift+F6 go to the first control of the next pane. `taken`: a panel gave the keyboard to
  // one of its controls in this frame.
  void End(const std::vector<compat::Focusable>& drawn, bool taken);

 private:
  [[nodiscard]] bool Keep(const std::vector<const compat::Focusable*>& ring);

  bool by_keyboard_ = false;
  std::optional<int> page_ = {};
  bool turned_ = false;                         // To another page.
  std::optional<compat::Focusable> last_ = {};  // Who had the keyboard, popups aside.
};

}  // namespace satchel
