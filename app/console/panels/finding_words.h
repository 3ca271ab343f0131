// Sentences of the engine as they stand on their own, below the name of what they are about.
#pragma once

#include <string>
#include <vector>

#include "app/console/state.h"
#include "policy/check/finding.h"
#include "policy/wording/capital.h"

namespace satchel {

// Without the entity's logical name in front: its label stands above.
[[nodiscard]] std::string FindingWords(const Finding& finding);
// The same with the label where its message says "records of contact, …".
[[nodiscard]] Finding Labelled(const AppState& state, Finding finding);
// What the engine says went wrong, with the label in the place of a logical name in front:
// "systemuser: no connection" is about users. No full stop.
[[nodiscard]] std::string ErrorWords(const AppState& state, const std::string& error);
// "a name", "a name and an address", "a name, an address and a tenant".
[[nodiscard]] std::string Enumerated(std::vector<std::string> things);

}  // namespace satchel
