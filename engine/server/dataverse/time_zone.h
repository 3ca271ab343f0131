// Windows time-zone names, which Dataverse knows, as IANA names, which everybody else knows.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace satchel::dataverse {

// "Central Europe Standard Time" → "Europe/Budapest"; nothing for an unknown name.
[[nodiscard]] std::optional<std::string> IanaZone(std::string_view windows_name);

}  // namespace satchel::dataverse
