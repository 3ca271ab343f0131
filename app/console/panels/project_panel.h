// The Project screen: who the policy is for, how it synchronises, its budgets and expectations.
#pragma once

#include "app/console/panels/expectations_card.h"
#include "app/console/panels/policy_words.h"
#include "app/console/panels/projects_panel.h"
#include "app/console/screens.h"
#include "app/console/widgets/fields.h"

namespace satchel {

class ProjectScreen : public ScreenView {
 public:
  [[nodiscard]] bool Draw(Ui& ui, const AppState& state, CommandQueue& commands, Rect area,
                          bool details) override;
  void DrawInspector(Ui& ui, const AppState& state, CommandQueue& commands, Rect area) override;

 private:
  float DrawIdentity(Ui& ui, const AppState& state, CommandQueue& commands, const Policy& draft,
                     const Rect& column);
  float DrawSync(Ui& ui, CommandQueue& commands, const Policy& draft, const Rect& column);
  float DrawBudgets(Ui& ui, const AppState& state, CommandQueue& commands, const Policy& draft,
                    const Rect& column);

  TextEdit typing_;
  Menu menu_;
  ExpectationsCard expectations_;
  ProjectsPanel projects_;
  int part_ = 0;  // This project, those of the folder.
};

}  // namespace satchel
