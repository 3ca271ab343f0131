// The Microsoft.Dynamics.CRM query functions: FetchXML operators under other names.
#pragma once

#include <optional>
#include <string_view>

#include "policy/model/operators.h"

namespace satchel::sandbox {

// "LastXDays" is last-x-days. Nothing for an unknown name.
[[nodiscard]] std::optional<Operator> FindQueryFunction(std::string_view name);
// The operator that is true where `op` is not; null passes as docs/filters.md says. Nothing where
// FetchXML has none.
[[nodiscard]] std::optional<Operator> Negate(Operator op);

}  // namespace satchel::sandbox
