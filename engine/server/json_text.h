// Values of records as the JSON of a request body.
#pragma once

#include <string>
#include <string_view>

#include "engine/record/value.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// "text" with its quotes; control characters escaped, so that the result is one line.
void AppendJsonText(std::string& json, std::string_view text);

// A stored value of `field` as servers write it: decimals digit by digit, moments in UTC, choices
// as "1,3", ids as text. `decimals_as_text` as IEEE754Compatible=true says. kInvalid, without its
// place, for a value that the field cannot hold.
[[nodiscard]] Result<std::string> JsonOf(const FieldSchema& field, const Value& value,
                                         bool decimals_as_text);

}  // namespace satchel
