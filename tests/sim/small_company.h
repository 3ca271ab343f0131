// A small company on a fake CRM, and a policy that uses every shape of filter the oracle decides.
#pragma once

#include "policy/model/policy.h"
#include "tests/sim/fake_crm.h"

namespace satchel::sim {

// The entities that devices keep, and that are written to.
inline const std::vector<std::string> kEntities = {"account", "contact", "task"};
// 2026-03-27 10:00 UTC: two days before summer time begins in Europe.
[[nodiscard]] Instant Morning();

[[nodiscard]] std::string UserId(int number);
[[nodiscard]] std::string TeamId(int number);

// Two business units, four users (0 reads everything, 1 its unit, 2 and 3 their own), two teams,
// and so many accounts, twice as many contacts and tasks, and some relations.
void Populate(CrmState& crm, int accounts);
// Accounts with work to do, their contacts, tasks of the next days, relations.
[[nodiscard]] Policy FieldPolicy();

}  // namespace satchel::sim
