// Durations, sizes and bandwidths as people write them in a policy: 90s 15m 24h 7d · 2 MB · 10mbit.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

using Seconds = std::chrono::seconds;
using Milliseconds = std::chrono::milliseconds;

// "90s", "15m", "24h", "7d"; whole, positive numbers. The error names the accepted forms.
[[nodiscard]] Result<Seconds> ParseDuration(std::string_view text);
// The shortest exact form: 900 s is "15m", 90 s is "90s", 86 400 s is "24h", 604 800 s is "7d".
[[nodiscard]] std::string PrintDuration(Seconds duration);

// "60ms" or any duration.
[[nodiscard]] Result<Milliseconds> ParseLatency(std::string_view text);
[[nodiscard]] std::string PrintLatency(Milliseconds latency);

// "512", "2 KB", "2MB", "1 GB"; powers of 1024. Fractions ("1.5 MB") only where exact in bytes.
[[nodiscard]] Result<std::int64_t> ParseSize(std::string_view text);
// The largest unit that divides it exactly: "2 MB", "1536 KB", "100 B" prints as "100".
[[nodiscard]] std::string PrintSize(std::int64_t bytes);

// "10mbit", "512kbit", "1gbit"; powers of 1000, bits per second.
[[nodiscard]] Result<std::int64_t> ParseBandwidth(std::string_view text);
[[nodiscard]] std::string PrintBandwidth(std::int64_t bits_per_second);

// As they are read, where Print… is as they are written: "15 min", "24 h", "7 days" · "10 Mbit/s" ·
// "60 ms". Exact, too.
[[nodiscard]] std::string SpokenDuration(Seconds duration);
[[nodiscard]] std::string SpokenBandwidth(std::int64_t bits_per_second);
[[nodiscard]] std::string SpokenLatency(Milliseconds latency);

// For tables and labels, rounded: "9.8 MB", "512 B".
[[nodiscard]] std::string HumanSize(std::int64_t bytes);
// "3.2 s", "4 min 10 s", "120 ms".
[[nodiscard]] std::string HumanDuration(std::chrono::duration<double> duration);
// "14 480", with U+2009 thin spaces between groups of three.
[[nodiscard]] std::string HumanCount(std::int64_t count);
// The same of a number as it is written, "10000.50"; what is no such number stays as it is.
[[nodiscard]] std::string HumanNumber(std::string_view written);
// "1 record", "14 480 records".
[[nodiscard]] std::string Counted(std::size_t count, const std::string& one,
                                  const std::string& many);

}  // namespace satchel
