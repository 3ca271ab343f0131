// Dates as HTTP headers write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace satchel {

// "Sun, 06 Nov 1994 08:49:37 GMT", the one form of RFC 9110 that servers may send; nothing for
// anything else. Years after 2261, where the system clock ends, are its last moment.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> ParseHttpDate(
    std::string_view text);

}  // namespace satchel
