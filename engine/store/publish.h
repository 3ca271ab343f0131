// Makes what a sync brought visible: rows, removals, names and cursors of every entity, in one
// transaction. A reader sees the old content or the new.
#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/server/high_water.h"
#include "engine/store/local_schema.h"
#include "engine/store/merge.h"
#include "engine/store/sync_cursor.h"
#include "engine/store/tuning.h"

namespace satchel {

// Where a load sets names of lookup targets aside, and the rows of an entity.
inline constexpr const char* kStagedLabels = "@label@staged";
[[nodiscard]] std::string StagedName(const std::string& entity);
[[nodiscard]] Result<std::vector<std::string>> TableNames(Database& database);

struct Publication {
  struct Staged {  // Replaces the entity's table.
    LocalTable table = {};
    SyncCursor cursor = {};
  };
  struct Merged {  // Changes it.
    EntityMerge* merge = nullptr;
    SyncCursor cursor = {};
  };
  std::vector<Staged> staged = {};
  std::vector<Merged> merged = {};
  std::vector<LocalTable> as_they_are = {};  // Kept, with what they have.
  // The entities of the policy in its order; tables of others go.
  std::vector<std::string> order = {};
  std::int64_t copied_rows = kMostRowsCopied;  // Larger staged tables are renamed.
};

struct MergedCounts {
  std::map<std::string, MergeCounts, std::less<>> entities = {};
  std::map<std::string, std::int64_t, std::less<>> kept = {};  // Records there are now.
  // Entities whose content is not what their sweeps said. Nothing was published then.
  std::vector<std::string> mismatched = {};
};

// Pending changes are laid over what is new, and no record that waits for its upload is lost; rows
// of N:N entities stay while both ends do.
[[nodiscard]] Result<MergedCounts> PublishSync(Database& database, const Schema& schema,
                                               Publication& publication, std::stop_token stop);

}  // namespace satchel
