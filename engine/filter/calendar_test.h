// Date operators as questions to a calendar: what day, week, month, fiscal period does a row's
// reading fall into? No window is computed; the SQL compiler computes windows, and the two are held
// against each other.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/filter/context.h"
#include "engine/filter/user_clock.h"
#include "policy/model/operators.h"
#include "policy/schema/field_type.h"

namespace satchel {

class CalendarTest {
 public:
  // `numbers` are the operator's counts, years and periods, in order; of on… the day.
  CalendarTest(Operator op, FieldType type, std::vector<std::int64_t> numbers,
               const FilterContext& context, const UserClock& clock);

  // `value` as the field type is stored: ticks of UTC, ticks of a reading, or days.
  [[nodiscard]] bool Matches(std::int64_t value) const;

 private:
  // A row's value, or now, in every form an operator may ask for.
  struct Moment {
    std::int64_t exact = 0;    // Ticks that elapsed time is measured in; not for days.
    std::int64_t reading = 0;  // Ticks of the clock; not for days.
    std::int64_t day = 0;
  };
  [[nodiscard]] Moment At(std::int64_t value) const;
  [[nodiscard]] bool Past(const Moment& row) const;    // Before now; of days: today or before.
  [[nodiscard]] bool Coming(const Moment& row) const;  // From now on; of days: today or after.
  [[nodiscard]] std::int64_t Week(std::int64_t day) const;
  [[nodiscard]] std::int64_t FiscalYear(std::int64_t day) const;
  // Periods since year 0, so that neighbours differ by one.
  [[nodiscard]] std::int64_t FiscalPeriodIndex(std::int64_t day) const;
  [[nodiscard]] std::int64_t PeriodStart(std::int64_t year, int period) const;
  [[nodiscard]] int PeriodsPerYear() const;
  [[nodiscard]] bool InPeriod(const Moment& row) const;
  // `unit` ticks long steps from now cut to the full unit; exact for any count.
  [[nodiscard]] bool NotBeforeSteps(const Moment& row, std::int64_t unit, std::int64_t steps) const;

  Operator op_;
  FieldType type_;
  std::vector<std::int64_t> numbers_;
  Weekday week_start_;
  FiscalCalendar fiscal_;
  const UserClock& clock_;
  Moment now_;
};

}  // namespace satchel
