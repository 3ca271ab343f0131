// What nearly every administrator starts an entity from.
#pragma once

#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

// Its name, its required fields, owner, state and the moment of the last change; of its records
// those that are the user's or their teams', and active.
[[nodiscard]] Entity StartingPoint(const EntitySchema& schema);

}  // namespace satchel
