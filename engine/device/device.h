// One device: its database kept true to a policy. Passive and single-threaded: whoever owns it
// tells it what happens (On), asks when it wants to be woken (NextWake) and lets it work (Step).
// DeviceThread does so in production, the simulation by hand.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/device/event_log.h"
#include "engine/device/modes.h"
#include "engine/device/policy_source.h"
#include "engine/device/scheduler.h"
#include "engine/device/world.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/sync_outcome.h"

namespace satchel {

// All must outlive the device. The database is the device's own connection; edits use another one.
struct DeviceParts {
  Database& database;
  CrmServer& server;
  PolicySource& policies;
  Clock& clock;
  Random& random;
  Connectivity& connectivity;
  SyncLock& lock;
};

// How the world hears of a device. Each is called on the thread that calls Step or Switch, never
// with a transaction open, and may be empty.
struct DeviceListener {
  std::function<void(const DeviceEvent&)> event = {};
  SyncSink progress = {};
  // The question of a mode rule; absent: stay.
  std::function<modes::Choice(const modes::Ask&)> ask = {};
  std::function<void(const SyncOutcome&)> outcome = {};
};

struct DeviceIdentity {
  std::string as = {};  // User id to read and write as; empty: the signed-in user.
};

class Device {
 public:
  // Reads what an earlier process left. Fetches the policy when there is none yet, which needs a
  // connection; binds the database to (organisation, user).
  [[nodiscard]] static Result<std::unique_ptr<Device>> Open(const DeviceParts& parts,
                                                            const DeviceIdentity& identity,
                                                            DeviceListener listener,
                                                            std::stop_token stop);

  // The app starts: on_start, and what an earlier process left undone.
  void Start();
  // What happens around it; cheap, sends nothing.
  void On(const schedule::Event& event);
  // Looks at the clock and the connection, and carries out at most one sync or poll. False: there
  // was nothing to do. Fails only when the local database does; a sync that failed is an outcome.
  [[nodiscard]] Result<bool> Step(std::stop_token stop);
  // When Step has something to do without anything happening; nothing: only an event leads on.
  [[nodiscard]] std::optional<UptimePoint> NextWake() const;

  // One sync at once, whatever the triggers say. `full`: everything is read again.
  [[nodiscard]] Result<SyncOutcome> Synchronize(SyncStyle style, bool full, std::stop_token stop);
  // By the policy's rule: asks, synchronises, switches. The sentence says how it ended.
  [[nodiscard]] Result<std::string> Switch(DeviceMode to, std::stop_token stop);

  [[nodiscard]] DeviceMode mode() const { return modes_.mode(); }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] const schedule::Scheduler& scheduler() const { return scheduler_; }

 private:
  Device(const DeviceParts& parts, const DeviceIdentity& identity, DeviceListener listener);

  DeviceParts parts_;
  DeviceIdentity identity_;
  DeviceListener listener_;
  Policy policy_ = {};
  modes::Machine modes_;
  schedule::Scheduler scheduler_;
  std::deque<schedule::Action> due_ = {};
  Reach reach_ = Reach::kNone;  // As the scheduler knows it.
};

}  // namespace satchel
