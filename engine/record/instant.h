// Moments and dates as integers, exact to what servers send.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace satchel {

// 100-nanosecond ticks since 1970-01-01T00:00:00Z: the finest an OData service declares
// (Edm.DateTimeOffset, Precision 7). For wall-clock readings (datetime_tzi) the same count with the
// reading taken as if it were UTC.
struct Instant {
  std::int64_t ticks = 0;
  friend auto operator<=>(const Instant&, const Instant&) = default;
};
inline constexpr std::int64_t kTicksPerSecond = 10'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kTicksPerDay = kSecondsPerDay * kTicksPerSecond;

// The present by the system's clock. What is tested asks a clock it was given.
[[nodiscard]] Instant SystemNow();

// Days since 1970-01-01.
struct Day {
  std::int64_t days = 0;
  friend auto operator<=>(const Day&, const Day&) = default;
};

// A date and time as written, before its offset is applied.
struct Reading {
  std::int64_t ticks = 0;                   // As if the text were UTC.
  std::optional<std::int64_t> offset = {};  // Ticks east of UTC; nothing when none is written.
  bool has_time = false;                    // False: a bare date.
};

// The forms of ParseInstant.
[[nodiscard]] std::optional<Reading> ParseReading(std::string_view text);

// ISO 8601: "2024-05-31T12:00:00Z", "…12:00:00.123+02:00", "…T12:00Z"; without an offset the text
// is taken as UTC; a bare date is its midnight. Nothing for anything else, nor for impossible
// dates.
[[nodiscard]] std::optional<Instant> ParseInstant(std::string_view text);
// "2024-05-31"; a time part after it is accepted and ignored.
[[nodiscard]] std::optional<Day> ParseDay(std::string_view text);

// "2024-05-31T12:00:00Z", with as many decimals as needed.
[[nodiscard]] std::string ToString(Instant instant);
// "2024-05-31"
[[nodiscard]] std::string ToString(Day day);

}  // namespace satchel
