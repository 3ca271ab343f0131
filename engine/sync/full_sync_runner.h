// Runs a full sync: one thread fetches and parses, another writes, a short queue between.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "engine/sync/full_sync_plan.h"

namespace satchel {

struct SyncProgress {
  enum class Step : std::uint8_t { kUploading, kDownloading, kIndexing, kPublishing, kNotice };
  Step step = Step::kDownloading;
  std::string entity = {};
  std::size_t index = 0;  // Of the entities that are kept offline.
  std::size_t count = 0;
  std::int64_t records = 0;  // Of this entity: received; once done: kept. kUploading: settled.
  std::int64_t total_records = 0;  // Of the whole sync. kUploading: to be sent.
  std::int64_t bytes = 0;          // On the wire, of the whole sync.
  bool entity_done = false;
  std::string notice = {};  // kNotice: what the server makes us wait for.
};
// Called on the thread that called RunFullSync.
using SyncSink = std::function<void(const SyncProgress&)>;

struct EntityOutcome {
  std::string name = {};
  std::int64_t records = 0;
  std::int64_t matched = 0;  // Before max_records.
  bool filtered_on_device = false;
  std::vector<std::string> unexpressed = {};  // Why.
  std::vector<std::string> helpers = {};      // Linked entities read to finish the filter.
  std::int64_t bytes = 0;
  int requests = 0;
  double seconds = 0;  // From its first request to its last key table.
  LocalTable table = {};
};

struct FullSyncOutcome {
  std::vector<EntityOutcome> entities = {};  // Those kept offline, in the policy's order.
  // It went on where an interrupted run had stopped, and what happened on the server since that one
  // began could not be read: the next sync brings it. Why.
  std::optional<Error> behind = {};
};

// Fills `database` (opened by the caller, used by nobody else meanwhile) with what the policy keeps
// offline. Goes on where an interrupted run stopped. On failure the published content is as before;
// kCancelled within 100 ms of `stop`.
[[nodiscard]] Result<FullSyncOutcome> RunFullSync(const FullSyncRequest& request, CrmServer& server,
                                                  Database& database, const SyncSink& sink,
                                                  std::stop_token stop);

}  // namespace satchel
