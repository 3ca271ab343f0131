// The projects of a folder side by side, and which of them a user gets.
#pragma once

#include <string>

#include "app/console/panels/user_project_card.h"
#include "app/console/selectors.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class ProjectsPanel {
 public:
  void Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area);

 private:
  float DrawTable(Ui& ui, const AppState& state, CommandQueue& commands, Point at, float width);
  float DrawRow(Ui& ui, const AppState& state, CommandQueue& commands, const FolderProject& file,
                const Rect& row);

  std::string copying_;   // File of the project that is being duplicated.
  std::string name_;      // Of the copy.
  bool opening_ = false;  // Its field.
  bool writing_ = false;  // In its field.
  UserProjectCard user_;
};

}  // namespace satchel
