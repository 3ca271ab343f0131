#include "app/console/input_queue.h"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <set>

namespace satchel {
namespace {

constexpr int kFirstSpecial = 256;  // GLFW: Escape. Below are the keys that write.
constexpr int kKeys = 512;          // As many as Dear ImGui has room for.
constexpr int kSettle = 2;          // Frames until a popup has the keyboard.
constexpr int kEnter = 257;
constexpr int kEnterOfKeypad = 335;

bool IsModifier(int code) {
  return code >= 340 && code <= 347;  // Shift, Control, Alt, Super, left and right.
}

}  // namespace

struct InputQueue::Fed {
  std::set<int> keys;
  bool special = false;  // A key that does not write, or a shortcut, went down.
  bool characters = false;
  unsigned buttons = 0;
  bool released = false;
};

void InputQueue::Key(int native, bool down, Modifiers modifiers) {
  if (native < 0 || native >= kKeys) return;
  if (native == kEnterOfKeypad) native = kEnter;
  events_.push_back({.kind = Kind::kKey, .code = native, .down = down, .modifiers = modifiers});
}

void InputQueue::Character(unsigned code) {
  events_.push_back({.kind = Kind::kCharacter, .character = code});
}

void InputQueue::Button(int button, bool down) {
  if (button < 0 || button > 2) return;
  events_.push_back({.kind = Kind::kPress, .code = button, .down = down});
}

void InputQueue::Move(Point at) {
  // Only the last of several in a row is seen.
  if (!events_.empty() && events_.back().kind == Kind::kMove) {
    events_.back().at = at;
    return;
  }
  events_.push_back({.kind = Kind::kMove, .at = at});
}

void InputQueue::Wheel(float notches) {
  events_.push_back({.kind = Kind::kWheel, .notches = notches});
}

void InputQueue::Leave() {
  Move({-FLT_MAX, -FLT_MAX});
}

void InputQueue::LetGo() {
  events_.clear();
  std::fill(std::begin(buttons_), std::end(buttons_), false);
  ImGuiIO& io = ImGui::GetIO();
  std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
  io.KeyCtrl = io.KeyShift = io.KeyAlt = false;
}

bool InputQueue::Fits(const Event& event, const Fed& fed) const {
  const bool writes = event.code < kFirstSpecial && !event.modifiers.ctrl && !event.modifiers.alt;
  switch (event.kind) {
    case Kind::kKey:
      // After a shortcut not even its Ctrl may come up: it is looked for in this frame.
      if (fed.buttons != 0 || fed.special) return false;
      if (writes) return true;  // Its character counts, not the key.
      if (IsModifier(event.code)) return !fed.keys.contains(event.code);
      return !fed.keys.contains(event.code) && !fed.characters;
    case Kind::kCharacter:
      return !fed.special && fed.buttons == 0;
    case Kind::kPress:
      return (fed.buttons & (1U << static_cast<unsigned>(event.code))) == 0 && !fed.special;
    case Kind::kMove:
    case Kind::kWheel:
      return fed.buttons == 0;
  }
  return true;
}

void InputQueue::Give(const Event& event, Fed& fed) {
  ImGuiIO& io = ImGui::GetIO();
  switch (event.kind) {
    case Kind::kKey:
      io.KeysDown[event.code] = event.down;
      io.KeyCtrl = event.modifiers.ctrl;
      io.KeyShift = event.modifiers.shift;
      io.KeyAlt = event.modifiers.alt;
      fed.keys.insert(event.code);
      fed.special = fed.special ||
                    (event.down && !IsModifier(event.code) &&
                     (event.code >= kFirstSpecial || event.modifiers.ctrl || event.modifiers.alt));
      break;
    case Kind::kCharacter:
      io.AddInputCharacter(event.character);
      fed.characters = true;
      break;
    case Kind::kPress:
      buttons_[event.code] = event.down;
      fed.buttons |= 1U << static_cast<unsigned>(event.code);
      fed.released = fed.released || !event.down;
      break;
    case Kind::kMove:
      at_ = event.at;
      break;
    case Kind::kWheel:
      io.MouseWheel += event.notches;
      break;
  }
}

void InputQueue::Feed() {
  ImGuiIO& io = ImGui::GetIO();
  if (hold_ > 0) {
    --hold_;
  } else {
    Fed fed;
    while (!events_.empty() && Fits(events_.front(), fed)) {
      Give(events_.front(), fed);
      events_.pop_front();
    }
    if (fed.special || fed.released) hold_ = kSettle;
  }
  io.MousePos = {at_.x, at_.y};
  for (int i = 0; i < 3; ++i) io.MouseDown[i] = buttons_[i];
}

}  // namespace satchel
