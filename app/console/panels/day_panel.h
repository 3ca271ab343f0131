// A typical day, beside the triggers that make it: syncs per hour, why a sync did not come, and the
// script of events to edit.
#pragma once

#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class DayPanel {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area);

 private:
  float DrawHours(Ui& ui, const SimulatedDay& day, Point at, float width);
  float DrawTotals(Ui& ui, const SimulatedDay& day, Point at, float width);
  void DrawRows(Ui& ui, const AppState& state, const SimulatedDay& day, Rect area);
  void DrawScript(Ui& ui, const AppState& state, CommandQueue& commands, Rect area);
  float DrawEvent(Ui& ui, const AppState& state, CommandQueue& commands, const DayScript& script,
                  std::size_t index, Point at, float width);

  int part_ = 0;             // What happens, the script.
  int shown_ = 0;            // All, syncs, skipped.
  int hour_ = -1;            // Chosen among the bars.
  std::size_t awaited_ = 0;  // How many events there will be once the added one is there.
  TextEdit typing_;
  Menu menu_;
};

}  // namespace satchel
