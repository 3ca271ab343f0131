// Files of the command line: read whole, written whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/cli/terminal.h"
#include "policy/support/result.h"

namespace satchel {

// "-" reads standard input. kNotFound, kIo with what to do.
[[nodiscard]] Result<std::string> ReadText(const std::string& file, Terminal& terminal);

enum class Overwrite : std::uint8_t { kRefuse, kAllow };
// Through a temporary file and a rename; the file is as before when anything fails.
[[nodiscard]] Result<> WriteText(const std::string& file, std::string_view text,
                                 Overwrite overwrite);

}  // namespace satchel
