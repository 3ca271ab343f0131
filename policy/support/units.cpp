#include "policy/support/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "policy/support/text.h"

namespace satchel {

namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array<Unit, 4> kDurations = {{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 5> kSizes = {
    {{"GB", std::int64_t{1} << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}, {"", 1}}};
constexpr std::array<Unit, 4> kBandwidths = {
    {{"gbit", 1000000000}, {"mbit", 1000000}, {"kbit", 1000}, {"bit", 1}}};

// Number and unit; the number may have a fraction if the product is whole.
template <std::size_t N>
Result<std::int64_t> ParseWithUnit(std::string_view text, const std::array<Unit, N>& units,
                                   bool fractions, const std::string& forms) {
  const auto fail = [&] { return Fail(ErrorCode::kInvalid, Quoted(text) + " is not " + forms); };
  const std::string_view trimmed = Trim(text);
  std::size_t digits = 0;
  while (digits < trimmed.size() &&
         ((trimmed[digits] >= '0' && trimmed[digits] <= '9') || trimmed[digits] == '.')) {
    ++digits;
  }
  const std::string_view number = trimmed.substr(0, digits);
  const std::string unit_name(Trim(trimmed.substr(digits)));
  if (number.empty()) return fail();
  for (const Unit& unit : units) {
    if (LowerAscii(unit.name) != LowerAscii(unit_name)) continue;
    const std::size_t point = number.find('.');
    const std::string_view whole_text = number.substr(0, point);
    std::int64_t whole = 0;
    const auto parsed =
        std::from_chars(whole_text.data(), whole_text.data() + whole_text.size(), whole);
    if (parsed.ec != std::errc() || parsed.ptr != whole_text.data() + whole_text.size())
      return fail();
    if (whole > std::numeric_limits<std::int64_t>::max() / unit.factor) return fail();
    std::int64_t total = whole * unit.factor;
    if (point != std::string_view::npos) {
      const std::string_view fraction_text = number.substr(point + 1);
      if (!fractions || fraction_text.empty() || fraction_text.size() > 6) return fail();
      std::int64_t fraction = 0;
      const auto rest = std::from_chars(fraction_text.data(),
                                        fraction_text.data() + fraction_text.size(), fraction);
      if (rest.ec != std::errc() || rest.ptr != fraction_text.data() + fraction_text.size())
        return fail();
      std::int64_t divisor = 1;
      for (std::size_t i = 0; i < fraction_text.size(); ++i) divisor *= 10;
      if (fraction * unit.factor % divisor != 0) return fail();
      total += fraction * unit.factor / divisor;
    }
    return total;
  }
  return fail();
}

std::string Format(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

}  // namespace

Result<Seconds> ParseDuration(std::string_view text) {
  return ParseWithUnit(text, kDurations, false, "a duration (write 90s, 15m, 24h or 7d)")
      .map([](std::int64_t seconds) { return Seconds(seconds); });
}

std::string PrintDuration(Seconds duration) {
  const std::int64_t seconds = duration.count();
  // One day reads better as 24h, which is how the format's own examples write it.
  if (seconds == 86400) return "24h";
  for (const Unit& unit : kDurations) {
    if (seconds != 0 && seconds % unit.factor == 0) {
      return std::to_string(seconds / unit.factor) + std::string(unit.name);
    }
  }
  return "0s";
}

Result<Milliseconds> ParseLatency(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  if (trimmed.ends_with("ms")) {
    std::int64_t count = 0;
    const std::string_view number = Trim(trimmed.substr(0, trimmed.size() - 2));
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), count);
    if (number.empty() || parsed.ec != std::errc() || parsed.ptr != number.data() + number.size() ||
        count < 0) {
      return Fail(ErrorCode::kInvalid, Quoted(text) + " is not a latency (write 60ms or 1s)");
    }
    return Milliseconds(count);
  }
  return ParseDuration(text).map([](Seconds seconds) { return Milliseconds(seconds); });
}

std::string PrintLatency(Milliseconds latency) {
  if (latency.count() % 1000 == 0 && latency.count() != 0) {
    return PrintDuration(std::chrono::duration_cast<Seconds>(latency));
  }
  return std::to_string(latency.count()) + "ms";
}

Result<std::int64_t> ParseSize(std::string_view text) {
  return ParseWithUnit(text, kSizes, true, "a size (write 512, 2 KB, 2 MB or 1 GB)");
}

std::string PrintSize(std::int64_t bytes) {
  for (const Unit& unit : kSizes) {
    if (unit.factor > 1 && bytes != 0 && bytes % unit.factor == 0) {
      return std::to_string(bytes / unit.factor) + " " + std::string(unit.name);
    }
  }
  return std::to_string(bytes);
}

Result<std::int64_t> ParseBandwidth(std::string_view text) {
  return ParseWithUnit(text, kBandwidths, true, "a bandwidth (write 512kbit, 10mbit or 1gbit)");
}

std::string PrintBandwidth(std::int64_t bits_per_second) {
  for (const Unit& unit : kBandwidths) {
    if (bits_per_second != 0 && bits_per_second % unit.factor == 0) {
      return std::to_string(bits_per_second / unit.factor) + std::string(unit.name);
    }
  }
  return "0bit";
}

std::string SpokenDuration(Seconds duration) {
  const std::int64_t seconds = duration.count();
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kDay = 24 * kHour;
  if (seconds > kDay && seconds % kDay == 0) return std::to_string(seconds / kDay) + " days";
  if (seconds >= kHour && seconds % kHour == 0) return std::to_string(seconds / kHour) + " h";
  if (seconds >= 60 && seconds % 60 == 0) return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds) + " s";
}

std::string SpokenBandwidth(std::int64_t bits_per_second) {
  constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> kUnits = {
      {{1'000'000'000, " Gbit/s"}, {1'000'000, " Mbit/s"}, {1'000, " kbit/s"}}};
  for (const auto& [factor, unit] : kUnits) {
    if (bits_per_second != 0 && bits_per_second % factor == 0) {
      return std::to_string(bits_per_second / factor) + std::string(unit);
    }
  }
  return std::to_string(bits_per_second) + " bit/s";
}

std::string SpokenLatency(Milliseconds latency) {
  if (latency.count() % 1000 == 0 && latency.count() != 0) {
    return SpokenDuration(std::chrono::duration_cast<Seconds>(latency));
  }
  return std::to_string(latency.count()) + " ms";
}

std::string HumanSize(std::int64_t bytes) {
  for (const Unit& unit : kSizes) {
    if (unit.factor > 1 && bytes >= unit.factor) {
      const double value = static_cast<double>(bytes) / static_cast<double>(unit.factor);
      return Format(value < 100 ? "%.1f " : "%.0f ", value) + std::string(unit.name);
    }
  }
  return std::to_string(bytes) + " B";
}

std::string HumanDuration(std::chrono::duration<double> duration) {
  const double seconds = duration.count();
  if (seconds < 1) return Format("%.0f ms", seconds * 1000);
  if (seconds < 60) return Format("%.1f s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string HumanCount(std::int64_t count) {
  return HumanNumber(std::to_string(count));
}

std::string HumanNumber(std::string_view written) {
  constexpr std::string_view kThinSpace = "\xE2\x80\x89";
  constexpr std::string_view kDigits = "0123456789";
  std::string number(written);
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  const std::size_t end = std::min(number.find_first_not_of(kDigits, first), number.size());
  const bool fraction = end + 1 < number.size() && number[end] == '.' &&
                        number.find_first_not_of(kDigits, end + 1) == std::string::npos;
  if (end < number.size() && !fraction) return number;
  for (std::size_t at = end; at > first + 3;) {
    at -= 3;
    number.insert(at, kThinSpace);
  }
  return number;
}

std::string Counted(std::size_t count, const std::string& one, const std::string& many) {
  return HumanCount(static_cast<std::int64_t>(count)) + " " + (count == 1 ? one : many);
}

}  // namespace satchel
