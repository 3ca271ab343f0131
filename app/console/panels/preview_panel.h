// The Preview screen: what a user's device would hold with the draft.
#pragma once

#include <string>

#include "app/console/screens.h"
#include "app/console/widgets/picker.h"
#include "app/console/widgets/record_grid.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class PreviewPanel {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details);
  void FocusSearch() { focus_search_ = true; }

 private:
  void DrawStrip(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& strip);
  float DrawError(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
  void DrawEmpty(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
  void DrawBars(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void DrawTotals(Ui& ui, const AppState& state, const Rect& card);
  void DrawRecords(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);

  Picker server_;
  Picker user_;
  RecordGrid grid_;
  std::string search_;
  std::string searched_entity_;
  bool focus_search_ = false;
};

// Beside it: the selected record, and what the preview found.
class PreviewInspector {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area);
};

class PreviewScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override {
    return panel_.Draw(ui, state, commands, area, details);
  }
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override {
    inspector_.Draw(ui, state, commands, area);
  }
  void FocusSearch() override { panel_.FocusSearch(); }

 private:
  PreviewPanel panel_;
  PreviewInspector inspector_;
};

}  // namespace satchel
