// Budgets and expectations held against what previews measured: pure values in and out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/check/finding.h"
#include "preview/fleet/measure.h"

namespace satchel {

struct Verdict {
  enum class Outcome : std::uint8_t { kPassed, kFailed, kNotMeasured };
  Outcome outcome = Outcome::kNotMeasured;
  std::string rule = {};    // "budget-records", "budget-bytes", "budget-first-sync", "expectation".
  std::string path = {};    // "budgets.records", "expect[2]"
  std::string entity = {};  // Of an expectation.
  std::string subject = {};   // "Records", "role/Technician: msdyn_workorder"
  std::string expected = {};  // "at most 20 000", "on the device"
  std::string actual = {};    // "4 112", "not there"; empty: not measured.
  // The same as numbers: records, bytes, seconds; absent for a record in or out.
  std::optional<double> limit = {};
  std::optional<double> value = {};
  // Whose value it is: the first who fails an expectation, else the one nearest to the limit.
  std::string user_id = {};
  std::string user_name = {};
  int users = 0;  // Held against it.
  // Failed: what is wrong and what to do. Not measured: why not. Else empty.
  std::string message = {};
  friend bool operator==(const Verdict&, const Verdict&) = default;
};
[[nodiscard]] std::string_view Name(
    Verdict::Outcome outcome);  // "passed", "failed", "not-measured"

// Every budget, then every expectation, in the policy's order. Budgets hold for each of `measured`;
// an expectation about a role for every enabled user of `people` who has it. Where some of those
// were not measured, it can fail but not pass. `people` null: the server lists none.
[[nodiscard]] std::vector<Verdict> Judge(const Policy& policy,
                                         const std::vector<MeasuredUser>& measured,
                                         const std::vector<UserInfo>* people);
[[nodiscard]] bool AnyFailed(const std::vector<Verdict>& verdicts);
// The failed ones as findings for the publish gate and for reports.
[[nodiscard]] std::vector<Finding> FindingsOf(const std::vector<Verdict>& verdicts);

// Whether `as` of an expectation or of an option means this user: id, domain name, e-mail or full
// name, case-blind.
[[nodiscard]] bool IsUser(const UserInfo& user, std::string_view as);
[[nodiscard]] bool HasRole(const UserInfo& user, std::string_view role);
// NAME of "role/NAME"; empty: it is a user.
[[nodiscard]] std::string_view RoleIn(std::string_view as);

}  // namespace satchel
