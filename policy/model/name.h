// What may be the name of something in a policy.
#pragma once

#include <string_view>

namespace satchel {

// An entity, a field or an alias: 1 to 128 bytes of letters (of any script), digits and _ - /, not
// starting with a digit, - or /. Wider than Dataverse's names, because OData services differ; no
// dot, because "alias.field" and paths use it.
[[nodiscard]] bool IsName(std::string_view text);

// A project: [a-z0-9][a-z0-9-]{0,62}
[[nodiscard]] bool IsProjectName(std::string_view text);

}  // namespace satchel
