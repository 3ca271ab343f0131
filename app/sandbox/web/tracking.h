// Change tracking: loads that end with a delta link, and deltas.
#pragma once

#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

// Whether the request asks for tracking: by preference, delta link or one of their next links.
[[nodiscard]] bool AsksForChanges(const Call& call);
[[nodiscard]] Answer<HttpResponse> GetChanges(Call& call, const Table& table);
// accounts/$count?$deltatoken=…
[[nodiscard]] Answer<HttpResponse> GetChangeCount(Call& call, const Table& table);

}  // namespace satchel::sandbox
