#include "engine/filter/window.h"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

#include "engine/filter/literal.h"
#include "engine/filter/user_clock.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr std::int64_t kFirstDay = -719162;      // 0001-01-01
constexpr std::int64_t kEndOfDays = 2932897;     // 10000-01-01, the first day that is not.
constexpr std::int64_t kMostUnits = 2147483647;  // What an x-operator takes at most.

using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, kTicksPerSecond>>;
using LocalTicks = date::local_time<Ticks>;
using SysTicks = date::sys_time<Ticks>;

std::int64_t Clamped(std::int64_t day) {
  return std::clamp(day, kFirstDay, kEndOfDays);
}

date::year_month_day CivilOf(std::int64_t day) {
  return date::year_month_day(date::sys_days(date::days(static_cast<int>(day))));
}

std::int64_t DayOf(date::year_month_day civil) {
  return date::sys_days(civil).time_since_epoch().count();
}

// The day of the month, or the month's last where it has no such day.
std::int64_t ClampedDay(std::int64_t months, unsigned day) {
  const std::int64_t year = FloorDivide(months, 12);
  if (year < 1) return kFirstDay;
  if (year > 9999) return kEndOfDays;
  const date::year_month month(date::year(static_cast<int>(year)),
                               date::month(static_cast<unsigned>(months - year * 12) + 1));
  const unsigned last = static_cast<unsigned>((month / date::last).day());
  return DayOf(month / date::day(std::min(day, last)));
}

std::int64_t AddMonths(std::int64_t day, std::int64_t months) {
  const date::year_month_day civil = CivilOf(day);
  const std::int64_t start =
      static_cast<int>(civil.year()) * std::int64_t{12} + static_cast<unsigned>(civil.month()) - 1;
  return ClampedDay(start + months, static_cast<unsigned>(civil.day()));
}

std::int64_t StartOfMonth(std::int64_t day) {
  const date::year_month_day civil = CivilOf(day);
  return DayOf(civil.year() / civil.month() / 1);
}

std::int64_t StartOfYear(std::int64_t day) {
  return DayOf(CivilOf(day).year() / 1 / 1);
}

// Where the offset of a date-time text begins: its 'Z' or sign; the text's end when it has none.
std::size_t OffsetStart(std::string_view text) {
  constexpr std::size_t kDateLength = 10;
  if (text.size() <= kDateLength) return text.size();
  const std::size_t at = text.find_first_of("Zz+-", kDateLength);
  return std::min(at, text.size());
}

bool InYears(std::int64_t day) {
  return day >= kFirstDay && day < kEndOfDays;
}

}  // namespace

struct Calendar::Zone {
  const date::time_zone* zone = nullptr;

  // The moment the clock first showed a reading; skipped readings: when it resumed.
  [[nodiscard]] std::int64_t MomentOf(std::int64_t reading) const {
    const date::local_info info = zone->get_info(LocalTicks(Ticks(reading)));
    if (info.result == date::local_info::nonexistent) {
      return Ticks(info.first.end.time_since_epoch()).count();
    }
    return reading - Ticks(info.first.offset).count();
  }
  // The same, but a skipped reading counts with the offset in force before.
  [[nodiscard]] std::int64_t MomentOfLiteral(std::int64_t reading) const {
    return reading - Ticks(zone->get_info(LocalTicks(Ticks(reading))).first.offset).count();
  }
  [[nodiscard]] std::int64_t ReadingAt(std::int64_t moment) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(SysTicks(Ticks(moment)));
    return moment + Ticks(zone->get_info(seconds).offset).count();
  }
};

Result<Calendar> Calendar::Make(const FilterContext& context) {
  Calendar calendar;
  auto zone = std::make_shared<Zone>();
  // The library throws for an unknown name and when the system has no zone files.
  try {
    zone->zone = date::locate_zone(context.zone);
  } catch (const std::runtime_error&) {
    return Fail(ErrorCode::kInvalid, "time zone " + Quoted(context.zone) +
                                         " is not known here; use an IANA name such as "
                                         "Europe/Berlin");
  }
  calendar.week_start_ = context.week_start;
  calendar.fiscal_ = context.fiscal;
  calendar.fiscal_.start_month = std::clamp(calendar.fiscal_.start_month, 1, 12);
  calendar.fiscal_.start_day = std::clamp(calendar.fiscal_.start_day, 1, 31);
  calendar.now_ = std::clamp(context.now.ticks, kFirstDay * kTicksPerDay + kTicksPerDay,
                             (kEndOfDays - 1) * kTicksPerDay);
  calendar.reading_ = zone->ReadingAt(calendar.now_);
  calendar.today_ = FloorDivide(calendar.reading_, kTicksPerDay);
  calendar.zone_ = std::move(zone);
  return calendar;
}

Result<const Calendar*> CalendarOnDemand::Get() {
  if (!made_) {
    auto made = Calendar::Make(context_);
    if (!made) return Fail(made.error());
    made_ = std::move(*made);
  }
  return &*made_;
}

std::int64_t Calendar::StartOf(std::int64_t day, FieldType type) const {
  if (type == FieldType::kDateOnly) return day;
  const std::int64_t reading = day * kTicksPerDay;
  return type == FieldType::kDateTimeTzi ? reading : zone_->MomentOf(reading);
}

Window Calendar::Between(std::optional<Edge> from, std::optional<Edge> to, FieldType type) const {
  const auto at = [&](const Edge& edge, bool begins) {
    if (!edge.now) return StartOf(Clamped(edge.day), type);
    if (type == FieldType::kDateTime) return now_;
    if (type == FieldType::kDateTimeTzi) return reading_;
    return begins ? today_ : today_ + 1;  // A day counts the whole of today as inside.
  };
  Window window;
  if (from) window.from = at(*from, true);
  if (to) window.to = at(*to, false);
  return window;
}

Window Calendar::ElapsedWindow(Operator op, std::int64_t count, FieldType type) const {
  constexpr std::int64_t kHour = 3600 * kTicksPerSecond;
  constexpr std::int64_t kMinute = 60 * kTicksPerSecond;
  constexpr std::int64_t kFirst = kFirstDay * kTicksPerDay;
  constexpr std::int64_t kEnd = kEndOfDays * kTicksPerDay;
  const std::int64_t now = type == FieldType::kDateTime ? now_ : reading_;
  // Cut on the user's clock: zones are not all whole hours away from UTC.
  const std::int64_t hour = now - (reading_ - FloorDivide(reading_, kHour) * kHour);
  const std::int64_t minute = now - (reading_ - FloorDivide(reading_, kMinute) * kMinute);
  const auto moved = [&](std::int64_t start, std::int64_t units, std::int64_t unit) {
    const std::int64_t room = (kEnd - kFirst) / unit;  // Keeps the product in range.
    return std::clamp(start + std::clamp(units, -room, room) * unit, kFirst, kEnd);
  };
  switch (op) {
    case Operator::kLastXHours:
      return {.from = moved(hour, -count, kHour), .to = now};
    case Operator::kNextXHours:
      return {.from = now, .to = moved(hour, count + 1, kHour)};
    case Operator::kOlderThanXHours:
      return {.to = moved(hour, -count, kHour)};
    default:
      return {.to = moved(minute, -count, kMinute)};
  }
}

std::int64_t Calendar::StartOfWeek(std::int64_t day) const {
  constexpr std::int64_t kWeekdayOfDayZero = 4;  // 1970-01-01 was a Thursday.
  const std::int64_t weekday = day + kWeekdayOfDayZero - static_cast<std::int64_t>(week_start_);
  return day - (weekday - FloorDivide(weekday, 7) * 7);
}

int Calendar::periods_per_year() const {
  switch (fiscal_.period) {
    case FiscalPeriod::kAnnual:
      return 1;
    case FiscalPeriod::kSemiannual:
      return 2;
    case FiscalPeriod::kQuarterly:
      return 4;
    case FiscalPeriod::kMonthly:
      return 12;
    case FiscalPeriod::kFourWeek:
      return 13;
  }
  return 4;
}

std::int64_t Calendar::FiscalYearStart(std::int64_t year) const {
  return ClampedDay(year * 12 + fiscal_.start_month - 1, static_cast<unsigned>(fiscal_.start_day));
}

std::int64_t Calendar::FiscalPeriodStart(std::int64_t year, std::int64_t period) const {
  const int count = periods_per_year();
  const std::int64_t years = FloorDivide(period, count);
  const std::int64_t start = FiscalYearStart(year + years);
  if (start <= kFirstDay || start >= kEndOfDays) return start;
  const std::int64_t index = period - years * count;
  if (fiscal_.period == FiscalPeriod::kFourWeek) return start + index * 28;
  return AddMonths(start, index * (12 / count));
}

FiscalPlace Calendar::PlaceOf(Day day) const {
  FiscalPlace place;
  place.year = static_cast<int>(CivilOf(day.days).year());
  if (day.days < FiscalYearStart(place.year)) --place.year;
  while (place.period + 1 < periods_per_year() &&
         day.days >= FiscalPeriodStart(place.year, place.period + 1)) {
    ++place.period;
  }
  return place;
}

FiscalPlace Calendar::PlaceOf(std::int64_t value, FieldType type) const {
  if (type == FieldType::kDateOnly) return PlaceOf(Day{value});
  const bool moment = type == FieldType::kDateTime;
  const std::int64_t reading = moment ? zone_->ReadingAt(value) : value;
  std::int64_t day = FloorDivide(reading, kTicksPerDay);
  // Where a midnight comes twice, the hour before the second one belongs to the new day.
  if (moment && value >= StartOf(day + 1, type)) ++day;
  return PlaceOf(Day{day});
}

std::optional<std::int64_t> Calendar::ReadLiteral(std::string_view text, FieldType type) const {
  const auto day = ParseDay(text);
  if (!day || !InYears(day->days)) return std::nullopt;
  if (type == FieldType::kDateOnly) return day->days;
  const std::size_t offset = OffsetStart(text);
  if (type == FieldType::kDateTime && offset < text.size()) return ParseInstant(text)->ticks;
  const auto reading = ParseInstant(text.substr(0, offset));
  if (!reading) return std::nullopt;
  if (type == FieldType::kDateTimeTzi) return reading->ticks;
  return zone_->MomentOfLiteral(reading->ticks);
}

std::string Calendar::PrintLiteral(std::int64_t value, FieldType type) {
  return type == FieldType::kDateOnly ? ToString(Day{value}) : ToString(Instant{value});
}

Result<Window> Calendar::WindowOf(Operator op, const std::vector<std::string>& values,
                                  FieldType type) const {
  const std::int64_t today = today_;
  const auto days = [](std::int64_t day) { return Edge{.day = day}; };
  const Edge now{.now = true};
  const auto span = [&](std::int64_t from, std::int64_t to) {
    return Between(Edge{.day = from}, Edge{.day = to}, type);
  };

  std::int64_t x = 0;
  std::int64_t second = 0;
  const OperatorInfo& info = Info(op);
  switch (info.operand) {
    case Operand::kDay: {
      const auto day = ParseDay(values.at(0));
      if (!day || !InYears(day->days)) {
        return Fail(ErrorCode::kInvalid,
                    Quoted(values[0]) + " is not a date; write it as 2024-05-31");
      }
      x = day->days;
      break;
    }
    case Operand::kCount:
    case Operand::kYear:
    case Operand::kPeriod:
    case Operand::kPeriodAndYear: {
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto number = ReadWholeNumber(values[i]);
        const bool year =
            info.operand == Operand::kYear || (info.operand == Operand::kPeriodAndYear && i == 1);
        const bool count = info.operand == Operand::kCount;
        if (!number || (year && (*number < 1 || *number > 9999)) ||
            (count && (*number < 1 || *number > kMostUnits))) {
          return Fail(ErrorCode::kInvalid,
                      Quoted(values[i]) + (year    ? " is not a fiscal year from 1 to 9999"
                                           : count ? " is not a whole number from 1 to 2147483647"
                                                   : " is not a whole number"));
        }
        (i == 0 ? x : second) = *number;
      }
      break;
    }
    default:
      break;
  }

  const FiscalPlace place = PlaceOf(Day{today});
  const auto fiscal_years = [&](std::int64_t from, std::int64_t to) {
    return span(FiscalYearStart(place.year + from), FiscalYearStart(place.year + to));
  };
  const auto fiscal_periods = [&](std::int64_t from, std::int64_t to) {
    return span(FiscalPeriodStart(place.year, place.period + from),
                FiscalPeriodStart(place.year, place.period + to));
  };
  const std::int64_t week = StartOfWeek(today);
  const std::int64_t month = StartOfMonth(today);
  const std::int64_t year = StartOfYear(today);

  switch (op) {
    case Operator::kOn:
      return span(x, x + 1);
    case Operator::kOnOrBefore:
      return Between({}, days(x + 1), type);
    case Operator::kOnOrAfter:
      return Between(days(x), {}, type);
    case Operator::kYesterday:
      return span(today - 1, today);
    case Operator::kToday:
      return span(today, today + 1);
    case Operator::kTomorrow:
      return span(today + 1, today + 2);
    case Operator::kLastSevenDays:
      return Between(days(today - 7), now, type);
    case Operator::kNextSevenDays:
      return Between(now, days(today + 8), type);
    case Operator::kLastWeek:
      return span(week - 7, week);
    case Operator::kThisWeek:
      return span(week, week + 7);
    case Operator::kNextWeek:
      return span(week + 7, week + 14);
    case Operator::kLastMonth:
      return span(AddMonths(month, -1), month);
    case Operator::kThisMonth:
      return span(month, AddMonths(month, 1));
    case Operator::kNextMonth:
      return span(AddMonths(month, 1), AddMonths(month, 2));
    case Operator::kLastYear:
      return span(AddMonths(year, -12), year);
    case Operator::kThisYear:
      return span(year, AddMonths(year, 12));
    case Operator::kNextYear:
      return span(AddMonths(year, 12), AddMonths(year, 24));
    case Operator::kLastXHours:
    case Operator::kNextXHours:
    case Operator::kOlderThanXMinutes:
    case Operator::kOlderThanXHours:
      return ElapsedWindow(op, x, type);
    case Operator::kLastXDays:
      return Between(days(today - x), now, type);
    case Operator::kNextXDays:
      return Between(now, days(today + x + 1), type);
    case Operator::kLastXWeeks:
      return Between(days(today - 7 * x), now, type);
    case Operator::kNextXWeeks:
      return Between(now, days(today + 7 * x + 1), type);
    case Operator::kLastXMonths:
      return Between(days(AddMonths(today, -x)), now, type);
    case Operator::kNextXMonths:
      return Between(now, days(AddMonths(today + 1, x)), type);
    case Operator::kLastXYears:
      return Between(days(AddMonths(today, -12 * x)), now, type);
    case Operator::kNextXYears:
      return Between(now, days(AddMonths(today + 1, 12 * x)), type);
    case Operator::kOlderThanXDays:
      return Between({}, days(today - x), type);
    case Operator::kOlderThanXWeeks:
      return Between({}, days(today - 7 * x), type);
    case Operator::kOlderThanXMonths:
      return Between({}, days(AddMonths(today, -x)), type);
    case Operator::kOlderThanXYears:
      return Between({}, days(AddMonths(today, -12 * x)), type);
    case Operator::kThisFiscalYear:
      return fiscal_years(0, 1);
    case Operator::kLastFiscalYear:
      return fiscal_years(-1, 0);
    case Operator::kNextFiscalYear:
      return fiscal_years(1, 2);
    case Operator::kThisFiscalPeriod:
      return fiscal_periods(0, 1);
    case Operator::kLastFiscalPeriod:
      return fiscal_periods(-1, 0);
    case Operator::kNextFiscalPeriod:
      return fiscal_periods(1, 2);
    case Operator::kLastXFiscalYears:
      return Between(days(FiscalYearStart(place.year - x)), now, type);
    case Operator::kNextXFiscalYears:
      return Between(now, days(FiscalYearStart(place.year + x + 1)), type);
    case Operator::kLastXFiscalPeriods:
      return Between(days(FiscalPeriodStart(place.year, place.period - x)), now, type);
    case Operator::kNextXFiscalPeriods:
      return Between(now, days(FiscalPeriodStart(place.year, place.period + x + 1)), type);
    case Operator::kInFiscalYear:
      return span(FiscalYearStart(x), FiscalYearStart(x + 1));
    case Operator::kInFiscalPeriodAndYear:
    case Operator::kInOrBeforeFiscalPeriodAndYear:
    case Operator::kInOrAfterFiscalPeriodAndYear: {
      if (x < 1 || x > periods_per_year()) return Window{.nothing = true};
      const Edge start = days(FiscalPeriodStart(second, x - 1));
      const Edge end = days(FiscalPeriodStart(second, x));
      if (op == Operator::kInOrBeforeFiscalPeriodAndYear) return Between({}, end, type);
      if (op == Operator::kInOrAfterFiscalPeriodAndYear) return Between(start, {}, type);
      return Between(start, end, type);
    }
    default:
      return Fail(ErrorCode::kInvalid, "'" + std::string(info.name) + "' is not about a window");
  }
}

}  // namespace satchel
