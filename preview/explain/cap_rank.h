// Where a record that meets the filter stands among those that do, by the order that max_records
// cuts in.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "engine/server/crm_server.h"
#include "engine/sync/full_sync_plan.h"
#include "policy/support/result.h"
#include "preview/explain/explain.h"

namespace satchel {

struct CapRank {
  bool kept = false;
  std::int64_t rank = 0;  // From 1; 0: not known (the order goes by a linked entity's field).
  std::int64_t matched = 0;
};

// `sync.policy` is not looked at for entities; `entity` has max_records. Reads the keys and the
// fields of the order of everything that meets the filter, by the device's own full sync.
[[nodiscard]] Result<CapRank> RankOf(const FullSyncRequest& sync, const Entity& entity,
                                     const std::string& id, CrmServer& server,
                                     const ExplainSink& sink, std::stop_token stop);

}  // namespace satchel
