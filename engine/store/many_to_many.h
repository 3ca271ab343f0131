// Rows of N:N intersect entities.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/local_schema.h"
#include "policy/schema/schema.h"

namespace satchel {

// The two lookups of an intersect entity and what they point at; what the schema does not tell is
// left out.
struct LinkEnd {
  std::string field = {};
  std::string entity = {};
  friend bool operator==(const LinkEnd&, const LinkEnd&) = default;
};
[[nodiscard]] std::vector<LinkEnd> LinkEndsOf(const EntitySchema& intersect, const Schema& schema);

// Removes rows of `table` whose one end is an entity among `tables` that does not hold the record.
// Nothing for entities that are no intersects. Inside the caller's transaction; how many went.
[[nodiscard]] Result<std::int64_t> DropLooseLinks(Database& database, const Schema& schema,
                                                  const LocalTable& table,
                                                  const std::vector<LocalTable>& tables);

}  // namespace satchel
