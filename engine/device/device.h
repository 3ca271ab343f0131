// One device: its database kept true to a policy. Passive and single-threaded: whoever owns it
// tells it what happens (On), asks when it wants to be woken (NextWake) and lets it work (Step).
// DeviceThread does so in production, the simulation by hand.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/device/device_state.h"
#include "engine/device/event_log.h"
#include "engine/device/modes.h"
#include "engine/device/policy_source.h"
#include "engine/device/scheduler.h"
#include "engine/device/world.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/tuning.h"
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
  bool one_thread = false;  // Syncs start no thread, so that a simulation can steer them.
  // How much longer the server asked to be left alone, after a sync or a poll; absent: never.
  std::function<std::optional<Seconds>()> asked_to_wait = {};
  std::int64_t copied_rows = kMostRowsCopied;  // As FullSyncRequest has it.
};

// How the world hears of a device. Each is called on the thread that calls the device, never with a
// transaction open, and may be empty.
struct DeviceListener {
  std::function<void(const DeviceEvent&)> event = {};
  SyncSink progress = {};
  // The question of a mode rule; absent: stay.
  std::function<modes::Choice(const modes::Ask&)> ask = {};
  std::function<void(const SyncOutcome&)> outcome = {};
};

// How a device that has no policy yet gets one; a bound device ignores it.
struct DeviceBinding {
  std::string server = {};   // As it was given; kept for the next process.
  std::string source = {};   // Likewise.
  std::string project = {};  // Likewise.
  std::string as = {};       // User id, domain name or e-mail; empty: the signed-in user.
};

class Device {
 public:
  // Reads what an earlier process left. The first time it fetches the policy and binds the database
  // to (organisation, user), which needs a connection; later it sends nothing.
  [[nodiscard]] static Result<std::unique_ptr<Device>> Open(const DeviceParts& parts,
                                                            const DeviceBinding& binding,
                                                            DeviceListener listener,
                                                            std::stop_token stop);

  // The app starts: on_start, and what an earlier process left undone.
  void Start();
  // It ends; only written down.
  void Stop();
  // What happens around it; cheap, sends nothing.
  void On(const schedule::Event& event);
  // Looks at the clock and the connection, and carries out at most one sync or poll. False: there
  // was nothing to do. Fails only when the local database does; a sync that failed is an outcome.
  [[nodiscard]] Result<bool> Step(std::stop_token stop);
  // When Step has something to do without anything happening; nothing: only an event leads on.
  [[nodiscard]] std::optional<UptimePoint> NextWake() const;

  struct ByHand {
    std::optional<SyncStyle> style = {};  // Absent: sync.style.
    bool full = false;                    // Everything is read again.
    bool sweep = false;                   // Everything is swept.
  };
  // The sync button. What keeps it from running now is the outcome's error.
  [[nodiscard]] SyncOutcome Synchronize(const ByHand& how, std::stop_token stop);
  // By the policy's rule: asks, synchronises, switches. The sentence says how it ended.
  [[nodiscard]] Result<modes::Tell> Switch(DeviceMode to, std::stop_token stop);

  // Another process may have switched the mode or brought a policy.
  [[nodiscard]] Result<> Refresh();

  [[nodiscard]] DeviceMode mode() const { return modes_.mode(); }
  [[nodiscard]] const Policy& policy() const { return *state_.policy; }
  [[nodiscard]] const DeviceState& state() const { return state_; }
  [[nodiscard]] const schedule::Scheduler& scheduler() const { return scheduler_; }

 private:
  Device(const DeviceParts& parts, DeviceState state, DeviceListener listener);

  void Feed(const schedule::Event& event);
  void Log(DeviceEvent::Kind kind, std::string text, std::string trigger = {});
  void LookAround();  // The connection.
  [[nodiscard]] SyncOutcome Run(const schedule::Sync& sync, const ByHand& how,
                                std::stop_token stop);
  [[nodiscard]] schedule::Polled Ask(const schedule::Poll& poll, std::stop_token stop);
  [[nodiscard]] Result<bool> Changed(const std::string& entity, const Schema& schema,
                                     std::stop_token stop);
  // The sync that `trigger` asks for, at once.
  [[nodiscard]] SyncOutcome RunNow(Trigger trigger, const ByHand& how, std::stop_token stop);
  void Keep(Result<> written);
  [[nodiscard]] modes::Facts Facts();

  DeviceParts parts_;
  DeviceState state_;
  DeviceListener listener_;
  modes::Machine modes_;
  schedule::Scheduler scheduler_;
  std::deque<schedule::Action> due_ = {};  // Sync and Poll only.
  std::string suppressed_ = {};            // The last reason.
  Reach reach_ = Reach::kNone;             // As the scheduler knows it.
  Result<> broken_ = {};                   // The local database failed.
};

}  // namespace satchel
