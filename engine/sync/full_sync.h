// A full sync: everything a policy keeps, downloaded into staging and published at once.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct SyncedEntity {
  std::string name = {};
  std::int64_t records = 0;
  std::int64_t matched = 0;  // Before max_records.
  std::int64_t bytes_downloaded = 0;
  int requests = 0;
  double seconds = 0;
  bool filtered_on_device = false;
  std::vector<std::string> unexpressed =
      {};  // What the server could not be asked, one sentence each.
};

struct SyncProgress {
  std::string entity = {};
  std::size_t index = 0;
  std::size_t count = 0;
  std::string step = {};
  std::int64_t records = 0;
  std::int64_t total_records = 0;
  std::int64_t bytes = 0;
  bool entity_done = false;
};

struct FullSyncRequest {
  const Policy& policy;
  const Schema& schema;  // Of every entity the policy's queries name.
  FilterContext context = {};
  std::string as = {};  // User id to read as; empty: the signed-in user.
};

// Downloads every offline entity in the policy's order. Nothing is visible to readers of the
// database before the one transaction that publishes all of it. `stop` ends it with kCancelled.
[[nodiscard]] Result<std::vector<SyncedEntity>> RunFullSync(
    const FullSyncRequest& request, CrmServer& server, Database& database,
    const std::function<void(const SyncProgress&)>& progress, std::stop_token stop);

}  // namespace satchel
