// Drift as a person reads it on a terminal, and as JSON.
#pragma once

#include <string>

#include "preview/compare/drift.h"

namespace satchel {

[[nodiscard]] std::string DriftText(const DriftResult& drift);
[[nodiscard]] std::string DriftJson(const DriftResult& drift);

}  // namespace satchel
