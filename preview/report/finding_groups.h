// Findings as people read them: a reason once, with everything it holds for.
#pragma once

#include <string>
#include <vector>

#include "policy/check/finding.h"

namespace satchel {

struct FindingGroup {
  Severity severity = Severity::kInfo;
  std::string rule = {};
  std::vector<std::string> entities = {};  // In the order found; empty: the whole.
  std::string reason = {};                 // Without an entity's name in front.
};

// The most severe first, of those what is about the whole, of those in the order found. What is
// found twice is said once.
[[nodiscard]] std::vector<FindingGroup> GroupFindings(const std::vector<Finding>& findings);

// For terminals. Of one entity in one line, "info: account: …"; of several the reason in a line and
// their names below it.
[[nodiscard]] std::string FindingLines(const std::vector<Finding>& findings);

}  // namespace satchel
