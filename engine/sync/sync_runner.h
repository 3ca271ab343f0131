// One sync as a whole: upload what was changed here, then download what changed there.
#pragma once

#include <stop_token>
#include <string>

#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/sync_outcome.h"

namespace satchel {

struct SyncRequest {
  FullSyncRequest what = {};  // Policy, schema, moment, user, rights.
  Identity identity = {};     // Who the server says we are.
  bool full = false;          // Every entity is read again.
  bool sweep = false;         // Every entity is swept.
};

// Never fails as a call: what failed is in the outcome, and what was published before stays. An
// upload that ends early does not hold up the download, unless there is no server to download from.
void RunUploadPart(const SyncRequest& request, CrmServer& server, Database& database,
                   const SyncSink& sink, std::stop_token stop, SyncOutcome& outcome);
void RunDownloadPart(const SyncRequest& request, CrmServer& server, Database& database,
                     const SyncSink& sink, std::stop_token stop, SyncOutcome& outcome);
// Both.
[[nodiscard]] SyncOutcome RunSync(const SyncRequest& request, CrmServer& server, Database& database,
                                  const SyncSink& sink, std::stop_token stop);

}  // namespace satchel
