#include <algorithm>

#include "policy/support/units.h"
#include "preview/report/check_report.h"
#include "preview/report/text_table.h"

namespace satchel {

namespace {

using Rows = std::vector<std::vector<std::string>>;
using Outcome = Verdict::Outcome;

std::string VerdictMark(Outcome outcome) {
  return outcome == Outcome::kPassed   ? "✓ passed"
         : outcome == Outcome::kFailed ? "✗ failed"
                                       : "? not measured";
}

std::string Users(const CheckResult& result) {
  const bool timed = std::any_of(result.users.begin(), result.users.end(),
                                 [](const MeasuredUser& u) { return u.first_sync.has_value(); });
  Rows rows = {{"User", "Records", "On the device", "Downloaded", "Requests"}};
  if (timed) rows[0].emplace_back("First sync, estimated");
  for (const MeasuredUser& user : result.users) {
    rows.push_back({(user.user.name.empty() ? user.user.id : user.user.name) +
                        (user.exact ? "" : " (not exact)"),
                    HumanCount(user.records), HumanSize(user.bytes_on_device),
                    HumanSize(user.bytes_downloaded), HumanCount(user.requests)});
    if (!timed) continue;
    rows.back().push_back(
        user.first_sync ? HumanDuration(std::chrono::duration<double>(user.first_sync->total()))
                        : "unknown");
  }
  return TextTable({Align::kLeft}, rows);
}

std::string Verdicts(const CheckResult& result) {
  Rows rows = {{"Verdict", "What", "Expected", "Measured", "Whose"}};
  for (const Verdict& verdict : result.verdicts) {
    rows.push_back({VerdictMark(verdict.outcome), verdict.subject, verdict.expected,
                    verdict.actual.empty() ? "–" : verdict.actual,
                    verdict.user_name +
                        (verdict.users > 1 ? ", of " + HumanCount(verdict.users) + " users" : "")});
  }
  return TextTable({Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft}, rows);
}

std::string Summary(const CheckResult& result) {
  const auto count = [&](Outcome outcome) {
    return std::count_if(result.verdicts.begin(), result.verdicts.end(),
                         [&](const Verdict& v) { return v.outcome == outcome; });
  };
  std::string text = HumanCount(count(Outcome::kPassed)) + " passed, " +
                     HumanCount(count(Outcome::kFailed)) + " failed";
  if (count(Outcome::kNotMeasured) > 0) {
    text += ", " + HumanCount(count(Outcome::kNotMeasured)) + " not measured";
  }
  return text + "\n";
}

}  // namespace

std::string CheckTable(const CheckResult& result) {
  std::string text = result.policy_name + " on " + result.server + ", " + ToString(result.now) +
                     "\n\n" + Users(result) + "\n";
  if (result.verdicts.empty()) {
    return text + "The policy has no budgets and no expectations.\n";
  }
  return text + Verdicts(result) + "\n" + Summary(result);
}

}  // namespace satchel
