// The typical day: the script of its events, and what the draft's triggers make of it.
#pragma once

#include <cstdint>
#include <optional>

#include "preview/day/day.h"

namespace satchel {

struct DayState {
  std::optional<DayScript> script = {};  // Nothing: the usual day of the draft.
  // Of the draft and script that `day` is about.
  std::int64_t serial = -1;
  DayScript simulated = {};
  std::optional<SimulatedDay> day = {};
  bool running = false;
};

}  // namespace satchel
