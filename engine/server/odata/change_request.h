// Edits as an OData v4 service is asked to carry them out.
#pragma once

#include <string>

#include "engine/http/transport.h"
#include "engine/server/write.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel::odata {

// An id as a literal of the key's type; nothing when it is none.
[[nodiscard]] Result<std::string> KeyLiteral(const EntitySchema& entity, const std::string& id);

// The request, its URL relative to the service root. There is no conditional create: a POST carries
// the id, and a service that has the record already refuses it. An edit without an ETag says
// If-Match: *, which services that insist on one (428) take. kInvalid: it cannot be written so.
[[nodiscard]] Result<HttpRequest> MakeChange(const WriteOperation& operation, const Schema& schema);

}  // namespace satchel::odata
