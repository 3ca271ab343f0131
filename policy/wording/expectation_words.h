// An expectation of a policy in plain language.
#pragma once

#include <string>

#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

// "Jana Novák has at most 6 000 of Contact"; no full stop. `schema` may be null.
[[nodiscard]] std::string ExpectationWords(const Expectation& expectation, const Schema* schema);

}  // namespace satchel
