// One sync of a device from end to end: who we are, which policy is in force, upload, migration,
// download. The device's scheduler decides when; this is how.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "engine/device/device_state.h"
#include "engine/device/policy_source.h"
#include "engine/device/world.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/tuning.h"
#include "engine/sync/sync_outcome.h"
#include "engine/sync/sync_runner.h"

namespace satchel {

// What decides what the user may read, as FullSyncRequest::rights wants it. Empty where the server
// does not tell roles.
[[nodiscard]] std::string RightsOf(CrmServer& server, const std::string& user_id,
                                   std::stop_token stop);

struct DeviceSyncRequest {
  SyncStyle style = SyncStyle::kForeground;
  bool full = false;
  bool sweep = false;
  bool one_thread = false;
  std::int64_t copied_rows = kMostRowsCopied;
};

// `told` hears what happens to the policy, one sentence each.
class DeviceSync {
 public:
  DeviceSync(Database& database, CrmServer& server, PolicySource& policies, Clock& clock)
      : database_(database), server_(server), policies_(policies), clock_(clock) {}

  // Never fails as a call. `state` follows what was written down.
  [[nodiscard]] SyncOutcome Run(const DeviceSyncRequest& request, DeviceState& state,
                                const std::function<void(const std::string&)>& told,
                                const SyncSink& sink, std::stop_token stop);
  // The first time: fetches the policy, binds the database to (organisation, user), makes its
  // tables. `as` is a user id, domain name or e-mail; empty: the signed-in user.
  [[nodiscard]] Result<> Bind(const std::string& as, DeviceState& state, std::stop_token stop);

 private:
  struct Arrival;
  [[nodiscard]] Result<Identity> Connect(const DeviceState& state, std::stop_token stop);
  [[nodiscard]] Result<SyncRequest> Prepare(const Policy& policy, const DeviceState& state,
                                            const Identity& identity,
                                            const DeviceSyncRequest& request, std::stop_token stop);
  [[nodiscard]] Result<> Adopt(const ArrivedPolicy& arrived, const Schema& schema, bool migrate,
                               DeviceState& state,
                               const std::function<void(const std::string&)>& told);

  Database& database_;
  CrmServer& server_;
  PolicySource& policies_;
  Clock& clock_;
};

}  // namespace satchel
