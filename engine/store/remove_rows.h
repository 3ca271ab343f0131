// Removes many rows of a published table.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/labels.h"
#include "engine/store/local_schema.h"

namespace satchel {

// `rows`: numbers, ascending. Few are deleted one by one, the key tables following by their
// triggers; for many each key table is gone through once. Inside the caller's transaction.
[[nodiscard]] Result<> RemoveRows(Database& database, const LocalTable& table,
                                  const std::vector<std::int64_t>& rows, Unpointed& unpointed,
                                  std::stop_token stop);

}  // namespace satchel
