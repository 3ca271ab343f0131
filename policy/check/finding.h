// What a check found: one named rule, one sentence, one place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/support/mark.h"

namespace satchel {

enum class Severity : std::uint8_t { kInfo, kWarning, kError };
[[nodiscard]] std::string_view Name(Severity severity);  // "info", "warning", "error"

struct Finding {
  Severity severity = Severity::kError;
  std::string rule = {};    // "unknown-field"; the key of `--acknowledge` and of docs/rules.md.
  std::string entity = {};  // Empty: the policy as a whole.
  std::string path = {};    // "entities.account.filter.and[1].value"; see policy/yaml/source_map.h.
  Mark mark =
      {};  // Of that path in the file it was read from; unknown for a policy made in memory.
  std::string message = {};  // What is wrong and what to do.
  friend bool operator==(const Finding&, const Finding&) = default;
};

[[nodiscard]] bool HasErrors(const std::vector<Finding>& findings);

}  // namespace satchel
