// Makes a failing case small: operations taken out (ddmin), then each made simpler.
#pragma once

#include <functional>

#include "tests/sim/op.h"

namespace satchel::sim {

// `fails` runs a case and says whether it still shows the same violation. At most `most` runs.
[[nodiscard]] Case Shrink(Case failing, const std::function<bool(const Case&)>& fails, int most);

// "I12" of "I12: device 0 …": what counts as the same violation.
[[nodiscard]] std::string InvariantOf(const std::string& violation);

}  // namespace satchel::sim
