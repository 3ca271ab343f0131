// What a full sync will ask and keep for one entity: decided before the first request.
#pragma once

#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/server/crm_server.h"
#include "engine/store/staging.h"
#include "engine/store/tuning.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct FullSyncRequest {
  Policy policy = {};
  Schema schema = {};  // Every entity the policy and its filters name.
  FilterContext context = {};
  std::string as = {};  // User id to read as; empty: the signed-in user.
  std::string organization = {};
  std::string user = {};  // Whose data it is; never empty on a device.
  // High-water marks for the incremental syncs that follow; a preview has none.
  bool note_marks = true;
  // Where the server cuts at max_records: also count what it cut. A device has no use for it.
  bool count_cut = false;
  // The user goes on working: commits after every page, so that an edit never waits for the
  // network, and leaves the journal as it is.
  bool background = false;
  // Writes on the caller's thread, one step after another, so that a test can steer it.
  bool one_thread = false;
  // What else decides what the user may read, as any text: names of roles. When it differs from
  // that of the last sweep, another one is due.
  std::string rights = {};
  // Tables of at most so many rows are copied into place, larger ones renamed.
  std::int64_t copied_rows = kMostRowsCopied;
};

struct EntityRead {
  StagedEntity staged = {};
  ReadPlan plan = {};
  std::vector<ReadPlan> helpers = {};  // As staged.helpers.
  bool server_cut = false;  // The server stops at max_records; the device cuts only ties.
};

// Fails for an entity or field the server lacks, and as the server's Plan does.
[[nodiscard]] Result<EntityRead> PlanEntity(const FullSyncRequest& request, const Entity& entity,
                                            CrmServer& server);
// Hash of what decides which records the user may read, and of the policy.
[[nodiscard]] std::string RightsHash(const FullSyncRequest& request);

}  // namespace satchel
