// Input as it arrived, handed to Dear ImGui frame by frame.
//
// Before 1.87 it looks at keys and buttons once per frame: what went down and up in between is
// lost, and what was typed right after a key that opens a list goes nowhere. A slow frame or a fast
// hand must not cost a letter or a click.
#pragma once

#include <cstdint>
#include <deque>

#include "app/console/geometry.h"

namespace satchel {

class InputQueue {
 public:
  struct Modifiers {
    bool ctrl = false;
    bool shift = false;
    bool alt = false;
  };
  void Key(int native, bool down, Modifiers modifiers);  // GLFW's code; repeats are made by ImGui.
  void Character(unsigned code);
  void Button(int button, bool down);
  void Move(Point at);
  void Wheel(float notches);
  void Leave();  // The mouse left the window.
  void LetGo();  // Another window has the keyboard: nothing is held any longer.

  // Before ImGui::NewFrame: as much as one frame can tell apart.
  void Feed();
  [[nodiscard]] bool waiting() const { return hold_ > 0 || !events_.empty(); }

 private:
  enum class Kind : std::uint8_t { kKey, kCharacter, kPress, kMove, kWheel };
  struct Event {
    Kind kind = Kind::kKey;
    int code = 0;  // Of the key or the button.
    bool down = false;
    Modifiers modifiers = {};
    unsigned character = 0;
    Point at = {};
    float notches = 0;
  };
  struct Fed;  // What this frame has been given.
  [[nodiscard]] bool Fits(const Event& event, const Fed& fed) const;
  void Give(const Event& event, Fed& fed);

  std::deque<Event> events_;
  Point at_ = {-1e6F, -1e6F};
  bool buttons_[3] = {};
  int hold_ = 0;  // Frames in which what was opened gets the keyboard.
};

}  // namespace satchel
