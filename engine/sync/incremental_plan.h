// What an incremental sync asks the server of one entity, as read plans. No request is sent here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/record/value.h"
#include "engine/server/crm_server.h"
#include "engine/server/high_water.h"
#include "engine/store/merge.h"
#include "engine/store/sync_cursor.h"
#include "engine/sync/full_sync_plan.h"
#include "engine/sync/incremental_rules.h"

namespace satchel {

struct IncrementalPlan {
  const Entity* entity = nullptr;
  const EntitySchema* schema = nullptr;
  incremental::Choice choice = {};
  std::optional<SyncCursor> cursor = {};  // As it was.
  MergeEntity merge = {};
  std::string identity = {};
  std::string frozen = {};
  std::string rights = {};
  std::vector<std::string> reached = {};  // Entities the filter looks at besides.
  bool server_cut = false;                // The server applies max_records.
  bool tracked = false;                   // A sweep may be read as the beginning of a delta link.
};

// `rights` is RightsHash(request), which takes a whole policy's printing; `cursor` is what the
// device remembers of the entity. Fails as PlanEntity does.
[[nodiscard]] Result<IncrementalPlan> PlanIncremental(const FullSyncRequest& request,
                                                      const std::string& rights, bool sweep,
                                                      const Entity& entity,
                                                      std::optional<SyncCursor> cursor,
                                                      CrmServer& server);
// `ids`: of kMissing.
[[nodiscard]] Result<ReadPlan> PlanRead(const IncrementalPlan& plan, incremental::Read read,
                                        std::span<const Value> ids, const FullSyncRequest& request,
                                        CrmServer& server);
// Whether anything of `entity` changed since `mark`: a query for one row, or nothing where it
// cannot be asked.
[[nodiscard]] std::optional<Query> ChangedSince(const EntitySchema& entity, const HighWater& mark);
// One row of `query`, keys only.
[[nodiscard]] Result<ReadPlan> PlanOne(const Query& query, const FullSyncRequest& request,
                                       CrmServer& server);

}  // namespace satchel
