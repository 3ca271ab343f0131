// The FetchXML condition operators: the one table that says what each is called and takes.
// Names and arity: reference "FetchXML", complete operator list of the Dataverse XSD.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "policy/schema/field_type.h"

namespace satchel {

enum class Operator : std::uint8_t {
  kEq,
  kNe,
  kGt,
  kGe,
  kLt,
  kLe,
  kLike,
  kNotLike,
  kBeginsWith,
  kNotBeginWith,
  kEndsWith,
  kNotEndWith,
  kIn,
  kNotIn,
  kBetween,
  kNotBetween,
  kNull,
  kNotNull,
  kContainValues,
  kNotContainValues,
  kOn,
  kOnOrBefore,
  kOnOrAfter,
  kYesterday,
  kToday,
  kTomorrow,
  kLastSevenDays,
  kNextSevenDays,
  kLastWeek,
  kThisWeek,
  kNextWeek,
  kLastMonth,
  kThisMonth,
  kNextMonth,
  kLastYear,
  kThisYear,
  kNextYear,
  kLastXHours,
  kNextXHours,
  kLastXDays,
  kNextXDays,
  kLastXWeeks,
  kNextXWeeks,
  kLastXMonths,
  kNextXMonths,
  kLastXYears,
  kNextXYears,
  kOlderThanXMinutes,
  kOlderThanXHours,
  kOlderThanXDays,
  kOlderThanXWeeks,
  kOlderThanXMonths,
  kOlderThanXYears,
  kThisFiscalYear,
  kThisFiscalPeriod,
  kLastFiscalYear,
  kLastFiscalPeriod,
  kNextFiscalYear,
  kNextFiscalPeriod,
  kLastXFiscalYears,
  kLastXFiscalPeriods,
  kNextXFiscalYears,
  kNextXFiscalPeriods,
  kInFiscalYear,
  kInFiscalPeriod,
  kInFiscalPeriodAndYear,
  kInOrBeforeFiscalPeriodAndYear,
  kInOrAfterFiscalPeriodAndYear,
  kEqUserId,
  kNeUserId,
  kEqBusinessId,
  kNeBusinessId,
  kEqUserTeams,
  kEqUserOrUserTeams,
  kEqUserOrUserHierarchy,
  kEqUserOrUserHierarchyAndTeams,
  kEqUserLanguage,
  kUnder,
  kEqOrUnder,
  kNotUnder,
  kAbove,
  kEqOrAbove,
};
inline constexpr std::size_t kOperatorCount = static_cast<std::size_t>(Operator::kEqOrAbove) + 1;

// How many values an operator takes.
enum class Arity : std::uint8_t { kNone, kOne, kTwo, kMany /* one or more */ };

// What its values are.
enum class Operand : std::uint8_t {
  kNothing,
  kField,          // A literal of the field's own type.
  kPattern,        // Text with the wildcards % _ [a-c] [^a].
  kDay,            // A date; a time part is ignored.
  kCount,          // A whole number > 0: hours, days, periods …
  kYear,           // A fiscal year.
  kPeriod,         // A fiscal period number.
  kPeriodAndYear,  // Period, then year.
  kChoices,        // Whole numbers of a multi-select choice.
  kId,             // A record id of the same entity (hierarchies).
};

struct OperatorInfo {
  Operator op = Operator::kEq;
  std::string_view name = {};  // As in FetchXML and in the policy file.
  Arity arity = Arity::kNone;
  Operand operand = Operand::kNothing;
  FieldTypes fields = {};       // Field types it may be used with.
  bool negated = false;         // Of the family that lets null pass.
  bool relative = false;        // Its answer moves with the clock.
  bool about_user = false;      // Its answer depends on who asks.
  std::string_view words = {};  // "is on or after"; the picker's label and the sentence's verb.
};

// In the order of the enumeration.
[[nodiscard]] std::span<const OperatorInfo, kOperatorCount> Operators();
[[nodiscard]] const OperatorInfo& Info(Operator op);
// By FetchXML name; "neq" is kNe. Nothing for an unknown name.
[[nodiscard]] std::optional<Operator> FindOperator(std::string_view name);
// Only eq ne gt ge lt le compare two columns (valueof).
[[nodiscard]] bool TakesValueOf(Operator op);

}  // namespace satchel
