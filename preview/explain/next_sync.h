// What a device that is up to date would notice of a record that comes or goes, by the engine's own
// rules.
#pragma once

#include <optional>
#include <vector>

#include "engine/server/crm_server.h"
#include "engine/sync/full_sync_plan.h"
#include "policy/support/result.h"
#include "preview/explain/explain.h"
#include "preview/explain/filter_trace.h"

namespace satchel {

struct NextSyncSubject {
  const FullSyncRequest& sync;
  const Entity& entity;  // Of sync.policy.
  CrmServer& server;
  // The record; absent where it cannot be read: then nothing is said of when a date moves it.
  const TraceSubject* record = nullptr;
  std::size_t row = 0;
};

[[nodiscard]] Result<std::vector<NextSyncNote>> NextSyncNotes(const NextSyncSubject& subject);
// kFailed: something would never be noticed.
[[nodiscard]] ExplainGate NextSyncGate(const std::vector<NextSyncNote>& notes);

}  // namespace satchel
