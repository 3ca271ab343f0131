// Values as a Dataverse server with United States English formats shows them to people.
#pragma once

#include <string>
#include <string_view>

#include "app/sandbox/company/metadata.h"
#include "engine/record/cell.h"

namespace satchel::sandbox {

// "$1,234.50", "Active", "5/31/2024 2:00 PM" … Empty where there is nothing to format. `zone` is
// the user's, an IANA name; `symbol` the currency's.
[[nodiscard]] std::string FormatValue(const Attribute& attribute, const Cell& cell,
                                      const std::string& zone, std::string_view symbol);

}  // namespace satchel::sandbox
