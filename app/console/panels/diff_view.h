// The YAML of two policies line against line, unified or side by side. A line that is too long goes
// on below itself: a long list of fields is read whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/console/publish_view.h"
#include "app/console/widgets/ui.h"

namespace satchel {

// A part of a line that fits.
struct DiffPiece {
  std::size_t begin = 0;
  std::size_t end = 0;
};
// Where a line is broken for so many letters: behind a comma where there is one, else a blank, else
// anywhere between two letters. Pieces after the first are indented by `kDiffIndent` more.
inline constexpr std::size_t kDiffIndent = 4;
[[nodiscard]] std::vector<DiffPiece> BreakLine(std::string_view text, std::size_t letters);

class DiffView {
 public:
  // Scrolls in `area`. `serial` names the view: its layout is kept for as long as that is the same.
  void DrawUnified(Ui& ui, const PublishView& view, std::int64_t serial, const Rect& area);
  void DrawSplit(Ui& ui, const PublishView& view, std::int64_t serial, const Rect& area);
  void ScrollTo(std::size_t row) { scroll_to_ = static_cast<int>(row); }

 private:
  // A line of the screen.
  struct Visual {
    std::size_t row = 0;    // Of the view; of the split: of what is left.
    int right = -1;         // Of the split: the row at the right; −1: none.
    bool left = true;       // Of the split: there is one at the left.
    std::size_t piece = 0;  // Which piece of the line.
    bool first() const { return piece == 0; }
  };
  void LayUnified(const PublishView& view, std::size_t letters);
  void LaySplit(const PublishView& view, std::size_t letters);
  void DrawPiece(Ui& ui, const DiffLine& line, const DiffPiece& piece, bool first, float x,
                 float cy);
  [[nodiscard]] bool Stale(std::int64_t serial, std::size_t letters, bool split);

  std::vector<std::vector<DiffPiece>> pieces_;  // Beside the view's rows.
  std::vector<Visual> lines_;
  std::int64_t serial_ = -2;
  std::size_t letters_ = 0;
  bool split_ = false;
  int scroll_to_ = -1;
};

}  // namespace satchel
