// Random policies for RapidCheck properties: every key of the format, awkward texts included.
// Call within a property.
#pragma once

#include "policy/model/policy.h"

namespace satchel {

[[nodiscard]] Policy AnyPolicy();
[[nodiscard]] Entity AnyEntity(const std::string& name);
// Without notes; at most 15 links; what FetchXML can say.
[[nodiscard]] Query AnyQuery();

}  // namespace satchel
