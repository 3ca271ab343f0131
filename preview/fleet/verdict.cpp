#include "preview/fleet/verdict.h"

#include <algorithm>
#include <array>

#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

using Outcome = Verdict::Outcome;

std::string Who(const UserInfo& user) {
  return user.name.empty() ? user.id : user.name;
}

void Name(const MeasuredUser& user, Verdict& verdict) {
  verdict.user_id = user.user.id;
  verdict.user_name = Who(user.user);
}

// What an impersonated read did not see makes every count a lower bound.
constexpr const char* kNotExact =
    "the preview is not exact: the signed-in user may read less than they; sign in as somebody who "
    "may read all";

// One budget: the user with the largest value decides.
class BudgetJudge {
 public:
  BudgetJudge(const std::vector<MeasuredUser>& measured, std::vector<Verdict>& verdicts)
      : measured_(measured), verdicts_(verdicts) {}

  // `value` of a user: nothing where it is unknown. A failure reads: who `holds` value `unit`, the
  // budget is …; `remedy`.
  template <class Value, class Print>
  void Hold(const std::string& key, const std::string& subject, double limit,
            const std::string& written, Value value, Print print, const std::string& holds,
            const std::string& unit, const std::string& remedy) {
    Verdict verdict{.rule = "budget-" + key,
                    .path = "budgets." + key,
                    .subject = subject,
                    .expected = "at most " + written,
                    .limit = limit};
    std::replace(verdict.path.begin(), verdict.path.end(), '-', '_');
    const MeasuredUser* most = nullptr;
    const MeasuredUser* unknown = nullptr;
    bool exact = true;
    for (const MeasuredUser& user : measured_) {
      const std::optional<double> of_user = value(user);
      if (!of_user) {
        unknown = &user;
        continue;
      }
      ++verdict.users;
      exact = exact && user.exact;
      if (most && *of_user <= *verdict.value) continue;
      most = &user;
      verdict.value = of_user;
    }
    if (most) {
      verdict.actual = print(*verdict.value);
      Name(*most, verdict);
    }
    if (most && *verdict.value > limit) {
      verdict.outcome = Outcome::kFailed;
      verdict.message = Who(most->user) + " " + holds + " " + verdict.actual + unit +
                        ", the budget is " + written + "; " + remedy;
    } else if (unknown) {
      verdict.message = "the size of attachments is not known for " + Who(unknown->user) +
                        ", so the time would come out too short";
    } else if (!most) {
      verdict.message = "nobody was previewed";
    } else if (!exact) {
      verdict.message = kNotExact;
    } else {
      verdict.outcome = Outcome::kPassed;
    }
    verdicts_.push_back(std::move(verdict));
  }

 private:
  const std::vector<MeasuredUser>& measured_;
  std::vector<Verdict>& verdicts_;
};

void JudgeBudgets(const Budgets& budgets, const std::vector<MeasuredUser>& measured,
                  std::vector<Verdict>& verdicts) {
  BudgetJudge judge(measured, verdicts);
  const auto whole = [](double value) { return static_cast<std::int64_t>(value); };
  if (budgets.records) {
    judge.Hold(
        "records", "Records", static_cast<double>(*budgets.records), HumanCount(*budgets.records),
        [](const MeasuredUser& user) { return std::optional(static_cast<double>(user.records)); },
        [&](double value) { return HumanCount(whole(value)); }, "would hold", " records",
        "narrow a filter or raise the budget");
  }
  if (budgets.bytes) {
    judge.Hold(
        "bytes", "On the device", static_cast<double>(*budgets.bytes), PrintSize(*budgets.bytes),
        [](const MeasuredUser& user) {
          return std::optional(static_cast<double>(user.bytes_on_device));
        },
        [&](double value) { return HumanSize(whole(value)); }, "would hold", "",
        "take out fields or records, or raise the budget");
  }
  if (budgets.first_sync) {
    judge.Hold(
        "first-sync", "First sync (estimated)", static_cast<double>(budgets.first_sync->count()),
        SpokenDuration(*budgets.first_sync),
        [](const MeasuredUser& user) {
          return user.first_sync ? std::optional(user.first_sync->total()) : std::nullopt;
        },
        [](double value) { return HumanDuration(std::chrono::duration<double>(value)); },
        "would wait for the first sync an estimated", "",
        "take out fields or records, or raise the budget");
  }
}

// The users an expectation is about.
struct Population {
  std::vector<const MeasuredUser*> measured = {};
  std::size_t all = 0;      // With those who were not measured.
  std::string nobody = {};  // Why there is none at all; empty: there is.
  bool unknowable = false;  // The server cannot tell who they are.
};

std::string NearestUser(std::string_view as, const std::vector<UserInfo>& people) {
  std::vector<std::string> names;
  for (const UserInfo& user : people) {
    for (const std::string& name : {user.domain_name, user.email, user.name}) {
      if (!name.empty()) names.push_back(name);
    }
  }
  const std::string nearest = Nearest(as, names);
  return nearest.empty() ? "; check the name" : "; did you mean " + Quoted(nearest) + "?";
}

std::string NearestRole(std::string_view role, const std::vector<UserInfo>& people) {
  std::vector<std::string> names;
  for (const UserInfo& user : people) {
    names.insert(names.end(), user.roles.begin(), user.roles.end());
  }
  const std::string nearest = Nearest(role, names);
  return nearest.empty() ? "; check the name" : "; did you mean " + Quoted(nearest) + "?";
}

Population WithRole(std::string_view role, const std::vector<MeasuredUser>& measured,
                    const std::vector<UserInfo>* people) {
  Population found;
  if (!people) {
    found.unknowable = true;
    found.nobody = "the server does not say who has the role " + Quoted(role);
    return found;
  }
  for (const UserInfo& user : *people) {
    if (!user.enabled || !HasRole(user, role)) continue;
    ++found.all;
    for (const MeasuredUser& each : measured) {
      if (LowerAscii(each.user.id) == LowerAscii(user.id)) found.measured.push_back(&each);
    }
  }
  if (found.all == 0) {
    found.nobody = "no enabled user has the role " + Quoted(role) + NearestRole(role, *people);
  }
  return found;
}

Population Named(const std::string& as, const std::vector<MeasuredUser>& measured,
                 const std::vector<UserInfo>* people) {
  Population found{.all = 1};
  for (const MeasuredUser& each : measured) {
    if (found.measured.empty() && IsUser(each.user, as)) found.measured.push_back(&each);
  }
  const bool known = !people || std::any_of(people->begin(), people->end(),
                                            [&](const UserInfo& u) { return IsUser(u, as); });
  if (found.measured.empty() && !known) {
    found.all = 0;
    found.nobody = "the server has no user " + Quoted(as) + NearestUser(as, *people);
  }
  return found;
}

// How one expectation reads, and what a user's device says to it.
class ExpectationJudge {
 public:
  explicit ExpectationJudge(const Expectation& expectation) : is_(expectation) {}

  [[nodiscard]] bool about_record() const { return is_.entity.empty(); }
  [[nodiscard]] const std::string& record() const {
    return is_.includes.empty() ? is_.excludes : is_.includes;
  }
  [[nodiscard]] std::string entity() const {
    return about_record() ? record().substr(0, record().find('/')) : is_.entity;
  }

  [[nodiscard]] std::string Expected() const {
    if (about_record()) return is_.includes.empty() ? "not on the device" : "on the device";
    std::vector<std::string> parts;
    if (is_.at_least) parts.push_back("at least " + HumanCount(*is_.at_least));
    if (is_.at_most) parts.push_back("at most " + HumanCount(*is_.at_most));
    if (is_.exactly) parts.push_back("exactly " + HumanCount(*is_.exactly));
    return Join(parts, " and ");
  }

  [[nodiscard]] std::int64_t Value(const MeasuredUser& user) const {
    if (about_record()) return user.found.contains(record()) ? 1 : 0;
    const auto at = user.held.find(is_.entity);
    return at == user.held.end() ? 0 : at->second;
  }
  [[nodiscard]] std::string Actual(const MeasuredUser& user) const {
    if (about_record()) return Value(user) == 1 ? "on the device" : "not on the device";
    return HumanCount(Value(user));
  }

  [[nodiscard]] bool TooMany(std::int64_t value) const {
    if (about_record()) return !is_.excludes.empty() && value > 0;
    return (is_.at_most && value > *is_.at_most) || (is_.exactly && value > *is_.exactly);
  }
  [[nodiscard]] bool TooFew(std::int64_t value) const {
    if (about_record()) return !is_.includes.empty() && value == 0;
    return (is_.at_least && value < *is_.at_least) || (is_.exactly && value < *is_.exactly);
  }

  // The limit that decides, where it is a number.
  [[nodiscard]] std::optional<double> Limit() const {
    const auto limit = is_.exactly ? is_.exactly : is_.at_most ? is_.at_most : is_.at_least;
    return limit ? std::optional(static_cast<double>(*limit)) : std::nullopt;
  }
  // Whether `a` is nearer to failing than `b`.
  [[nodiscard]] bool Nearer(std::int64_t a, std::int64_t b) const {
    return is_.at_most || is_.exactly ? a > b : a < b;
  }

  [[nodiscard]] std::string Failure(const MeasuredUser& user) const {
    const std::string who = Who(user.user);
    if (about_record()) {
      return is_.includes.empty()
                 ? record() + " is on the device of " + who +
                       ", and is expected not to be; narrow the filter or drop the expectation"
                 : record() + " is not on the device of " + who +
                       ", and is expected to be; widen the filter or drop the expectation";
    }
    const bool many = TooMany(Value(user));
    return who + " would hold " + Actual(user) + " records of " + is_.entity +
           ", the expectation is " + Expected() + "; " + (many ? "narrow" : "widen") +
           " the filter or change the expectation";
  }

 private:
  const Expectation& is_;
};

Verdict JudgeExpectation(const Expectation& expectation, std::size_t index,
                         const std::vector<MeasuredUser>& measured,
                         const std::vector<UserInfo>* people) {
  const ExpectationJudge judge(expectation);
  Verdict verdict{.rule = "expectation",
                  .path = "expect[" + std::to_string(index) + "]",
                  .entity = judge.entity(),
                  .subject = expectation.as + ": " +
                             (judge.about_record() ? judge.record() : expectation.entity),
                  .expected = judge.Expected(),
                  .limit = judge.Limit()};
  const std::string_view role = RoleIn(expectation.as);
  const Population found =
      role.empty() ? Named(expectation.as, measured, people) : WithRole(role, measured, people);
  verdict.users = static_cast<int>(found.measured.size());
  if (!found.nobody.empty()) {
    verdict.outcome = found.unknowable ? Outcome::kNotMeasured : Outcome::kFailed;
    verdict.message = found.nobody;
    return verdict;
  }

  const MeasuredUser* decides = nullptr;
  int failing = 0;
  bool exact = true;
  for (const MeasuredUser* user : found.measured) {
    exact = exact && user->exact;
    const std::int64_t value = judge.Value(*user);
    // What a preview that is not exact found is a lower bound: too many stays too many.
    const bool fails = judge.TooMany(value) || (user->exact && judge.TooFew(value));
    if (fails && failing++ == 0) {
      decides = user;
    } else if (failing == 0 && (!decides || judge.Nearer(value, judge.Value(*decides)))) {
      decides = user;
    }
  }
  if (decides) {
    Name(*decides, verdict);
    verdict.actual = judge.Actual(*decides);
    if (!judge.about_record()) verdict.value = static_cast<double>(judge.Value(*decides));
  }
  const std::size_t missing = found.all - std::min(found.all, found.measured.size());
  if (failing > 0) {
    verdict.outcome = Outcome::kFailed;
    verdict.message = judge.Failure(*decides);
    if (failing > 1) {
      verdict.message += " (so it is for " + std::to_string(failing) + " of " +
                         std::to_string(found.measured.size()) + " users)";
    }
  } else if (found.measured.empty()) {
    verdict.message =
        role.empty() ? expectation.as + " was not previewed" : "nobody with the role was previewed";
  } else if (missing > 0) {
    verdict.message = "holds for the " + std::to_string(found.measured.size()) + " of " +
                      std::to_string(found.all) + " users with the role who were previewed";
  } else if (!exact) {
    verdict.message = kNotExact;
  } else {
    verdict.outcome = Outcome::kPassed;
  }
  return verdict;
}

}  // namespace

std::string_view Name(Verdict::Outcome outcome) {
  constexpr std::array<std::string_view, 3> kNames = {"passed", "failed", "not-measured"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::vector<Verdict> Judge(const Policy& policy, const std::vector<MeasuredUser>& measured,
                           const std::vector<UserInfo>* people) {
  std::vector<Verdict> verdicts;
  JudgeBudgets(policy.budgets, measured, verdicts);
  for (std::size_t i = 0; i < policy.expect.size(); ++i) {
    verdicts.push_back(JudgeExpectation(policy.expect[i], i, measured, people));
  }
  return verdicts;
}

bool AnyFailed(const std::vector<Verdict>& verdicts) {
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& v) { return v.outcome == Outcome::kFailed; });
}

std::vector<Finding> FindingsOf(const std::vector<Verdict>& verdicts) {
  std::vector<Finding> findings;
  for (const Verdict& verdict : verdicts) {
    if (verdict.outcome != Outcome::kFailed) continue;
    findings.push_back({.severity = Severity::kError,
                        .rule = verdict.rule,
                        .entity = verdict.entity,
                        .path = verdict.path,
                        .message = verdict.message});
  }
  return findings;
}

bool IsUser(const UserInfo& user, std::string_view as) {
  const std::string wanted = LowerAscii(as);
  if (wanted.empty()) return false;
  const auto names = {&user.id, &user.domain_name, &user.email, &user.name};
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string* name) { return LowerAscii(*name) == wanted; });
}

bool HasRole(const UserInfo& user, std::string_view role) {
  const std::string wanted = LowerAscii(role);
  return std::any_of(user.roles.begin(), user.roles.end(),
                     [&](const std::string& each) { return LowerAscii(each) == wanted; });
}

std::string_view RoleIn(std::string_view as) {
  constexpr std::string_view kPrefix = "role/";
  return as.starts_with(kPrefix) ? as.substr(kPrefix.size()) : std::string_view();
}

}  // namespace satchel
