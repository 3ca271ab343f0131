// A FetchXML request as a SELECT: links joined row by row, as the server answers them.
#pragma once

#include <string>

#include "app/sandbox/fetch/fetch_request.h"
#include "app/sandbox/query/select.h"
#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

struct FetchSelect {
  Select select = {};
  std::string context = {};  // "contacts(fullname,contactid)"
};

// Refuses unknown columns, and 403 where the user may not read the entity at all.
[[nodiscard]] Answer<FetchSelect> CompileFetch(Call& call, const Table& table,
                                               const FetchRequest& request);

}  // namespace satchel::sandbox
