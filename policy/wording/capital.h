#pragma once

#include <string>

namespace satchel {

// With a capital letter: as the beginning of a line. Letters beyond a to z stay.
[[nodiscard]] std::string Capital(std::string text);
// The same for a sentence, which may begin with a name: "Nobody was previewed", but
// "visits.yaml:3:1: unknown key" as it is.
[[nodiscard]] std::string Capitalised(std::string text);
// In capital letters: as the title of a section. Letters beyond a to z stay.
[[nodiscard]] std::string Capitals(std::string text);

}  // namespace satchel
