#include "engine/record/instant.h"

#include <chrono>
#include <cstdio>

namespace satchel {

namespace {

// Proleptic Gregorian calendar, days since 1970-01-01; the era arithmetic of Howard Hinnant's
// published algorithm "days_from_civil".
std::int64_t DaysFromCivil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct Civil {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

Civil CivilFromDays(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month, day};
}

unsigned DaysInMonth(std::int64_t year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Reads digits off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<int> Digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text_[i] < '0' || text_[i] > '9') return std::nullopt;
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool Take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool done() const { return text_.empty(); }
  [[nodiscard]] std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

std::optional<Day> TakeDay(Reader& reader) {
  const auto year = reader.Digits(4);
  if (!year || !reader.Take('-')) return std::nullopt;
  const auto month = reader.Digits(2);
  if (!month || *month < 1 || *month > 12 || !reader.Take('-')) return std::nullopt;
  const auto day = reader.Digits(2);
  if (!day || *day < 1 ||
      *day > static_cast<int>(DaysInMonth(*year, static_cast<unsigned>(*month)))) {
    return std::nullopt;
  }
  return Day{DaysFromCivil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day))};
}

// Ticks since midnight as written, and the offset beside them.
std::optional<Reading> TakeTime(Reader& reader) {
  const auto hour = reader.Digits(2);
  if (!hour || *hour > 23 || !reader.Take(':')) return std::nullopt;
  const auto minute = reader.Digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  Reading reading;
  reading.has_time = true;
  reading.ticks = (*hour * 3600 + *minute * 60) * kTicksPerSecond;
  if (reader.Take(':')) {
    const auto second = reader.Digits(2);
    if (!second || *second > 59) return std::nullopt;
    reading.ticks += *second * kTicksPerSecond;
    if (reader.Take('.')) {
      std::int64_t unit = kTicksPerSecond;
      bool any = false;
      // Digits beyond the seventh are below a tick and dropped, as servers do.
      for (auto digit = reader.Digits(1); digit; digit = reader.Digits(1)) {
        unit /= 10;
        reading.ticks += *digit * unit;
        any = true;
      }
      if (!any) return std::nullopt;
    }
  }
  if (reader.done()) return reading;
  if (reader.Take('Z') || reader.Take('z')) {
    reading.offset = 0;
    return reading;
  }
  const bool east = reader.Take('+');
  if (!east && !reader.Take('-')) return std::nullopt;
  const auto offset_hours = reader.Digits(2);
  if (!offset_hours || *offset_hours > 14) return std::nullopt;
  reader.Take(':');
  const auto offset_minutes = reader.Digits(2);
  if (!offset_minutes || *offset_minutes > 59) return std::nullopt;
  const std::int64_t offset = (*offset_hours * 3600 + *offset_minutes * 60) * kTicksPerSecond;
  reading.offset = east ? offset : -offset;
  return reading;
}

}  // namespace

Instant SystemNow() {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, kTicksPerSecond>>;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Ticks>(since_epoch).count()};
}

std::optional<Reading> ParseReading(std::string_view text) {
  Reader reader(text);
  const auto day = TakeDay(reader);
  if (!day) return std::nullopt;
  const std::int64_t midnight = day->days * kSecondsPerDay * kTicksPerSecond;
  if (reader.done()) return Reading{midnight, std::nullopt, false};
  if (!reader.Take('T') && !reader.Take('t') && !reader.Take(' ')) return std::nullopt;
  auto reading = TakeTime(reader);
  if (!reading || !reader.done()) return std::nullopt;
  reading->ticks += midnight;
  return reading;
}

std::optional<Instant> ParseInstant(std::string_view text) {
  const auto reading = ParseReading(text);
  if (!reading) return std::nullopt;
  return Instant{reading->ticks - reading->offset.value_or(0)};
}

std::optional<Day> ParseDay(std::string_view text) {
  Reader reader(text);
  const auto day = TakeDay(reader);
  if (!day) return std::nullopt;
  if (reader.done()) return day;
  if (!ParseReading(text)) return std::nullopt;
  return day;
}

std::string ToString(Day day) {
  const Civil civil = CivilFromDays(day.days);
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04lld-%02u-%02u", static_cast<long long>(civil.year),
                civil.month, civil.day);
  return buffer;
}

std::string ToString(Instant instant) {
  std::int64_t days = instant.ticks / kTicksPerDay;
  std::int64_t ticks = instant.ticks % kTicksPerDay;
  if (ticks < 0) {
    ticks += kTicksPerDay;
    --days;
  }
  const std::int64_t seconds = ticks / kTicksPerSecond;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "T%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  std::string text = ToString(Day{days}) + buffer;
  if (const std::int64_t fraction = ticks % kTicksPerSecond; fraction != 0) {
    std::snprintf(buffer, sizeof buffer, ".%07d", static_cast<int>(fraction));
    text += buffer;
    while (text.back() == '0') text.pop_back();
  }
  return text + "Z";
}

}  // namespace satchel
