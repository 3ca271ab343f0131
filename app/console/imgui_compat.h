// Calls of Dear ImGui that differ between releases, behind names that do not: the rest of the
// console uses what has been the same since 1.86.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <string>
#include <vector>

#include "app/console/fonts.h"
#include "app/console/geometry.h"

namespace satchel::compat {

enum class Key : std::uint8_t {
  kNone,
  kTab,
  kLeft,
  kRight,
  kUp,
  kDown,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
  kDelete,
  kBackspace,
  kSpace,
  kEnter,
  kEscape,
  kF1,
  kF6,
  kA,
  kC,
  kD,
  kF,
  kK,
  kL,
  kO,
  kQ,
  kR,
  kS,
  kV,
  kX,
  kY,
  kZ,
  k0,
  k1,
  k2,
  k3,
  k4,
  k5,
  k6,
  k7,
  k8,
  kEqual,
  kMinus,
};
inline constexpr int kKeyCount = static_cast<int>(Key::kMinus) + 1;

// Input when there is no window behind the context.
void SetUpWithoutWindow(Point size);
void MoveMouse(Point at);
void HideMouse();
void PressMouse(bool down);
void TurnWheel(float notches);
void PressKey(Key key, bool down, bool ctrl, bool shift, bool alt = false);

// Switches off what Dear ImGui does with Tab, Space and Enter by itself: FocusRing and Activated
// do.
void TakeOverKeys();
// Space or Enter, at the control that has the keyboard.
[[nodiscard]] bool Activated();
[[nodiscard]] bool Pressed(Key key, bool repeat = false);
[[nodiscard]] bool Ctrl();
[[nodiscard]] bool Shift();
[[nodiscard]] bool Alt();

// Every widget one can reach by keyboard in a frame, in reading order.
struct Focusable {
  ImGuiID id = 0;
  void* window = nullptr;  // ImGuiWindow
  void* root = nullptr;    // The popup or root window it belongs to.
  Rect rect = {};          // Relative to the window.
  Rect place = {};         // On the screen.
  bool input = false;      // A text field: focus means typing.
  int pane = 0;            // The part of the window it belongs to.
};
[[nodiscard]] Focusable LastItem(const Rect& rect, bool input, int pane);
[[nodiscard]] bool FocusVisible();
void ShowFocus();
void ForgetFocus();
[[nodiscard]] ImGuiID FocusedId();
void FocusItem(const Focusable& item);  // And scrolls to it.
// The window that owns the keyboard where popups are open; else none.
[[nodiscard]] const void* TopPopupRoot();
[[nodiscard]] bool Typing();     // Into a text field, or something is held.
[[nodiscard]] bool MouseUsed();  // A button or the wheel, in this frame.
// How many popups, one on top of the other, the window being drawn is.
[[nodiscard]] int PopupDepth();
// An InvisibleButton that lets later items lie on top of it.
bool OverlappableButton(const char* id, Point size);

void PushFont(const Font& font);
void PopFont();
bool BeginChild(const char* id, Point size, ImGuiWindowFlags flags);
void SetDisplay(Point logical_size, float scale);
void StyleNavigation(ImVec4 none);

// One byte per pixel; valid until the atlas changes.
struct Atlas {
  const unsigned char* pixels = nullptr;
  int width = 0;
  int height = 0;
};
[[nodiscard]] Atlas BuildAtlas();
[[nodiscard]] bool HasGlyph(const Font& font, unsigned codepoint);

}  // namespace satchel::compat
