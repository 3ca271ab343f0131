// The Preview screen: what a user's device would hold with the draft.
#pragma once

#include <set>
#include <string>

#include "app/console/panels/explain_view.h"
#include "app/console/panels/record_boxes.h"
#include "app/console/screens.h"
#include "app/console/widgets/picker.h"
#include "app/console/widgets/record_grid.h"
#include "app/console/widgets/ui.h"
#include "preview/report/finding_groups.h"

namespace satchel {

class PreviewPanel {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details);
  void FocusSearch() { focus_search_ = true; }

 private:
  [[nodiscard]] static std::string NotForThem(const AppState& state, const PreviewResult& result);
  void DrawStrip(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& strip);
  void DrawServer(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r);
  void DrawUser(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r);
  void DrawCounterpart(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r);
  void DrawStyle(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r);
  void DrawRun(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& r);
  bool DrawSmall(Ui& ui, const char* id, const Rect& r, const char* caption,
                 const std::string& words, bool enabled);
  float DrawError(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
  void DrawEmpty(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
  void DrawBars(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void DrawTotals(Ui& ui, const AppState& state, const Rect& card, const char* title);
  static void DrawExactness(Ui& ui, const AppState& state, const PreviewResult& result,
                            const Rect& card);
  void DrawRightCard(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void DrawCompared(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  void DrawDrift(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);
  float DrawDrifted(Ui& ui, CommandQueue& commands, const DriftResult& result,
                    const DriftTotal& total, Point at, float width);
  void DrawRecords(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card);

  void DrawRecordViews(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& head,
                       float right);
  float DrawRecordTools(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& head);

  enum class Side : std::uint8_t { kTotal, kCompared, kDrift };
  Side side_ = Side::kTotal;
  // Of the comparison, in the frame before.
  bool comparing_ = false;
  bool asked_ = false;  // In this frame a record of the drift was pressed: the inspector explains.
  const void* seen_ = nullptr;
  std::string error_;
  Menu menu_;
  ColumnsBox columns_;
  ExportBox export_;
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

 private:
  float DrawFields(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1,
                   float y);
  float DrawFindings(Ui& ui, const AppState& state, float x0, float x1, float y);
  float DrawGroup(Ui& ui, const AppState& state, const FindingGroup& group, float x0, float x1,
                  float y);

  bool why_ = false;  // Of a selected record, why it is there rather than what it holds.
  std::set<std::string> opened_;  // Findings that name all their entities.
  ExplainView explain_;
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
