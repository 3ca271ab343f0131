// The screens of the window: their names, and what each of them is to the frame around it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

struct ScreenLook {
  Screen screen = Screen::kEntities;
  const char* id = nullptr;    // Of --screen.
  const char* name = nullptr;  // In the rail.
  const char* icon = nullptr;
  const char* group = nullptr;
  const char* key = nullptr;
};
// In the order of the rail, group by group.
[[nodiscard]] const std::vector<ScreenLook>& Screens();
[[nodiscard]] std::optional<Screen> FindScreen(std::string_view id);

class ScreenView {
 public:
  virtual ~ScreenView() = default;
  // `details`: a button that opens the inspector, where it is not always there. True when pressed.
  [[nodiscard]] virtual bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                                  bool details) = 0;
  virtual void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) = 0;
  virtual void FocusSearch() {}                    // Ctrl+F.
  virtual void LookFor(const std::string& what) {  // In its inspector.
    (void)what;
  }
};

}  // namespace satchel
