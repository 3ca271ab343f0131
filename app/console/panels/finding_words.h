// Sentences of the engine as they stand on their own, below the name of what they are about.
#pragma once

#include <string>

#include "policy/check/finding.h"

namespace satchel {

// With a capital letter: "Nobody was previewed". Names stay: "visits.yaml:3:1: unknown key".
[[nodiscard]] std::string Capitalised(std::string text);
// Without the entity's logical name in front: its label stands above.
[[nodiscard]] std::string FindingWords(const Finding& finding);

}  // namespace satchel
