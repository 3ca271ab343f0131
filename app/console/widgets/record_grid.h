// A table of records that only looks at the rows on screen: a million rows cost what thirty do.
//
// It scrolls by itself, in whole numbers of rows kept as doubles: pixel positions of a million rows
// are beyond what the floats of a scrolling child window can tell apart.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

// How a comparison marks the rows of a table.
enum class RecordMark : std::uint8_t { kKept, kAdded, kRemoved };
struct RecordMarks {
  bool shown = false;
  RecordMark all = RecordMark::kKept;
  const RecordIds* added = nullptr;  // These are new, whatever `all` says.
  [[nodiscard]] RecordMark Of(const RecordRow& row) const {
    return added != nullptr && added->contains(row.id) ? RecordMark::kAdded : all;
  }
};

class RecordGrid {
 public:
  void Draw(Ui& ui, const RecordsState& records, const RecordMarks& marks, CommandQueue& commands,
            const Rect& area);
  void ScrollToTop() { top_ = 0; }
  [[nodiscard]] double top() const { return top_; }

 private:
  void DrawHeader(Ui& ui, const RecordsState& records, CommandQueue& commands, const Rect& header);
  void Scroll(Ui& ui, const RecordsState& records, CommandQueue& commands, const Rect& body,
              double visible);
  void Layout(const RecordsState& records, float room);
  void DrawEdge(Ui& ui, const RecordsState& records, std::size_t place, const Rect& cell,
                const Rect& header);

  void DrawMark(Ui& ui, RecordMark mark, const Rect& row);

  // Where the columns are seen; with marks there is less of it.
  bool marked_ = false;
  float sight_x0_ = 0;
  float sight_x1_ = 0;
  double top_ = 0;   // First row on screen, with fraction.
  float left_ = 0;   // Pixels scrolled sideways.
  float width_ = 0;  // Of all columns.
  std::string entity_;
  std::string laid_out_;       // For which table and width.
  std::vector<float> widths_;  // Beside records.shown.
  // Widths somebody dragged, of "entity/field": they stay while the window lives.
  std::map<std::string, float, std::less<>> dragged_;
  bool dragging_ = false;
  float grab_ = 0;
};

}  // namespace satchel
