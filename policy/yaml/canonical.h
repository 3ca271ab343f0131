// The pieces canonical writing is made of; also what a difference shows as before and after.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/model/policy.h"

namespace satchel {

// Whether YAML 1.1 and YAML 1.2 both read this plain text, in any place, as this very string.
[[nodiscard]] bool IsPlain(std::string_view text);
// Plain where possible, else in double quotes.
[[nodiscard]] std::string Scalar(std::string_view text);
// [a, b]
[[nodiscard]] std::string FlowList(const std::vector<std::string>& texts);

// {field: statecode, op: eq, value: "0"}
[[nodiscard]] std::string Flow(const Condition& condition, bool notes = true);
[[nodiscard]] std::string Flow(const OrderItem& item);
[[nodiscard]] std::string Flow(const std::vector<OrderItem>& order);
[[nodiscard]] std::string Flow(const Expectation& expectation);
[[nodiscard]] std::string Flow(const Published& published);
[[nodiscard]] std::string Flow(const Permissions& allow);
// {entity: opportunity, from: parentaccountid, to: accountid, type: any}
[[nodiscard]] std::string FlowHeader(const Link& link);

}  // namespace satchel
