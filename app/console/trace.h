// What a test of the real window looks at: where every control is, in pixels of the window, and what
// the last preview found.
#pragma once

#include <filesystem>

#include "app/console/application.h"

namespace satchel {

// Lines "control ID X0 Y0 X1 Y1", "preview USER", "held ENTITY RECORDS SHA256-OF-IDS", "version N".
// Written whole, then renamed.
void WriteTrace(Application& app, float scale, const std::filesystem::path& file);

}  // namespace satchel
