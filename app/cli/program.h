// The whole command line as one function, so that tests can run it in process.
#pragma once

#include <string>
#include <vector>

#include "app/cli/exit_code.h"
#include "app/cli/terminal.h"

namespace satchel {

// `arguments` without the program's name.
[[nodiscard]] ExitCode RunProgram(std::vector<std::string> arguments, Terminal& terminal);

}  // namespace satchel
