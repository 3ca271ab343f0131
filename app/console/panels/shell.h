// The frame around every screen: rail, top bar, status bar, and what lies on top of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/console/screens.h"
#include "app/console/widgets/picker.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class Rail {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
};

class TopBar {
 public:
  // True when the command palette was asked for.
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
};

class StatusBar {
 public:
  void Draw(Ui& ui, const AppState& state, const std::vector<JobStatus>& jobs,
            CommandQueue& commands, const Rect& area);
};

// A command by name, for the palette and for shortcuts.
struct NamedCommand {
  std::string title = {};
  std::string detail = {};
  std::string key = {};
  const char* icon = nullptr;
  Command command = CloseDialog{};
  std::optional<Screen> screen = {};  // Where its effect is seen.
};
[[nodiscard]] std::vector<NamedCommand> NamedCommands(const AppState& state);
void AddVerifyCommands(const AppState& state, std::vector<NamedCommand>& all);  // A part of them.

class Palette {
 public:
  void Open() { picker_.Open(); }
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands);

 private:
  Picker picker_;
};

// How much room the toasts take below the page, at most `most`: where they are more, those on top
// lie on it.
[[nodiscard]] float RoomForToasts(const Ui& ui, const AppState& state, float most);
void DrawToasts(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);
void DrawDialog(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);

}  // namespace satchel
