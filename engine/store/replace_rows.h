// Small tables are put in place by writing what differs: SQLite compiles the whole schema again for
// every table it renames, and an N:N entity that did not change would have all of its pages written
// at every sync.
#pragma once

#include <cstdint>
#include <string>

#include "engine/store/database.h"
#include "engine/store/local_schema.h"
#include "policy/support/result.h"

namespace satchel {

// Whether the table `name` has no more rows than that.
[[nodiscard]] Result<bool> HasAtMost(Database& database, const std::string& name,
                                     std::int64_t rows);
// Whether the published table of `table` is there and just as `table` says.
[[nodiscard]] Result<bool> IsPublishedAs(Database& database, const LocalTable& table);
// An empty published table with its key tables and triggers.
[[nodiscard]] Result<> MakePublished(Database& database, const LocalTable& table);
// The published table holds what the staged one does afterwards, under row numbers of its own, and
// the staged one is gone. Both are as `table` says.
[[nodiscard]] Result<> ReplaceRows(Database& database, const LocalTable& table);

}  // namespace satchel
