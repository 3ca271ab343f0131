// The stretch of time a date operator means, for the SQL compiler and for freezing. The plain
// evaluator has arithmetic of its own: the two are held against each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/instant.h"
#include "policy/model/operators.h"
#include "policy/schema/field_type.h"
#include "policy/support/result.h"

namespace satchel {

// [from, to) in the units of the column: ticks of datetime and datetime_tzi, days of dateonly.
// An end that is absent is open.
struct Window {
  std::optional<std::int64_t> from = {};
  std::optional<std::int64_t> to = {};
  bool nothing = false;  // Matches no value at all.
  friend bool operator==(const Window&, const Window&) = default;
};

// The fiscal period that holds a day: the year it is named after and its index from 0.
struct FiscalPlace {
  std::int64_t year = 0;
  int period = 0;
};

// A captured moment on the user's clock and calendar. Immutable; any thread may use it.
class Calendar {
 public:
  // Fails when the time zone is not known.
  [[nodiscard]] static Result<Calendar> Make(const FilterContext& context);

  // The window of a date operator (on … in-or-after-fiscal-period-and-year) except
  // in-fiscal-period, which has one in every year. Errors say what is wrong with the values.
  [[nodiscard]] Result<Window> WindowOf(Operator op, const std::vector<std::string>& values,
                                        FieldType type) const;

  // What a literal stands for in a column of a date type: ticks or days. Nothing: it is no date.
  [[nodiscard]] std::optional<std::int64_t> ReadLiteral(std::string_view text,
                                                        FieldType type) const;
  // A literal that reads back as `value`, whatever the zone.
  [[nodiscard]] static std::string PrintLiteral(std::int64_t value, FieldType type);

  [[nodiscard]] FiscalPlace PlaceOf(Day day) const;
  // By the column's value; exact also where the clock shows a midnight twice.
  [[nodiscard]] FiscalPlace PlaceOf(std::int64_t value, FieldType type) const;
  [[nodiscard]] int periods_per_year() const;

 private:
  struct Zone;
  // Where a window ends: the start of a day on the user's clock, or now.
  struct Edge {
    std::int64_t day = 0;
    bool now = false;
  };

  Calendar() = default;
  [[nodiscard]] Window Between(std::optional<Edge> from, std::optional<Edge> to,
                               FieldType type) const;
  [[nodiscard]] std::int64_t StartOf(std::int64_t day, FieldType type) const;
  [[nodiscard]] Window ElapsedWindow(Operator op, std::int64_t count, FieldType type) const;
  [[nodiscard]] std::int64_t FiscalYearStart(std::int64_t year) const;
  [[nodiscard]] std::int64_t FiscalPeriodStart(std::int64_t year, std::int64_t period) const;
  [[nodiscard]] std::int64_t StartOfWeek(std::int64_t day) const;

  std::shared_ptr<const Zone> zone_;
  Weekday week_start_ = Weekday::kSunday;
  FiscalCalendar fiscal_;
  std::int64_t now_ = 0;      // Ticks.
  std::int64_t reading_ = 0;  // Of the user's clock at now, in ticks.
  std::int64_t today_ = 0;    // Days.
};

// The calendar of a context, made when the first date is met: finding a zone reads the system's
// list of all zones, which costs more than compiling a filter does. For one thread.
class CalendarOnDemand {
 public:
  // `context` outlives this.
  explicit CalendarOnDemand(const FilterContext& context) : context_(context) {}
  // Fails when the time zone is not known.
  [[nodiscard]] Result<const Calendar*> Get();

 private:
  const FilterContext& context_;
  std::optional<Calendar> made_ = {};
};

}  // namespace satchel
