// What kind of JSON value each member of Dataverse's small answers has.
#pragma once

#include "engine/server/json.h"
#include "policy/support/result.h"

namespace satchel::dataverse {

// kCorrupt, naming the member, where one that this connector reads has a value of another kind
// (null is fine everywhere), or a list holds something else than objects. Without it a wrong answer
// would read as an empty one.
[[nodiscard]] Result<> CheckKinds(const Json& answer);

}  // namespace satchel::dataverse
