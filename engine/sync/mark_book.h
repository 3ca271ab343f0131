// High-water marks noted during one sync: each entity's once, however many filters look at it.
#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>

#include "engine/server/crm_server.h"
#include "engine/sync/full_sync_plan.h"

namespace satchel {

class MarkBook {
 public:
  // All outlive this.
  MarkBook(const FullSyncRequest& request, CrmServer& server)
      : request_(request), server_(server) {}

  // What was noted earlier in this sync is as good: a mark may be too old, never too new. Adds what
  // it cost.
  [[nodiscard]] Result<HighWater> Note(const std::string& entity, int& requests,
                                       std::int64_t& bytes, std::stop_token stop);

 private:
  const FullSyncRequest& request_;
  CrmServer& server_;
  std::map<std::string, HighWater, std::less<>> noted_ = {};
};

}  // namespace satchel
