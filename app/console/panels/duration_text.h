// Durations and network speeds as fields show them, and whatever people write for them. The policy
// file has its own, shorter way to write them (policy/support/units.h), which is taken, too.
#pragma once

#include <string>

#include "policy/support/units.h"

namespace satchel {

// "15 min", "15m", "15 minutes"; "90 s", "24 h", "7 days". Whole, positive numbers.
[[nodiscard]] Result<Seconds> ReadDuration(const std::string& text);
// "10 Mbit/s", "10 Mbps", "10mbit".
[[nodiscard]] Result<std::int64_t> ReadBandwidth(const std::string& text);
// "60 ms", or any duration.
[[nodiscard]] Result<Milliseconds> ReadLatency(const std::string& text);

}  // namespace satchel
