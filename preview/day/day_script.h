// A day in the life of one device, as a script of events (docs/command-line.md, simulate-day).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/device/modes.h"
#include "policy/check/finding.h"
#include "policy/model/policy.h"
#include "policy/support/mark.h"
#include "policy/support/units.h"

namespace satchel {

struct DayEvent {
  enum class Kind : std::uint8_t {
    kStart,         // The app starts; what was not sent before is on the device still.
    kStop,          // It is closed.
    kReturn,        // It comes back from the background.
    kSave,          // The user saves a record.
    kOpenEdit,      // The user opens a record for editing …
    kCloseEdit,     // … and saves or leaves it.
    kServerChange,  // Somebody else changes a record on the server.
    kConnection,    // Unmetered.
    kMetered,
    kNoConnection,
    kSync,  // The sync button.
    kGoOnline,
    kGoOffline,
    kServerFails,  // From now on every sync fails …
    kServerWorks,  // … until now.
    kPublish,      // Another policy is published.
  };
  Seconds at = {};  // Since midnight.
  Kind kind = Kind::kStart;
  std::string entity = {};                  // kSave, kServerChange; empty: the policy's first.
  modes::Choice answer = {};                // kGoOnline, kGoOffline: to the question, if it comes.
  bool structural = true;                   // kPublish.
  std::optional<Seconds> retry_after = {};  // kServerFails: what the server asks for.
  Mark mark = {};
  friend bool operator==(const DayEvent&, const DayEvent&) = default;
};
[[nodiscard]] std::string_view Name(DayEvent::Kind kind);  // "start", "open-edit" …

struct DayScript {
  std::vector<DayEvent> events = {};      // By time.
  std::optional<Seconds> last_sync = {};  // How long before midnight; nothing: never.
  Seconds sync_takes = Seconds(20);
  Seconds until = std::chrono::hours(24);  // Since midnight.
  std::uint64_t seed = 1;                  // Of the jitter.
  friend bool operator==(const DayScript&, const DayScript&) = default;
};

struct ReadDay {
  DayScript script = {};
  std::vector<Finding> findings = {};  // Any error: the script is not to be used.
};
[[nodiscard]] ReadDay ParseDayScript(std::string_view yaml);
// Whether the policy has what the events speak of.
[[nodiscard]] std::vector<Finding> CheckDayScript(const DayScript& script, const Policy& policy);
// A working day with a bit of everything.
[[nodiscard]] DayScript UsualDay(const Policy& policy);
// "07:30", "07:30:15".
[[nodiscard]] std::optional<Seconds> ParseTimeOfDay(std::string_view text);
[[nodiscard]] std::string PrintTimeOfDay(Milliseconds since_midnight);  // "07:30:15"

}  // namespace satchel
