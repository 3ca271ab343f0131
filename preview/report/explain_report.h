// An explanation as a person reads it on a terminal, and as JSON.
#pragma once

#include <string>

#include "preview/explain/explain.h"

namespace satchel {

// Gates first, the verdict last; lines of at most 100 characters where values allow it.
[[nodiscard]] std::string ExplanationText(const Explanation& explanation);
[[nodiscard]] std::string ExplanationJson(const Explanation& explanation);

}  // namespace satchel
