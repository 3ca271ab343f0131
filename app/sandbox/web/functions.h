// Functions of the service: WhoAmI, RetrieveTotalRecordCount.
#pragma once

#include <optional>

#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

// Nothing: there is no such function.
[[nodiscard]] std::optional<Answer<HttpResponse>> CallFunction(Call& call);

}  // namespace satchel::sandbox
