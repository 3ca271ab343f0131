// One sync as a whole: upload what was changed here, then download what changed there.
#pragma once

#include <stop_token>

#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/sync_outcome.h"

namespace satchel {

struct SyncRequest {
  FullSyncRequest what = {};  // Policy, schema, moment, user.
  SyncStyle style = SyncStyle::kForeground;
  bool full = false;         // Every entity is read again.
  bool upload_only = false;  // Before a migration.
};

// Never fails as a call: what failed is in the outcome, and what was published before stays.
[[nodiscard]] SyncOutcome RunSync(const SyncRequest& request, CrmServer& server, Database& database,
                                  const SyncSink& sink, std::stop_token stop);

}  // namespace satchel
