// The whole window as one Dear ImGui frame: layout, panels, shortcuts.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "app/console/files/path_box.h"
#include "app/console/focus_ring.h"
#include "app/console/panels/changed_file_box.h"
#include "app/console/panels/palette.h"
#include "app/console/panels/shell.h"
#include "app/console/panels/start_panel.h"

namespace satchel {

class ConsoleUi {
 public:
  ConsoleUi();
  // Between ImGui::NewFrame and ImGui::Render. `record` gets where everything is.
  void Draw(const AppState& state, const std::vector<JobStatus>& jobs, const Fonts& fonts,
            FrameRecord& record, CommandQueue& commands);

 private:
  void MakeScreens();
  void DrawScreen(Ui& ui, const AppState& state, CommandQueue& commands, Rect content);
  void Shortcuts(const AppState& state, CommandQueue& commands);

  Rail rail_;
  TopBar top_bar_;
  StatusBar status_bar_;
  Palette palette_;
  PathBox path_box_;
  ChangedFileBox changed_file_;
  StartPanel start_;
  FocusRing focus_;
  std::map<Screen, std::unique_ptr<ScreenView>> screens_;
  std::filesystem::path file_;   // Which the screens were made for.
  bool inspector_open_ = false;  // Only where the window is too narrow for it to stay.
  int asked_for_path_ = 0;
  std::optional<ThemeName> styled_;
};

}  // namespace satchel
