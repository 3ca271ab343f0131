// $filter over metadata objects: eq ne gt ge lt le, and or not, brackets; operands are members
// ("LogicalName", "IsCustomizable/Value") and literals (text, numbers, true, false, null, ids,
// Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned').
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/sandbox/company/metadata_objects.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

// Keeps the objects that match. `sample` has every property an object may have: a member it lacks
// is refused with kInvalid, as is anything that cannot be read. An empty filter keeps all.
[[nodiscard]] Result<> KeepMatching(std::vector<JsonObject>& objects, std::string_view filter,
                                    const JsonObject& sample);

}  // namespace satchel::sandbox
