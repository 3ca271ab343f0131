// The whole window as one Dear ImGui frame: layout, panels, shortcuts.
#pragma once

#include <vector>

#include "app/console/panels/entities_panel.h"
#include "app/console/panels/preview_panel.h"
#include "app/console/panels/shell.h"
#include "app/console/panels/start_panel.h"

namespace satchel {

class ConsoleUi {
 public:
  // Between ImGui::NewFrame and ImGui::Render. `record` gets where everything is.
  void Draw(const AppState& state, const std::vector<JobStatus>& jobs, const Fonts& fonts,
            FrameRecord& record, CommandQueue& commands);

 private:
  void Shortcuts(const AppState& state, CommandQueue& commands);

  Rail rail_;
  TopBar top_bar_;
  StatusBar status_bar_;
  Palette palette_;
  StartPanel start_;
  EntitiesPanel entities_;
  EntityInspector entity_inspector_;
  PreviewPanel preview_;
  PreviewInspector preview_inspector_;
  bool inspector_open_ = false;  // Only where the window is too narrow for it to stay.
  std::optional<ThemeName> styled_;
};

}  // namespace satchel
