// Which part of the Web API answers which request.
#pragma once

#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

// Never fails: errors become answers. Adds Preference-Applied.
[[nodiscard]] HttpResponse Route(Call& call);

}  // namespace satchel::sandbox
