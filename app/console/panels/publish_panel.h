// The Publish screen: what changed since the version that is published, and what stands in the way.
#pragma once

#include "app/console/panels/diff_view.h"
#include "app/console/screens.h"
#include "app/console/widgets/fields.h"

namespace satchel {

// Asks for the comparison when the one there is about another draft. True while it is missing.
[[nodiscard]] bool NeedsView(const AppState& state, CommandQueue& commands);
// "12 Nov 2026, 10:42" of "2026-11-12T10:42:00Z"; UTC, and said so.
[[nodiscard]] std::string MomentWords(const std::string& iso);

class PublishScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override;
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override;

 private:
  enum class Form : int { kUnified, kSplit, kSummary };
  static void DrawMissing(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);
  static void DrawSuggestion(Ui& ui, const AppState& state, CommandQueue& commands, Point top,
                             float half);
  void DrawExport(Ui& ui, CommandQueue& commands, Point at);
  void DrawChanges(Ui& ui, const AppState& state, const PublishView& view, const Rect& card);
  void DrawDiff(Ui& ui, const AppState& state, const PublishView& view, const Rect& card);
  float DrawGate(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1,
                 float y);
  void DrawFolder(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& field);
  float DrawVerdicts(Ui& ui, const AppState& state, CommandQueue& commands, float x0, float x1,
                     float y);
  float DrawImpact(Ui& ui, const AppState& state, float x0, float x1, float y);

  Form form_ = Form::kUnified;
  bool asking_ = false;  // For the folder, on the page itself.
  bool moved_ = false;   // That field goes beside the page in this frame, with the keyboard in it.
  int chosen_ = -1;      // Change.
  DiffView diff_;
  Menu menu_;
  TextEdit typing_;
};

}  // namespace satchel
