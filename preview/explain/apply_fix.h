// The change that an explanation found, made in the policy.
#pragma once

#include <optional>

#include "policy/model/policy.h"
#include "preview/explain/explain.h"

namespace satchel {

// `entity` as the fix says. Nothing where the fix is no edit of it (somebody else's permission, a
// record given to somebody), or where the filter is no longer the one that was explained.
[[nodiscard]] std::optional<Entity> WithFix(Entity entity, const ExplainFix& fix);

}  // namespace satchel
