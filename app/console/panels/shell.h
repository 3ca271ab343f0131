// The frame around every screen: rail, top bar, status bar, and what lies on top of them.
#pragma once

#include <string>
#include <vector>

#include "app/console/screens.h"
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

// How much room the toasts take below the page, at most `most`: where they are more, those on top
// lie on it.
[[nodiscard]] float RoomForToasts(const Ui& ui, const AppState& state, float most);
void DrawToasts(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);
void DrawDialog(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& screen);

}  // namespace satchel
