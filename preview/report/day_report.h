// A simulated day for people and for programs.
#pragma once

#include <string>

#include "preview/day/day.h"

namespace satchel {

[[nodiscard]] std::string DayJson(const std::string& policy_name, const SimulatedDay& day);
[[nodiscard]] std::string DayTable(const SimulatedDay& day);

}  // namespace satchel
