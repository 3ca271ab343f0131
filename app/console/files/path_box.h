// The box in which a path is chosen or typed: to open a policy (recent ones first), or to export
// to.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

class PathBox {
 public:
  void Open(const AppState& state);
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands);

 private:
  // A line of the list.
  struct Line {
    std::string title = {};
    std::string detail = {};
    std::filesystem::path path = {};
    bool folder = false;
    bool up = false;
    bool recent = false;
  };
  [[nodiscard]] std::vector<Line> Lines(const AppState& state) const;
  // The folder that what is typed speaks of, and the beginning of a name in it.
  [[nodiscard]] std::filesystem::path Folder() const;
  [[nodiscard]] std::string Name() const;
  void GoTo(const std::filesystem::path& folder);

  bool opening_ = false;
  bool refocus_ = false;
  std::string typed_;
  std::filesystem::path start_;  // Where nothing typed leads.
  int at_ = -1;                  // The line the arrows stand on; -1: what is typed.
};

}  // namespace satchel
