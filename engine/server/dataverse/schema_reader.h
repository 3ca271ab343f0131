// Dataverse's EntityDefinitions as a Schema.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "engine/server/connection.h"
#include "engine/server/crm_server.h"
#include "policy/schema/schema.h"

namespace satchel::dataverse {

[[nodiscard]] Result<std::vector<EntityName>> ReadEntityNames(Connection& connection,
                                                              std::stop_token stop);

// Three round trips for a few entities: the entities, then attributes and relationships of all in
// one $batch, then what only typed requests tell (targets, precision, choices …) in another.
[[nodiscard]] Result<Schema> ReadSchema(Connection& connection,
                                        const std::vector<std::string>& names,
                                        std::stop_token stop);

}  // namespace satchel::dataverse
