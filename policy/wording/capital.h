#pragma once

#include <string>

namespace satchel {

// With a capital letter: as the beginning of a line. Letters beyond a to z stay.
[[nodiscard]] std::string Capital(std::string text);
// In capital letters: as the title of a section. Letters beyond a to z stay.
[[nodiscard]] std::string Capitals(std::string text);

}  // namespace satchel
