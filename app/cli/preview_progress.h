// How far a preview is: a bar on a terminal, a line per entity elsewhere.
#pragma once

#include <string>

#include "app/cli/terminal.h"
#include "preview/fleet/check.h"
#include "preview/run/preview.h"

namespace satchel {

// `who` stands in front ("jana@contoso.example", "the policy before"); may be empty. `fraction` is
// of everything that is being done.
void ShowProgress(Terminal& terminal, const std::string& who, const PreviewProgress& progress,
                  double fraction);
// Of this preview alone: its entities.
[[nodiscard]] double FractionOf(const PreviewProgress& progress);
// Of a check of many users: a line per user elsewhere than on a terminal.
[[nodiscard]] CheckSink ProgressOfCheck(Terminal& terminal);

}  // namespace satchel
