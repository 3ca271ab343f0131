#pragma once

#include <string>

namespace satchel {

// With a capital letter: as the beginning of a line. Letters beyond a to z stay.
[[nodiscard]] std::string Capital(std::string text);

}  // namespace satchel
