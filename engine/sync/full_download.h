// Reads entities in full into staging, for whoever publishes them.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "engine/store/publish.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/mark_book.h"

namespace satchel {

struct StagedDownload {
  FullSyncOutcome outcome = {};
  std::vector<Publication::Staged> staged = {};  // As outcome.entities.
  bool resumed = false;  // Part of it was downloaded by an earlier sync, and is as old as that.
  std::int64_t total_records = 0;
  std::int64_t bytes = 0;
};

// The entities of the policy that `only` names. Goes on where an interrupted run stopped. On
// failure nothing has changed but what is staged.
[[nodiscard]] Result<StagedDownload> DownloadInFull(const FullSyncRequest& request,
                                                    const std::vector<std::string>& only,
                                                    MarkBook& marks, CrmServer& server,
                                                    Database& database, const SyncSink& sink,
                                                    std::stop_token stop);

}  // namespace satchel
