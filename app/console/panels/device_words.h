// What the device lab calls things: triggers, states of records, events of the timeline.
#pragma once

#include <string>

#include "app/console/lab/phone_view.h"
#include "app/console/theme.h"

namespace satchel {

// "10:42", in the local zone.
[[nodiscard]] std::string ClockTime(Instant moment);
// "Tue 25 Nov", in the local zone.
[[nodiscard]] std::string CalendarDay(Instant moment);
// "in 14 min", "in 3 s", "now".
[[nodiscard]] std::string Until(Instant due, Instant now);

// What the engine calls on_start or every, as people say it after "because of".
[[nodiscard]] std::string TriggerWords(const std::string& triggers);
// What a scheduler waits for: "every 15m" → "The schedule, every 15 min".
[[nodiscard]] std::string WaitWords(const std::string& wait);
// Why it did not begin: "…, and on_start skips within 15m" → "…, and a start skips within 15 min".
[[nodiscard]] std::string ReasonWords(const std::string& reason);

struct StateLook {
  const char* words = "";
  const char* icon = nullptr;
  const Tone* tone = nullptr;
};
[[nodiscard]] StateLook LookOf(RowState state, const Theme& theme);
[[nodiscard]] StateLook LookOf(const PhoneChange& change, const Theme& theme);

// One line of the timeline.
struct EventWords {
  std::string title = {};
  std::string text = {};
  const char* icon = nullptr;
  const Tone* tone = nullptr;
};
[[nodiscard]] EventWords WordsOf(const DeviceEvent& event, const Theme& theme);

}  // namespace satchel
