// The server's own clock, for entities without row versions.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "engine/server/connection.h"
#include "engine/server/high_water.h"
#include "policy/schema/schema.h"

namespace satchel {

// kTime by the Date header of the answer to `target` (any cheap read of the entity); kNone for an
// entity without a last-modified field and for a server that sends no date. The header has whole
// seconds, cut off: what was written in the rest of that second is at most read twice.
[[nodiscard]] Result<HighWater> NoteServerTime(Connection& connection, const EntitySchema& entity,
                                               const std::string& target,
                                               const std::vector<Header>& headers,
                                               std::stop_token stop);

}  // namespace satchel
