// Starts satchel-sandbox as a child process: it ends with the console, however the console ends.
#pragma once

#include <memory>
#include <stop_token>

#include "app/console/workbench.h"

namespace satchel {

// The program beside this one, else the one in PATH. Returns once it serves: a first start
// generates its company, which takes some seconds.
[[nodiscard]] Result<std::shared_ptr<SandboxProcess>> StartSandboxProcess(std::stop_token stop);

}  // namespace satchel
