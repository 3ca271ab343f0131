// $metadata of an OData v4 service (CSDL XML) as a Schema.
#pragma once

#include <string_view>

#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel::odata {

// One entity per entity set, named as the set; fields are its properties, inherited ones included.
// Properties of types no column can hold (complex, collections, streams, binary) are left out.
// kCorrupt: not CSDL; a DOCTYPE; over the caps of engine/http/limits.h.
[[nodiscard]] Result<Schema> ParseCsdl(std::string_view xml);

}  // namespace satchel::odata
