// Carries out an upload: sends the outbox, settles the answers. One thread; short transactions,
// none across a request, so that users go on editing on their own connection.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/overlay.h"
#include "engine/sync/full_sync_runner.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct UploadRequest {
  Policy policy = {};      // For its conflict rules.
  Schema schema = {};      // The server's, of every entity of the policy.
  Identity identity = {};  // Who the server says we are, asked in this sync.
  FilterContext context = {};
  std::string as = {};  // User id to write as; empty: the signed-in user.
};

struct UploadOutcome {
  std::int64_t sent = 0;       // Acknowledged.
  std::int64_t conflicts = 0;  // Left for the user.
  std::int64_t dropped = 0;    // The server's version won.
  std::int64_t parked = 0;     // Refused for good.
  std::int64_t waiting = 0;  // Still to be sent: later edits, "try later", what depends on others.
  int requests = 0;
  IdsByEntity written = {};  // Whose changes were acknowledged.
  std::vector<std::string> warnings = {};
  // Why it ended before its end; nothing is lost, the next upload goes on. kDenied: the database is
  // somebody else's, or the server no longer knows us.
  std::optional<Error> stopped = {};
};

[[nodiscard]] UploadOutcome RunUpload(const UploadRequest& request, CrmServer& server,
                                      Database& database, const SyncSink& sink,
                                      std::stop_token stop);

}  // namespace satchel
