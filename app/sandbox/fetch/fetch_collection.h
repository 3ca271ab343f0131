// accounts?fetchXml=…, accounts?savedQuery=…
#pragma once

#include <string_view>

#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

[[nodiscard]] Answer<HttpResponse> GetFetch(Call& call, const Table& table, std::string_view xml);
// The FetchXML of a saved query.
[[nodiscard]] Answer<std::string> SavedFetch(Call& call, std::string_view id);

}  // namespace satchel::sandbox
