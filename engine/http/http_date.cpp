#include "engine/http/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "policy/support/text.h"

namespace satchel {

namespace {

using std::chrono::system_clock;

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<system_clock::time_point> ParseHttpDate(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::vector<std::string_view> words = Split(text, ' ');
  if (words.size() != 6 || words[5] != "GMT") return std::nullopt;
  const auto day = Number(words[1]);
  const auto month = std::find(kMonths.begin(), kMonths.end(), words[2]);
  const auto year = Number(words[3]);
  const std::vector<std::string_view> time = Split(words[4], ':');
  if (!day || month == kMonths.end() || !year || time.size() != 3) return std::nullopt;
  const auto hour = Number(time[0]);
  const auto minute = Number(time[1]);
  const auto second = Number(time[2]);
  if (!hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(*year),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  const bool possible = date.ok() && *year <= 9999 && *hour >= 0 && *hour < 24 && *minute >= 0 &&
                        *minute < 60 && *second >= 0 && *second <= 60;
  // The system clock counts nanoseconds, which end in 2262.
  if (!possible) return std::nullopt;
  if (*year > 2261) return system_clock::time_point::max();
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace satchel
