// The policy in plain language, as far as a screen is about it, and what the checks say there.
#pragma once

#include <string>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/ui.h"

namespace satchel {

// `paragraphs` by their first lines (empty: the first paragraph, about the project); `paths` begin
// the paths of the findings shown.
void DrawDescription(Ui& ui, const AppState& state, Rect area, const char* title,
                     const std::vector<std::string>& paragraphs,
                     const std::vector<std::string>& paths);

}  // namespace satchel
