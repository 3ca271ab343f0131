// The local tables after a structural change of the policy: one transaction, nothing lost.
//
// Tables and columns come and go, with their key tables, triggers, description and cursors. Pending
// changes stay. What no longer has a place becomes visible with its payload: a change of an entity
// that is gone as an entry in error, a field that is gone as a dropped entry of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct Migration {
  std::vector<std::string> added = {};    // "account", "account.city"
  std::vector<std::string> removed = {};  // Likewise.
  std::int64_t unmapped = 0;              // Pending changes that lost their place.
};

// `schema` holds every offline entity of `policy`. `adopt` runs in the same transaction: it writes
// down which policy is in force. Also makes the tables of a new database.
[[nodiscard]] Result<Migration> Migrate(Database& database, const Policy& policy,
                                        const Schema& schema,
                                        const std::function<Result<>(Database&)>& adopt);

}  // namespace satchel
