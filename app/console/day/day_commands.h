// What the operator can do with the typical day of the Triggers screen.
#pragma once

#include <string>

#include "preview/day/day_script.h"

namespace satchel {

struct WantDay {
};  // The screen shows it: simulate what the draft makes of it, unless that is known.
struct EditDay {
  DayScript script = {};
};
struct ResetDay {};  // The usual day again.

}  // namespace satchel
