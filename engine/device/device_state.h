// What a device writes down about itself in its database, so that the next process knows it.
#pragma once

#include <optional>
#include <string>

#include "engine/device/policy_source.h"
#include "engine/record/instant.h"
#include "engine/store/database.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel {

struct DeviceState {
  std::optional<Policy> policy = {};      // In force; nothing: never bound.
  std::string policy_tag = {};            // What PolicySource said of it.
  bool structure_pending = false;         // A newer one waits for a foreground sync.
  std::optional<DeviceMode> mode = {};    // As the user left it.
  std::optional<Instant> last_sync = {};  // The last that succeeded.
  std::string server = {};                // As it was given: a profile's name or an URL.
  std::string source = {};                // Where the policy comes from, as it was given.
  std::string project = {};
  std::string as = {};         // User id to read and write as; empty: whoever signs in.
  std::string user = {};       // Whose data it is.
  std::string user_name = {};  // As it was when the device was bound.
  bool foreground = false;     // A foreground sync runs, or died.
};

// Nothing of it there: an unbound device.
[[nodiscard]] Result<DeviceState> ReadDeviceState(Database& database);

// Inside the caller's transaction.
[[nodiscard]] Result<> WritePolicy(Database& database, const ArrivedPolicy& policy);
[[nodiscard]] Result<> WriteMode(Database& database, DeviceMode mode);
[[nodiscard]] Result<> WriteLastSync(Database& database, Instant at);
[[nodiscard]] Result<> WriteStructurePending(Database& database, bool pending);
[[nodiscard]] Result<> WriteForeground(Database& database, bool running);
// Server, source, project, as and user_name.
[[nodiscard]] Result<> WriteBinding(Database& database, const DeviceState& state);

}  // namespace satchel
