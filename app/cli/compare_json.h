// What `satchel diff` and `satchel compare` print as JSON.
#pragma once

#include <vector>

#include "app/cli/json.h"
#include "policy/check/diff.h"
#include "preview/report/compare_report.h"

namespace satchel {

[[nodiscard]] Json ToJson(const std::vector<Change>& changes);
[[nodiscard]] Json ToJson(const std::vector<ComparedUser>& users);

}  // namespace satchel
