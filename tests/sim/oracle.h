// What a user should see: the naive second opinion. Plain loops over maps; no cursor, no SQL, and
// no code of the engine (its values and the policy's are shared, what they mean is written again).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/model/policy.h"
#include "tests/sim/crm_state.h"

namespace satchel::sim {

// Who looks, and when.
struct Viewpoint {
  std::string user = {};
  Instant now = {};
  std::string zone = {};  // Empty: the user's own.
};

// Whether a row meets the query's filter and links. Links see only what the user may read.
// Conditions the simulation does not use abort the program: the oracle never guesses.
[[nodiscard]] bool Meets(const CrmState& crm, const Viewpoint& view, const Query& query,
                         const std::string& id, const Row& row);
// Ids of what the user may read and the query keeps, in its order (no order: by id), cut to top.
[[nodiscard]] std::vector<std::string> Select(const CrmState& crm, const Viewpoint& view,
                                              const Query& query);

// What the device should hold, by entity kept offline. Rows of an N:N entity stay while both ends
// are there.
using Scope = std::map<std::string, std::set<std::string>>;
[[nodiscard]] Scope ScopeOf(const CrmState& crm, const Viewpoint& view, const Policy& policy);

// Start of the day `days` from today on the user's clock. Zones: UTC, Asia/Tokyo,
// America/Phoenix, Europe/Bratislava.
[[nodiscard]] std::int64_t DayStart(const std::string& zone, Instant now, std::int64_t days);

}  // namespace satchel::sim
