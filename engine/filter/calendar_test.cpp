#include "engine/filter/calendar_test.h"

#include <date/date.h>

#include <algorithm>

namespace satchel {

namespace {

__extension__ using Wide = __int128;  // Counts of hours are up to 2^31: past 64 bits in ticks.

constexpr std::int64_t kMinute = 60 * kTicksPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kFirstDay = -719162;   // 0001-01-01
constexpr std::int64_t kAfterLast = 2932897;  // 10000-01-01

struct Civil {
  std::int64_t year;
  int month;  // 0 … 11
  int day;
};

Civil CivilOf(std::int64_t day) {
  const date::year_month_day civil{date::sys_days(date::days(static_cast<int>(day)))};
  return {static_cast<int>(civil.year()),
          static_cast<int>(static_cast<unsigned>(civil.month())) - 1,
          static_cast<int>(static_cast<unsigned>(civil.day()))};
}

std::int64_t MonthIndex(std::int64_t day) {
  const Civil civil = CivilOf(day);
  return civil.year * 12 + civil.month;
}

// The day of a month, or the month's last where it has no such day.
std::int64_t DayInMonth(std::int64_t month_index, int day) {
  if (month_index < 12) return kFirstDay;  // Year 1 begins at index 12.
  if (month_index >= 10'000 * 12) return kAfterLast;
  const date::year_month month{date::year(static_cast<int>(month_index / 12)),
                               date::month(static_cast<unsigned>(month_index % 12) + 1)};
  const date::day last = (month / date::last).day();
  return date::sys_days(month / std::min(last, date::day(static_cast<unsigned>(day))))
      .time_since_epoch()
      .count();
}

std::int64_t AddMonths(std::int64_t day, std::int64_t months) {
  const Civil civil = CivilOf(day);
  return DayInMonth(civil.year * 12 + civil.month + months, civil.day);
}

std::int64_t FloorTo(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

}  // namespace

CalendarTest::CalendarTest(Operator op, FieldType type, std::vector<std::int64_t> numbers,
                           const FilterContext& context, const UserClock& clock)
    : op_(op),
      type_(type),
      numbers_(std::move(numbers)),
      week_start_(context.week_start),
      fiscal_(context.fiscal),
      clock_(clock) {
  now_.reading = clock.Show(context.now);
  now_.exact = type == FieldType::kDateTime ? context.now.ticks : now_.reading;
  now_.day = DayOf(now_.reading).days;
}

CalendarTest::Moment CalendarTest::At(std::int64_t value) const {
  if (type_ == FieldType::kDateOnly) return {0, 0, value};
  const std::int64_t reading = type_ == FieldType::kDateTime ? clock_.Show({value}) : value;
  return {value, reading, DayOf(reading).days};
}

bool CalendarTest::Past(const Moment& row) const {
  return type_ == FieldType::kDateOnly ? row.day <= now_.day : row.exact < now_.exact;
}

bool CalendarTest::Coming(const Moment& row) const {
  return type_ == FieldType::kDateOnly ? row.day >= now_.day : row.exact >= now_.exact;
}

std::int64_t CalendarTest::Week(std::int64_t day) const {
  constexpr int kThursday = 4;  // 1970-01-01.
  return FloorTo(day + kThursday - static_cast<int>(week_start_), 7) / 7;
}

int CalendarTest::PeriodsPerYear() const {
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
  return 1;
}

std::int64_t CalendarTest::PeriodStart(std::int64_t year, int period) const {
  const std::int64_t month = year * 12 + fiscal_.start_month - 1;
  if (fiscal_.period == FiscalPeriod::kFourWeek) {
    return DayInMonth(month, fiscal_.start_day) + 28 * period;
  }
  // Counted from the year's first day, which is already clamped.
  return AddMonths(DayInMonth(month, fiscal_.start_day), 12 / PeriodsPerYear() * period);
}

std::int64_t CalendarTest::FiscalYear(std::int64_t day) const {
  const std::int64_t year = CivilOf(day).year;
  return day >= PeriodStart(year, 0) ? year : year - 1;
}

std::int64_t CalendarTest::FiscalPeriodIndex(std::int64_t day) const {
  const std::int64_t year = FiscalYear(day);
  int period = PeriodsPerYear() - 1;
  while (period > 0 && day < PeriodStart(year, period)) --period;
  return year * PeriodsPerYear() + period;
}

bool CalendarTest::InPeriod(const Moment& row) const {
  const int periods = PeriodsPerYear();
  if (numbers_[0] < 1 || numbers_[0] > periods) return false;
  const std::int64_t index = FiscalPeriodIndex(row.day);
  if (op_ == Operator::kInFiscalPeriod) {
    return FloorTo(index, periods) + numbers_[0] - 1 == index;
  }
  const std::int64_t asked = numbers_[1] * periods + numbers_[0] - 1;
  if (op_ == Operator::kInOrBeforeFiscalPeriodAndYear) return index <= asked;
  if (op_ == Operator::kInOrAfterFiscalPeriodAndYear) return index >= asked;
  return index == asked;
}

bool CalendarTest::NotBeforeSteps(const Moment& row, std::int64_t unit, std::int64_t steps) const {
  const Wide since_full =
      static_cast<Wide>(row.exact) - now_.exact + (now_.reading - FloorTo(now_.reading, unit));
  return since_full >= static_cast<Wide>(unit) * steps;
}

bool CalendarTest::Matches(std::int64_t value) const {
  const Moment row = At(value);
  const std::int64_t day = row.day;
  const std::int64_t today = now_.day;
  const std::int64_t x = numbers_.empty() ? 0 : numbers_[0];
  switch (op_) {
    case Operator::kOn:
      return day == x;
    case Operator::kOnOrBefore:
      return day <= x;
    case Operator::kOnOrAfter:
      return day >= x;
    case Operator::kYesterday:
      return day == today - 1;
    case Operator::kToday:
      return day == today;
    case Operator::kTomorrow:
      return day == today + 1;
    case Operator::kLastSevenDays:
      return day >= today - 7 && Past(row);
    case Operator::kNextSevenDays:
      return day <= today + 7 && Coming(row);
    case Operator::kLastWeek:
      return Week(day) == Week(today) - 1;
    case Operator::kThisWeek:
      return Week(day) == Week(today);
    case Operator::kNextWeek:
      return Week(day) == Week(today) + 1;
    case Operator::kLastMonth:
      return MonthIndex(day) == MonthIndex(today) - 1;
    case Operator::kThisMonth:
      return MonthIndex(day) == MonthIndex(today);
    case Operator::kNextMonth:
      return MonthIndex(day) == MonthIndex(today) + 1;
    case Operator::kLastYear:
      return CivilOf(day).year == CivilOf(today).year - 1;
    case Operator::kThisYear:
      return CivilOf(day).year == CivilOf(today).year;
    case Operator::kNextYear:
      return CivilOf(day).year == CivilOf(today).year + 1;
    case Operator::kLastXHours:
      return NotBeforeSteps(row, kHour, -x) && Past(row);
    case Operator::kNextXHours:
      return !NotBeforeSteps(row, kHour, x + 1) && Coming(row);
    case Operator::kLastXDays:
      return day >= today - x && Past(row);
    case Operator::kNextXDays:
      return day <= today + x && Coming(row);
    case Operator::kLastXWeeks:
      return day >= today - 7 * x && Past(row);
    case Operator::kNextXWeeks:
      return day <= today + 7 * x && Coming(row);
    case Operator::kLastXMonths:
      return day >= AddMonths(today, -x) && Past(row);
    case Operator::kNextXMonths:
      return day < AddMonths(today + 1, x) && Coming(row);
    case Operator::kLastXYears:
      return day >= AddMonths(today, -12 * x) && Past(row);
    case Operator::kNextXYears:
      return day < AddMonths(today + 1, 12 * x) && Coming(row);
    case Operator::kOlderThanXMinutes:
      return !NotBeforeSteps(row, kMinute, -x);
    case Operator::kOlderThanXHours:
      return !NotBeforeSteps(row, kHour, -x);
    case Operator::kOlderThanXDays:
      return day < today - x;
    case Operator::kOlderThanXWeeks:
      return day < today - 7 * x;
    case Operator::kOlderThanXMonths:
      return day < AddMonths(today, -x);
    case Operator::kOlderThanXYears:
      return day < AddMonths(today, -12 * x);
    case Operator::kThisFiscalYear:
      return FiscalYear(day) == FiscalYear(today);
    case Operator::kLastFiscalYear:
      return FiscalYear(day) == FiscalYear(today) - 1;
    case Operator::kNextFiscalYear:
      return FiscalYear(day) == FiscalYear(today) + 1;
    case Operator::kThisFiscalPeriod:
      return FiscalPeriodIndex(day) == FiscalPeriodIndex(today);
    case Operator::kLastFiscalPeriod:
      return FiscalPeriodIndex(day) == FiscalPeriodIndex(today) - 1;
    case Operator::kNextFiscalPeriod:
      return FiscalPeriodIndex(day) == FiscalPeriodIndex(today) + 1;
    case Operator::kLastXFiscalYears:
      return FiscalYear(day) >= FiscalYear(today) - x && Past(row);
    case Operator::kNextXFiscalYears:
      return FiscalYear(day) <= FiscalYear(today) + x && Coming(row);
    case Operator::kLastXFiscalPeriods:
      return FiscalPeriodIndex(day) >= FiscalPeriodIndex(today) - x && Past(row);
    case Operator::kNextXFiscalPeriods:
      return FiscalPeriodIndex(day) <= FiscalPeriodIndex(today) + x && Coming(row);
    case Operator::kInFiscalYear:
      return FiscalYear(day) == x;
    case Operator::kInFiscalPeriod:
    case Operator::kInFiscalPeriodAndYear:
    case Operator::kInOrBeforeFiscalPeriodAndYear:
    case Operator::kInOrAfterFiscalPeriodAndYear:
      return InPeriod(row);
    default:
      return false;  // Not a calendar operator; the plan never builds one.
  }
}

}  // namespace satchel
