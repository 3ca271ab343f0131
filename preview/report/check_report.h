// The verdicts of a check for people.
#pragma once

#include <string>

#include "preview/fleet/check.h"

namespace satchel {

// Every user with what was measured, then every budget and expectation with its verdict.
[[nodiscard]] std::string CheckTable(const CheckResult& result);

}  // namespace satchel
