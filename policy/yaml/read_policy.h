// Reading the policy file (docs/policy-format.md).
#pragma once

#include <string_view>
#include <vector>

#include "policy/check/finding.h"
#include "policy/model/policy.h"
#include "policy/yaml/source_map.h"

namespace satchel {

struct ReadPolicy {
  Policy policy = {};  // As far as it could be read when there are errors.
  SourceMap marks = {};
  int comments = 0;                    // Comments in the file; a rewrite loses them.
  std::vector<Finding> findings = {};  // In file order. Any error: the policy is not to be used.
};

// Never throws, never crashes, whatever the bytes. Every limit of the format is counted while
// reading, before anything is built from the input.
[[nodiscard]] ReadPolicy ParsePolicy(std::string_view yaml);

}  // namespace satchel
