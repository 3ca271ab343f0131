// The content of an attachment, which Dataverse keeps as base64 in a text field.
#pragma once

#include <stop_token>
#include <vector>

#include "engine/server/connection.h"
#include "engine/server/crm_server.h"
#include "policy/schema/schema.h"

namespace satchel::dataverse {

// As CrmServer::ReadBody. Memory holds one piece; a server that does not give the field by itself
// is asked for the record, and then the usual cap on answers applies.
[[nodiscard]] Result<> ReadBody(Connection& connection, const BodyRequest& request,
                                const Schema& schema, const std::vector<Header>& headers,
                                const BodyPieces& sink, std::stop_token stop);

}  // namespace satchel::dataverse
