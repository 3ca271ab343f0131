// The real scheduler and the real mode machine on a simulated clock: what a policy's triggers and
// rules make of a day.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/policy.h"
#include "preview/day/day_script.h"

namespace satchel {

struct DayRow {
  enum class Kind : std::uint8_t {
    kEvent,       // Of the script.
    kSync,        // A sync begins.
    kSynced,      // It succeeded.
    kFailed,      // It did not.
    kSuppressed,  // A trigger led to no sync now.
    kAsked,       // The user was asked; `text` holds question and answer.
    kMode,        // A mode switch, or why there was none.
    kRefused,     // The user could not do it.
    kPolled,      // A poll that found something, or failed.
  };
  Milliseconds at = {};  // Since midnight.
  Kind kind = Kind::kEvent;
  std::string trigger = {};  // Several separated by ", ".
  std::optional<SyncStyle> style = {};
  std::string text = {};
  friend bool operator==(const DayRow&, const DayRow&) = default;
};
[[nodiscard]] std::string_view Name(DayRow::Kind kind);  // "event", "sync" …

struct DayTotals {
  int foreground = 0;  // Syncs begun.
  int background = 0;
  int failed = 0;
  int suppressed = 0;
  int questions = 0;
  int refused = 0;
  int polls = 0;
  Seconds blocked = {};  // In which nobody could edit.
  friend bool operator==(const DayTotals&, const DayTotals&) = default;
};

struct SimulatedDay {
  std::vector<DayRow> rows = {};
  std::vector<DayTotals> hours = {};  // [7]: from 07:00 to 08:00. A sync counts where it begins.
  DayTotals totals = {};
  int unsent = 0;  // Saves still on the device at the end.
};

[[nodiscard]] SimulatedDay SimulateDay(const Policy& policy, const DayScript& script);

}  // namespace satchel
