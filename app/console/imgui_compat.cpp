#include "app/console/imgui_compat.h"

#include <imgui_internal.h>

#include <array>
#include <cfloat>

namespace satchel::compat {
namespace {

#if IMGUI_VERSION_NUM < 18700
// Native key codes are GLFW's, so that one table serves the window and the headless context.
constexpr std::array<int, kKeyCount> kNative = {
    0,   258, 263, 262, 265, 264, 266, 267, 268, 269, 261, 259, 32,  257,
    256, 290, 295, 'A', 'C', 'D', 'F', 'K', 'L', 'O', 'Q', 'R', 'S', 'V',
    'X', 'Y', 'Z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '=', '-'};
int Native(Key key) {
  return kNative[static_cast<std::size_t>(key)];
}
#else
constexpr std::array<ImGuiKey, kKeyCount> kNative = {
    ImGuiKey_None,    ImGuiKey_Tab,       ImGuiKey_LeftArrow, ImGuiKey_RightArrow,
    ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_PageUp,    ImGuiKey_PageDown,
    ImGuiKey_Home,    ImGuiKey_End,       ImGuiKey_Delete,    ImGuiKey_Backspace,
    ImGuiKey_Space,   ImGuiKey_Enter,     ImGuiKey_Escape,    ImGuiKey_F1,
    ImGuiKey_F6,      ImGuiKey_A,         ImGuiKey_C,         ImGuiKey_D,
    ImGuiKey_F,       ImGuiKey_K,         ImGuiKey_L,         ImGuiKey_O,
    ImGuiKey_Q,       ImGuiKey_R,         ImGuiKey_S,         ImGuiKey_V,
    ImGuiKey_X,       ImGuiKey_Y,         ImGuiKey_Z,         ImGuiKey_0,
    ImGuiKey_1,       ImGuiKey_2,         ImGuiKey_3,         ImGuiKey_4,
    ImGuiKey_5,       ImGuiKey_6,         ImGuiKey_7,         ImGuiKey_8,
    ImGuiKey_Equal,   ImGuiKey_Minus};
ImGuiKey Native(Key key) {
  return kNative[static_cast<std::size_t>(key)];
}
#endif

ImGuiWindow* AsWindow(void* window) {
  return static_cast<ImGuiWindow*>(window);
}

// A window that is new does not give the keyboard to its first control.
void ForgetFirst() {
  ImGuiContext& g = *ImGui::GetCurrentContext();
  g.NavInitRequest = false;
#if IMGUI_VERSION_NUM < 18900
  g.NavInitResultId = 0;
#else
  g.NavInitResult.Clear();
#endif
}

}  // namespace

void SetUpWithoutWindow(Point size) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {size.x, size.y};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
#if IMGUI_VERSION_NUM < 18700
  for (int& key : io.KeyMap) key = -1;
  const auto map = [&](ImGuiKey imgui, Key key) { io.KeyMap[imgui] = Native(key); };
  map(ImGuiKey_LeftArrow, Key::kLeft);
  map(ImGuiKey_RightArrow, Key::kRight);
  map(ImGuiKey_UpArrow, Key::kUp);
  map(ImGuiKey_DownArrow, Key::kDown);
  map(ImGuiKey_PageUp, Key::kPageUp);
  map(ImGuiKey_PageDown, Key::kPageDown);
  map(ImGuiKey_Home, Key::kHome);
  map(ImGuiKey_End, Key::kEnd);
  map(ImGuiKey_Delete, Key::kDelete);
  map(ImGuiKey_Backspace, Key::kBackspace);
  map(ImGuiKey_Enter, Key::kEnter);
  map(ImGuiKey_Escape, Key::kEscape);
  map(ImGuiKey_A, Key::kA);
  map(ImGuiKey_C, Key::kC);
  map(ImGuiKey_V, Key::kV);
  map(ImGuiKey_X, Key::kX);
  map(ImGuiKey_Y, Key::kY);
  map(ImGuiKey_Z, Key::kZ);
#endif
  HideMouse();
}

void MoveMouse(Point at) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MousePos = {at.x, at.y};
#else
  ImGui::GetIO().AddMousePosEvent(at.x, at.y);
#endif
}

void HideMouse() {
  MoveMouse({-FLT_MAX, -FLT_MAX});
}

void PressMouse(bool down) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MouseDown[0] = down;
#else
  ImGui::GetIO().AddMouseButtonEvent(0, down);
#endif
}

void TurnWheel(float notches) {
#if IMGUI_VERSION_NUM < 18700
  ImGui::GetIO().MouseWheel += notches;
#else
  ImGui::GetIO().AddMouseWheelEvent(0, notches);
#endif
}

void PressKey(Key key, bool down, bool ctrl, bool shift, bool alt) {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM < 18700
  io.KeysDown[Native(key)] = down;
  io.KeyCtrl = ctrl && down;
  io.KeyShift = shift && down;
  io.KeyAlt = alt && down;
#else
  io.AddKeyEvent(ImGuiMod_Ctrl, ctrl && down);
  io.AddKeyEvent(ImGuiMod_Alt, alt && down);
  io.AddKeyEvent(ImGuiMod_Shift, shift && down);
  io.AddKeyEvent(Native(key), down);
#endif
}

void TakeOverKeys() {
#if IMGUI_VERSION_NUM < 18700
  constexpr int kNoKey = 511;  // It insists on a Space, so it gets one that no keyboard has.
  ImGui::GetIO().KeyMap[ImGuiKey_Tab] = -1;
  ImGui::GetIO().KeyMap[ImGuiKey_Space] = kNoKey;
#endif
}

bool Activated() {
#if IMGUI_VERSION_NUM < 18700
  if (Ctrl() || Alt()) return false;
  return Pressed(Key::kSpace) || Pressed(Key::kEnter);
#else
  return false;  // It does so itself.
#endif
}

bool Pressed(Key key, bool repeat) {
  return ImGui::IsKeyPressed(Native(key), repeat);
}
bool Ctrl() {
  return ImGui::GetIO().KeyCtrl;
}
bool Shift() {
  return ImGui::GetIO().KeyShift;
}
bool Alt() {
  return ImGui::GetIO().KeyAlt;
}

Focusable LastItem(const Rect& rect, bool input, int pane) {
  ImGuiWindow* window = ImGui::GetCurrentWindow();
  Focusable item;
  item.id = ImGui::GetItemID();
  item.window = window;
  // Children of the root share its ring; a popup has its own.
  item.root = window->RootWindow;
  item.rect = {rect.x0 - window->Pos.x, rect.y0 - window->Pos.y, rect.x1 - window->Pos.x,
               rect.y1 - window->Pos.y};
  item.place = rect;
  item.input = input;
  item.pane = pane;
  return item;
}

void FocusItem(const Focusable& item) {
  ImGuiContext& g = *ImGui::GetCurrentContext();
  ImGuiWindow* window = AsWindow(item.window);
  const ImRect relative(item.rect.x0, item.rect.y0, item.rect.x1, item.rect.y1);
  if (g.ActiveId != item.id) ImGui::ClearActiveID();
  ImGui::FocusWindow(window);
  ForgetFirst();
  ImGui::SetNavID(item.id, ImGuiNavLayer_Main, 0, relative);
#if IMGUI_VERSION_NUM < 19140
  g.NavDisableHighlight = false;
  g.NavDisableMouseHover = true;
#else
  ImGui::SetNavCursorVisible(true);
  g.NavHighlightItemUnderNav = true;
#endif
  if (item.input) {
    g.NavNextActivateId = item.id;
    g.NavNextActivateFlags = ImGuiActivateFlags_PreferInput;
    // The key that led here may still be down. Repeated, it would end what it has just begun.
#if IMGUI_VERSION_NUM < 18700
    g.IO.KeysDown[Native(Key::kEnter)] = false;
#else
    g.IO.AddKeyEvent(Native(Key::kEnter), false);
#endif
  }
  ImRect absolute = relative;
  absolute.Translate(window->Pos);
  ImGui::ScrollToRectEx(window, absolute);
}

const void* TopPopupRoot() {
  const ImGuiContext& g = *ImGui::GetCurrentContext();
  if (g.OpenPopupStack.Size == 0) return nullptr;
  const ImGuiWindow* popup = g.OpenPopupStack.back().Window;
  return popup == nullptr ? nullptr : popup->RootWindow;
}

bool Typing() {
  return ImGui::GetCurrentContext()->ActiveId != 0;
}

bool MouseUsed() {
  const ImGuiIO& io = ImGui::GetIO();
  return ImGui::IsMouseClicked(ImGuiMouseButton_Left) ||
         ImGui::IsMouseClicked(ImGuiMouseButton_Right) ||
         ImGui::IsMouseClicked(ImGuiMouseButton_Middle) || io.MouseWheel != 0 ||
         io.MouseWheelH != 0;
}

bool FocusVisible() {
  return ImGui::GetIO().NavVisible;
}

void ShowFocus() {
  ImGuiContext& g = *ImGui::GetCurrentContext();
#if IMGUI_VERSION_NUM < 19140
  g.NavDisableHighlight = false;
#else
  g.NavCursorVisible = true;
#endif
}

void ForgetFocus() {
  ImGuiContext& g = *ImGui::GetCurrentContext();
  ImGui::ClearActiveID();
  // A window that goes away would give the keyboard to what had it before, in the one below.
  if (g.NavWindow != nullptr) {
    ImGui::FocusWindow(g.NavWindow->RootWindow);
    g.NavWindow->NavLastIds[ImGuiNavLayer_Main] = 0;
  }
  g.NavId = 0;
  ForgetFirst();
}

ImGuiID FocusedId() {
  return ImGui::GetCurrentContext()->NavId;
}

int PopupDepth() {
  return ImGui::GetCurrentContext()->BeginPopupStack.Size;
}

bool OverlappableButton(const char* id, Point size) {
#if IMGUI_VERSION_NUM < 18940
  const bool pressed = ImGui::InvisibleButton(id, {size.x, size.y});
  ImGui::SetItemAllowOverlap();
  return pressed;
#else
  ImGui::SetNextItemAllowOverlap();
  return ImGui::InvisibleButton(id, {size.x, size.y});
#endif
}

void PushFont(const Font& font) {
#if IMGUI_VERSION_NUM < 19200
  ImGui::PushFont(font.face);
#else
  ImGui::PushFont(font.face, font.size);
#endif
}

void PopFont() {
  ImGui::PopFont();
}

bool BeginChild(const char* id, Point size, ImGuiWindowFlags flags) {
#if IMGUI_VERSION_NUM < 19000
  return ImGui::BeginChild(id, {size.x, size.y}, false, flags);
#else
  return ImGui::BeginChild(id, {size.x, size.y}, ImGuiChildFlags_None, flags);
#endif
}

void SetDisplay(Point logical_size, float scale) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {logical_size.x, logical_size.y};
  io.DisplayFramebufferScale = {scale, scale};
#if IMGUI_VERSION_NUM < 19200
  io.FontGlobalScale = 1 / scale;
#endif
}

void StyleNavigation(ImVec4 none) {
  ImGuiStyle& style = ImGui::GetStyle();
#if IMGUI_VERSION_NUM < 19140
  style.Colors[ImGuiCol_NavHighlight] = none;
#else
  style.Colors[ImGuiCol_NavCursor] = none;
#endif
}

Atlas BuildAtlas() {
  unsigned char* pixels = nullptr;
  Atlas atlas;
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &atlas.width, &atlas.height);
  atlas.pixels = pixels;
  return atlas;
}

bool HasGlyph(const Font& font, unsigned codepoint) {
  if (codepoint > IM_UNICODE_CODEPOINT_MAX) return false;
#if IMGUI_VERSION_NUM < 19200
  return font.face->FindGlyphNoFallback(static_cast<ImWchar>(codepoint)) != nullptr;
#else
  return font.face->IsGlyphInFont(static_cast<ImWchar>(codepoint));
#endif
}

}  // namespace satchel::compat
