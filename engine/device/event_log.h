// What a device did and did not do, in its own database: bounded, oldest first out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/record/instant.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel {

struct DeviceEvent {
  enum class Kind : std::uint8_t {
    kStarted,     // The device began to run.
    kSync,        // A sync began; `text` says why and how.
    kSynced,      // It succeeded.
    kFailed,      // It did not; `text` says why.
    kSuppressed,  // A trigger led to no sync; `text` says why.
    kPolicy,      // Another policy arrived, or waits for a foreground sync.
    kMode,        // A mode switch, or why there was none.
    kConflict,    // Conflicts wait for the user.
    kConnection,  // The connection came or went.
    kStopped,
    kSettled,  // The user decided about a change that waited for it.
  };
  std::int64_t seq = 0;  // Grows; set by the log.
  Instant at = {};       // By the device's calendar.
  Kind kind = Kind::kStarted;
  std::string trigger = {};  // Name(Trigger), several separated by ", "; empty: none.
  std::string text = {};     // A sentence.
  friend bool operator==(const DeviceEvent&, const DeviceEvent&) = default;
};
[[nodiscard]] std::string_view Name(DeviceEvent::Kind kind);  // "started", "sync", …

// Beyond it the oldest go.
inline constexpr std::int64_t kMostDeviceEvents = 2'000;

[[nodiscard]] Result<> LogEvent(Database& database, const DeviceEvent& event);
// The newest `most`, oldest of them first.
[[nodiscard]] Result<std::vector<DeviceEvent>> ReadEvents(Database& database, std::int64_t most);

}  // namespace satchel
