// $batch: multipart requests, change sets as transactions, references between their parts.
#pragma once

#include "app/sandbox/web/call.h"

namespace satchel::sandbox {

[[nodiscard]] Answer<HttpResponse> RunBatch(Call& call);

}  // namespace satchel::sandbox
