// Runs an incremental sync: what changed on the server since the last sync, and where it is due a
// sweep of what should be here. Everything becomes visible in one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/overlay.h"
#include "engine/sync/full_sync_runner.h"

namespace satchel {

struct IncrementalRequest {
  FullSyncRequest what = {};
  // Sweep every entity, whatever the policy says.
  bool sweep = false;
  // Leave entities that would have to be read in full as they are.
  bool only_followed = false;
  // It follows another read in the same sync.
  bool catches_up = false;
  // What the upload of the same sync wrote (ForgetWritten).
  IdsByEntity just_written = {};
};

// What became of one entity.
struct EntityChange {
  std::string name = {};
  bool full = false;
  std::string why = {};  // "since row version 1234, …": which way was taken, and why.
  bool swept = false;
  std::string sweep_why = {};  // Why it was swept, or why not.
  std::int64_t received = 0;   // Rows, sweeps not among them.
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  std::int64_t kept = 0;     // On the device afterwards.
  std::int64_t pending = 0;  // Stay although the filter no longer keeps them: not uploaded yet.
  int requests = 0;
  std::int64_t bytes = 0;
  double seconds = 0;
  std::vector<std::string> warnings = {};
  // Why the entity is as it was before, for good reasons that will not pass by themselves (no
  // right to read it, no such entity). The others were published.
  std::optional<Error> error = {};
};

struct IncrementalOutcome {
  std::vector<EntityChange> entities = {};  // Those kept offline, in the policy's order.
};

// An entity without a usable cursor is read in full. On failure nothing has changed, except that
// what was downloaded of entities read in full is kept for the next try. One thread; server calls
// happen on the caller's, and no transaction is open during them.
[[nodiscard]] Result<IncrementalOutcome> RunIncremental(const IncrementalRequest& request,
                                                        CrmServer& server, Database& database,
                                                        const SyncSink& sink, std::stop_token stop);

}  // namespace satchel
