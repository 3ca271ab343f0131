#include "policy/model/operators.h"

#include <algorithm>

namespace satchel {

namespace {

constexpr FieldTypes kWholeNumberTypes = {FieldType::kInteger, FieldType::kBigInt};
constexpr FieldTypes kTimedTypes = {FieldType::kDateTime, FieldType::kDateTimeTzi};
constexpr FieldTypes kMultiSelectOnly = {FieldType::kMultiSelect};
constexpr FieldTypes kBooleanOnly = {FieldType::kBoolean};
constexpr FieldTypes kComparable =
    kTextTypes | kNumberTypes | kDateTypes | kChoiceTypes | kIdTypes | kBooleanOnly;
constexpr FieldTypes kAnyField = kComparable | kMultiSelectOnly;
// Choices are ordered by their number.
constexpr FieldTypes kOrdered = kTextTypes | kNumberTypes | kDateTypes | kChoiceTypes;
constexpr FieldTypes kRanged = kNumberTypes | kDateTypes | kChoiceTypes;
constexpr FieldTypes kListed = kTextTypes | kNumberTypes | kChoiceTypes | kIdTypes | kBooleanOnly;

constexpr std::array<OperatorInfo, kOperatorCount> kOperators = {{
    // operator, name, arity, operand, fields, negated, relative, about the user, words
    {Operator::kEq, "eq", Arity::kOne, Operand::kField, kComparable, false, false, false, "is"},
    {Operator::kNe, "ne", Arity::kOne, Operand::kField, kComparable, true, false, false, "is not"},
    {Operator::kGt, "gt", Arity::kOne, Operand::kField, kOrdered, false, false, false,
     "is greater than"},
    {Operator::kGe, "ge", Arity::kOne, Operand::kField, kOrdered, false, false, false,
     "is at least"},
    {Operator::kLt, "lt", Arity::kOne, Operand::kField, kOrdered, false, false, false,
     "is less than"},
    {Operator::kLe, "le", Arity::kOne, Operand::kField, kOrdered, false, false, false,
     "is at most"},
    {Operator::kLike, "like", Arity::kOne, Operand::kPattern, kTextTypes, false, false, false,
     "is like"},
    {Operator::kNotLike, "not-like", Arity::kOne, Operand::kPattern, kTextTypes, true, false, false,
     "is not like"},
    {Operator::kBeginsWith, "begins-with", Arity::kOne, Operand::kPattern, kTextTypes, false, false,
     false, "begins with"},
    {Operator::kNotBeginWith, "not-begin-with", Arity::kOne, Operand::kPattern, kTextTypes, true,
     false, false, "does not begin with"},
    {Operator::kEndsWith, "ends-with", Arity::kOne, Operand::kPattern, kTextTypes, false, false,
     false, "ends with"},
    {Operator::kNotEndWith, "not-end-with", Arity::kOne, Operand::kPattern, kTextTypes, true, false,
     false, "does not end with"},
    {Operator::kIn, "in", Arity::kMany, Operand::kField, kListed, false, false, false, "is one of"},
    {Operator::kNotIn, "not-in", Arity::kMany, Operand::kField, kListed, true, false, false,
     "is none of"},
    {Operator::kBetween, "between", Arity::kTwo, Operand::kField, kRanged, false, false, false,
     "is between"},
    {Operator::kNotBetween, "not-between", Arity::kTwo, Operand::kField, kRanged, true, false,
     false, "is not between"},
    {Operator::kNull, "null", Arity::kNone, Operand::kNothing, kAnyField, false, false, false,
     "is empty"},
    {Operator::kNotNull, "not-null", Arity::kNone, Operand::kNothing, kAnyField, false, false,
     false, "has a value"},
    {Operator::kContainValues, "contain-values", Arity::kMany, Operand::kChoices, kMultiSelectOnly,
     false, false, false, "contains any of"},
    {Operator::kNotContainValues, "not-contain-values", Arity::kMany, Operand::kChoices,
     kMultiSelectOnly, true, false, false, "contains none of"},
    {Operator::kOn, "on", Arity::kOne, Operand::kDay, kDateTypes, false, false, false, "is on"},
    {Operator::kOnOrBefore, "on-or-before", Arity::kOne, Operand::kDay, kDateTypes, false, false,
     false, "is on or before"},
    {Operator::kOnOrAfter, "on-or-after", Arity::kOne, Operand::kDay, kDateTypes, false, false,
     false, "is on or after"},
    {Operator::kYesterday, "yesterday", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is yesterday"},
    {Operator::kToday, "today", Arity::kNone, Operand::kNothing, kDateTypes, false, true, false,
     "is today"},
    {Operator::kTomorrow, "tomorrow", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is tomorrow"},
    {Operator::kLastSevenDays, "last-seven-days", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in the last 7 days"},
    {Operator::kNextSevenDays, "next-seven-days", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in the next 7 days"},
    {Operator::kLastWeek, "last-week", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in last week"},
    {Operator::kThisWeek, "this-week", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in this week"},
    {Operator::kNextWeek, "next-week", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in next week"},
    {Operator::kLastMonth, "last-month", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in last month"},
    {Operator::kThisMonth, "this-month", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in this month"},
    {Operator::kNextMonth, "next-month", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in next month"},
    {Operator::kLastYear, "last-year", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in last year"},
    {Operator::kThisYear, "this-year", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in this year"},
    {Operator::kNextYear, "next-year", Arity::kNone, Operand::kNothing, kDateTypes, false, true,
     false, "is in next year"},
    {Operator::kLastXHours, "last-x-hours", Arity::kOne, Operand::kCount, kTimedTypes, false, true,
     false, "is in the last N hours"},
    {Operator::kNextXHours, "next-x-hours", Arity::kOne, Operand::kCount, kTimedTypes, false, true,
     false, "is in the next N hours"},
    {Operator::kLastXDays, "last-x-days", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the last N days"},
    {Operator::kNextXDays, "next-x-days", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the next N days"},
    {Operator::kLastXWeeks, "last-x-weeks", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the last N weeks"},
    {Operator::kNextXWeeks, "next-x-weeks", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the next N weeks"},
    {Operator::kLastXMonths, "last-x-months", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the last N months"},
    {Operator::kNextXMonths, "next-x-months", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the next N months"},
    {Operator::kLastXYears, "last-x-years", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the last N years"},
    {Operator::kNextXYears, "next-x-years", Arity::kOne, Operand::kCount, kDateTypes, false, true,
     false, "is in the next N years"},
    {Operator::kOlderThanXMinutes, "olderthan-x-minutes", Arity::kOne, Operand::kCount, kTimedTypes,
     false, true, false, "is older than N minutes"},
    {Operator::kOlderThanXHours, "olderthan-x-hours", Arity::kOne, Operand::kCount, kTimedTypes,
     false, true, false, "is older than N hours"},
    {Operator::kOlderThanXDays, "olderthan-x-days", Arity::kOne, Operand::kCount, kDateTypes, false,
     true, false, "is older than N days"},
    {Operator::kOlderThanXWeeks, "olderthan-x-weeks", Arity::kOne, Operand::kCount, kDateTypes,
     false, true, false, "is older than N weeks"},
    {Operator::kOlderThanXMonths, "olderthan-x-months", Arity::kOne, Operand::kCount, kDateTypes,
     false, true, false, "is older than N months"},
    {Operator::kOlderThanXYears, "olderthan-x-years", Arity::kOne, Operand::kCount, kDateTypes,
     false, true, false, "is older than N years"},
    {Operator::kThisFiscalYear, "this-fiscal-year", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in this fiscal year"},
    {Operator::kThisFiscalPeriod, "this-fiscal-period", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in this fiscal period"},
    {Operator::kLastFiscalYear, "last-fiscal-year", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in last fiscal year"},
    {Operator::kLastFiscalPeriod, "last-fiscal-period", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in last fiscal period"},
    {Operator::kNextFiscalYear, "next-fiscal-year", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in next fiscal year"},
    {Operator::kNextFiscalPeriod, "next-fiscal-period", Arity::kNone, Operand::kNothing, kDateTypes,
     false, true, false, "is in next fiscal period"},
    {Operator::kLastXFiscalYears, "last-x-fiscal-years", Arity::kOne, Operand::kCount, kDateTypes,
     false, true, false, "is in the last N fiscal years"},
    {Operator::kLastXFiscalPeriods, "last-x-fiscal-periods", Arity::kOne, Operand::kCount,
     kDateTypes, false, true, false, "is in the last N fiscal periods"},
    {Operator::kNextXFiscalYears, "next-x-fiscal-years", Arity::kOne, Operand::kCount, kDateTypes,
     false, true, false, "is in the next N fiscal years"},
    {Operator::kNextXFiscalPeriods, "next-x-fiscal-periods", Arity::kOne, Operand::kCount,
     kDateTypes, false, true, false, "is in the next N fiscal periods"},
    {Operator::kInFiscalYear, "in-fiscal-year", Arity::kOne, Operand::kYear, kDateTypes, false,
     false, false, "is in fiscal year"},
    {Operator::kInFiscalPeriod, "in-fiscal-period", Arity::kOne, Operand::kPeriod, kDateTypes,
     false, false, false, "is in fiscal period"},
    {Operator::kInFiscalPeriodAndYear, "in-fiscal-period-and-year", Arity::kTwo,
     Operand::kPeriodAndYear, kDateTypes, false, false, false, "is in fiscal period and year"},
    {Operator::kInOrBeforeFiscalPeriodAndYear, "in-or-before-fiscal-period-and-year", Arity::kTwo,
     Operand::kPeriodAndYear, kDateTypes, false, false, false,
     "is in or before fiscal period and year"},
    {Operator::kInOrAfterFiscalPeriodAndYear, "in-or-after-fiscal-period-and-year", Arity::kTwo,
     Operand::kPeriodAndYear, kDateTypes, false, false, false,
     "is in or after fiscal period and year"},
    {Operator::kEqUserId, "eq-userid", Arity::kNone, Operand::kNothing, kIdTypes, false, false,
     true, "is the current user"},
    {Operator::kNeUserId, "ne-userid", Arity::kNone, Operand::kNothing, kIdTypes, true, false, true,
     "is not the current user"},
    {Operator::kEqBusinessId, "eq-businessid", Arity::kNone, Operand::kNothing, kIdTypes, false,
     false, true, "is the user's business unit"},
    {Operator::kNeBusinessId, "ne-businessid", Arity::kNone, Operand::kNothing, kIdTypes, true,
     false, true, "is not the user's business unit"},
    {Operator::kEqUserTeams, "eq-userteams", Arity::kNone, Operand::kNothing, kIdTypes, false,
     false, true, "is one of the user's teams"},
    {Operator::kEqUserOrUserTeams, "eq-useroruserteams", Arity::kNone, Operand::kNothing, kIdTypes,
     false, false, true, "is the user or one of the user's teams"},
    {Operator::kEqUserOrUserHierarchy, "eq-useroruserhierarchy", Arity::kNone, Operand::kNothing,
     kIdTypes, false, false, true, "is the user or somebody who reports to them"},
    {Operator::kEqUserOrUserHierarchyAndTeams, "eq-useroruserhierarchyandteams", Arity::kNone,
     Operand::kNothing, kIdTypes, false, false, true,
     "is the user, somebody who reports to them, or one of their teams"},
    {Operator::kEqUserLanguage, "eq-userlanguage", Arity::kNone, Operand::kNothing,
     kWholeNumberTypes, false, false, true, "is the user's language"},
    {Operator::kUnder, "under", Arity::kOne, Operand::kId, kIdTypes, false, false, false,
     "is below"},
    {Operator::kEqOrUnder, "eq-or-under", Arity::kOne, Operand::kId, kIdTypes, false, false, false,
     "is, or is below,"},
    {Operator::kNotUnder, "not-under", Arity::kOne, Operand::kId, kIdTypes, true, false, false,
     "is not below"},
    {Operator::kAbove, "above", Arity::kOne, Operand::kId, kIdTypes, false, false, false,
     "is above"},
    {Operator::kEqOrAbove, "eq-or-above", Arity::kOne, Operand::kId, kIdTypes, false, false, false,
     "is, or is above,"},
}};

constexpr bool TableIsInOrder() {
  for (std::size_t i = 0; i < kOperatorCount; ++i) {
    if (kOperators[i].op != static_cast<Operator>(i)) return false;
  }
  return true;
}
static_assert(TableIsInOrder());

}  // namespace

std::span<const OperatorInfo, kOperatorCount> Operators() {
  return kOperators;
}

const OperatorInfo& Info(Operator op) {
  return kOperators[static_cast<std::size_t>(op)];
}

std::optional<Operator> FindOperator(std::string_view name) {
  if (name == "neq") return Operator::kNe;  // FetchXML has both spellings.
  const auto at = std::find_if(kOperators.begin(), kOperators.end(),
                               [&](const OperatorInfo& info) { return info.name == name; });
  if (at == kOperators.end()) return std::nullopt;
  return at->op;
}

bool TakesValueOf(Operator op) {
  return op <= Operator::kLe;
}

}  // namespace satchel
