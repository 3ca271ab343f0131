#include "app/sandbox/odata/query_functions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace satchel::sandbox {

namespace {

struct Spelling {
  std::string_view function = {};
  std::string_view operator_name = {};
};

// Names whose words differ from the operator's; all others are the operator in PascalCase.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"Equal", "eq"},
    {"NotEqual", "ne"},
    {"GreaterThan", "gt"},
    {"GreaterThanOrEqual", "ge"},
    {"LessThan", "lt"},
    {"LessThanOrEqual", "le"},
    {"Last7Days", "last-seven-days"},
    {"Next7Days", "next-seven-days"},
    {"OlderThanXMinutes", "olderthan-x-minutes"},
    {"OlderThanXHours", "olderthan-x-hours"},
    {"OlderThanXDays", "olderthan-x-days"},
    {"OlderThanXWeeks", "olderthan-x-weeks"},
    {"OlderThanXMonths", "olderthan-x-months"},
    {"OlderThanXYears", "olderthan-x-years"},
    {"EqualUserId", "eq-userid"},
    {"NotEqualUserId", "ne-userid"},
    {"EqualBusinessId", "eq-businessid"},
    {"NotEqualBusinessId", "ne-businessid"},
    {"EqualUserTeams", "eq-userteams"},
    {"EqualUserOrUserTeams", "eq-useroruserteams"},
    {"EqualUserOrUserHierarchy", "eq-useroruserhierarchy"},
    {"EqualUserOrUserHierarchyAndTeams", "eq-useroruserhierarchyandteams"},
    {"EqualUserLanguage", "eq-userlanguage"},
    {"UnderOrEqual", "eq-or-under"},
    {"AboveOrEqual", "eq-or-above"},
    {"DoesNotContainValues", "not-contain-values"},
    {"NotContainValues", "not-contain-values"},
    {"BeginsWith", "begins-with"},
    {"DoesNotBeginWith", "not-begin-with"},
    {"EndsWith", "ends-with"},
    {"DoesNotEndWith", "not-end-with"},
});

// "LastXDays" as "last-x-days".
std::string WithHyphens(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out += '-';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

constexpr auto kOpposites = std::to_array<std::pair<Operator, Operator>>({
    {Operator::kEq, Operator::kNe},
    {Operator::kGt, Operator::kLe},
    {Operator::kGe, Operator::kLt},
    {Operator::kLike, Operator::kNotLike},
    {Operator::kBeginsWith, Operator::kNotBeginWith},
    {Operator::kEndsWith, Operator::kNotEndWith},
    {Operator::kIn, Operator::kNotIn},
    {Operator::kBetween, Operator::kNotBetween},
    {Operator::kNull, Operator::kNotNull},
    {Operator::kContainValues, Operator::kNotContainValues},
    {Operator::kEqUserId, Operator::kNeUserId},
    {Operator::kEqBusinessId, Operator::kNeBusinessId},
});

}  // namespace

std::optional<Operator> FindQueryFunction(std::string_view name) {
  const auto* known = std::find_if(kSpellings.begin(), kSpellings.end(),
                                   [&](const Spelling& s) { return s.function == name; });
  if (known != kSpellings.end()) return FindOperator(known->operator_name);
  // Only PascalCase names count: "eq" must not be found as itself.
  if (name.empty() || name.front() < 'A' || name.front() > 'Z') return std::nullopt;
  return FindOperator(WithHyphens(name));
}

std::optional<Operator> Negate(Operator op) {
  for (const auto& [one, other] : kOpposites) {
    if (op == one) return other;
    if (op == other) return one;
  }
  return std::nullopt;
}

}  // namespace satchel::sandbox
