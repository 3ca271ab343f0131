// A $filter as the engine's Query: one meaning for OData and FetchXML, one compiler.
#pragma once

#include <string>
#include <string_view>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/web/url.h"
#include "policy/model/filter.h"

namespace satchel::sandbox {

// A property as JSON, $select and $filter name it: "name", "_primarycontactid_value".
[[nodiscard]] const Attribute* FindProperty(const Table& table, std::string_view property);
// "Could not find a property named 'x' on type 'Microsoft.Dynamics.CRM.account'."
[[nodiscard]] tl::unexpected<ApiError> NoSuchProperty(const Table& table,
                                                      std::string_view property);

// A navigation property that leads to users and teams has no columns of its own.
[[nodiscard]] tl::unexpected<ApiError> LeadsToOwners(std::string_view navigation);

// Adds the filter's conditions and the links it needs to `query`, whose entity is `table`.
[[nodiscard]] Answer<> AddFilter(Query& query, std::string_view filter, const Url& url,
                                 const Metadata& metadata, const Table& table);

}  // namespace satchel::sandbox
