// A table of records that only looks at the rows on screen: a million rows cost what thirty do.
//
// It scrolls by itself, in whole numbers of rows kept as doubles: pixel positions of a million rows
// are beyond what the floats of a scrolling child window can tell apart.
#pragma once

#include <string>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class RecordGrid {
 public:
  void Draw(Ui& ui, const RecordsState& records, CommandQueue& commands, const Rect& area);
  void ScrollToTop() { top_ = 0; }
  [[nodiscard]] double top() const { return top_; }

 private:
  void DrawHeader(Ui& ui, const RecordsState& records, CommandQueue& commands, const Rect& header);
  void Scroll(Ui& ui, const RecordsState& records, CommandQueue& commands, const Rect& body,
              double visible);
  void Layout(const RecordsState& records, float room);

  double top_ = 0;        // First row on screen, with fraction.
  float left_ = 0;        // Pixels scrolled sideways.
  float width_ = 0;       // Of all columns.
  std::string laid_out_;  // For which table and width.
  std::vector<float> widths_;
  bool dragging_ = false;
  float grab_ = 0;
};

}  // namespace satchel
