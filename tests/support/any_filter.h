// Random worlds and random queries over them, for properties of filters: every operator, every link
// type, aliases, nesting, orders. Call the generators within a RapidCheck property.
#pragma once

#include <cstdint>
#include <string>

#include "engine/filter/context.h"
#include "engine/filter/data_set.h"
#include "policy/model/filter.h"

namespace satchel {

// The same for the same seed. Two entities, a and c, with a field of every type.
[[nodiscard]] DataSet MakeWorld(std::uint32_t seed);
[[nodiscard]] Query AnyFilterQuery();
[[nodiscard]] FilterContext AnyFilterContext();
[[nodiscard]] std::string Show(const FilterContext& context);

}  // namespace satchel
