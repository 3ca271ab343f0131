#include "app/console/focus_ring.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace satchel {
namespace {

using compat::Focusable;
using compat::Key;
using Ring = std::vector<const Focusable*>;

bool OnOneLine(const Focusable& a, const Focusable& b) {
  if (a.window != b.window || a.pane != b.pane) return false;
  const float shared = std::min(a.place.y1, b.place.y1) - std::max(a.place.y0, b.place.y0);
  return shared > std::min(a.place.height(), b.place.height()) / 2;
}

int IndexOf(const Ring& ring, ImGuiID id) {
  for (std::size_t i = 0; id != 0 && i < ring.size(); ++i) {
    if (ring[i]->id == id) return static_cast<int>(i);
  }
  return -1;
}

// What only the keyboard has.
bool KeyUsed() {
  constexpr std::array kKeys = {Key::kTab,   Key::kF6,     Key::kLeft,     Key::kRight, Key::kUp,
                                Key::kDown,  Key::kPageUp, Key::kPageDown, Key::kHome,  Key::kEnd,
                                Key::kSpace, Key::kEnter,  Key::kEscape,   Key::kDelete};
  return std::any_of(kKeys.begin(), kKeys.end(),
                     [](Key key) { return compat::Pressed(key, true); });
}

}  // namespace

Ring InReadingOrder(const Ring& ring) {
  Ring ordered = ring;
  for (auto begin = ordered.begin(); begin != ordered.end();) {
    auto end = std::next(begin);
    while (end != ordered.end() && OnOneLine(**begin, **end)) ++end;
    std::stable_sort(begin, end, [](const Focusable* a, const Focusable* b) {
      return a->place.x0 < b->place.x0;
    });
    begin = end;
  }
  return ordered;
}

const Focusable* NearestTo(const Ring& ring, const Focusable& gone) {
  const auto far = [&](const Focusable* item) {
    return std::abs(item->place.cx() - gone.place.cx()) +
           std::abs(item->place.cy() - gone.place.cy());
  };
  // One of the same list before one of the same pane.
  const auto kin = [&](const Focusable* item) {
    if (item->pane != gone.pane) return 2;
    return item->window == gone.window ? 0 : 1;
  };
  return *std::min_element(ring.begin(), ring.end(), [&](const Focusable* a, const Focusable* b) {
    return kin(a) != kin(b) ? kin(a) < kin(b) : far(a) < far(b);
  });
}

void FocusRing::Begin(int page) {
  turned_ = turned_ || page != page_;
  page_ = page;
  if (compat::MouseUsed()) {
    by_keyboard_ = false;
  } else if (KeyUsed()) {
    by_keyboard_ = true;
  }
}

// A control that is not drawn any more has lost the keyboard: Dear ImGui would give it to whatever
// had it before, or to nobody. True when it went to the one beside it.
bool FocusRing::Keep(const Ring& ring) {
  const bool gone = last_ && IndexOf(ring, last_->id) < 0;
  const bool beside = gone && by_keyboard_ && !turned_;
  if (turned_ && (gone || !last_)) {
    compat::ForgetFocus();  // Tab begins with what the new page is about.
    last_.reset();
  } else if (beside) {
    compat::FocusItem(*NearestTo(ring, *last_));
  }
  turned_ = false;
  return beside;
}

void FocusRing::End(const std::vector<Focusable>& drawn, bool taken) {
  Ring reachable;
  const void* popup = compat::TopPopupRoot();
  for (const Focusable& item : drawn) {
    if (popup == nullptr || item.root == popup) reachable.push_back(&item);
  }
  reachable = InReadingOrder(reachable);
  if (reachable.empty()) return;
  const bool beside = popup == nullptr && !taken && !compat::Typing() && Keep(reachable);

  const bool tab = compat::Pressed(Key::kTab, true) && !compat::Ctrl();
  const bool pane = compat::Pressed(Key::kF6);
  const auto count = static_cast<int>(reachable.size());
  const auto at = [&](int i) { return reachable[static_cast<std::size_t>(i)]; };
  int here = IndexOf(reachable, compat::FocusedId());
  const int step = compat::Shift() ? count - 1 : 1;
  if (tab && beside) {
    // The mouse took away what it had clicked: Tab goes on beside that, where it is already.
  } else if (tab) {
    // From nowhere to what the screen is about; the rail and the bar above it have keys of their
    // own.
    int first = 0;
    while (first + 1 < count && at(first)->pane < kContentPane) ++first;
    if (at(first)->pane < kContentPane) first = 0;
    here = here < 0 ? (compat::Shift() ? count - 1 : first) : (here + step) % count;
    compat::FocusItem(*at(here));
  } else if (pane) {
    // To another pane, and there to its first control.
    int to = here < 0 ? 0 : here;
    for (int i = 0; i < count && here >= 0 && at(to)->pane == at(here)->pane; ++i) {
      to = (to + step) % count;
    }
    while (to > 0 && at(to - 1)->pane == at(to)->pane) --to;
    compat::FocusItem(*at(to));
  }
  here = IndexOf(reachable, compat::FocusedId());
  if (here < 0) return;
  if (by_keyboard_ && !compat::Typing()) compat::ShowFocus();
  if (popup == nullptr) last_ = *at(here);
}

}  // namespace satchel
