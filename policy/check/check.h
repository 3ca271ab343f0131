// The rules a policy obeys. Every rule has a name; docs/rules.md lists them with severity and
// remedy.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "policy/check/finding.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/yaml/source_map.h"

namespace satchel {

struct Rule {
  std::string_view name = {};
  Severity severity = Severity::kError;
  bool needs_schema = false;
  std::string_view about = {};  // One sentence.
};
[[nodiscard]] std::span<const Rule> Rules();

// `schema` may be null: then only what needs none is checked. Marks are filled from `marks` where
// given. In the order of the policy.
[[nodiscard]] std::vector<Finding> CheckPolicy(const Policy& policy, const Schema* schema = nullptr,
                                               const SourceMap* marks = nullptr);
// The same rules for one query (a FetchXML document). Paths start at "filter" or "links".
[[nodiscard]] std::vector<Finding> CheckQuery(const Query& query, const Schema* schema = nullptr,
                                              const SourceMap* marks = nullptr);

}  // namespace satchel
