// The schema part of a data set, read where it stands in the document.
#pragma once

#include <string_view>

#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// `part` is the object of entities, a piece of `whole`; places in messages are places in `whole`.
[[nodiscard]] Result<Schema> ReadEntities(std::string_view whole, std::string_view part);

}  // namespace satchel
