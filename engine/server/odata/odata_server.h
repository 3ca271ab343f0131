// Any OData v4 service behind CrmServer.
//
// Such a service has no users to list and no impersonation; the profile's user id is what operators
// about the user mean. Servers page by offset, where rows written meanwhile shift the pages, so
// this connector pages by key: $orderby=key, key gt last.
#pragma once

#include <memory>
#include <string>

#include "engine/server/connection.h"
#include "engine/server/crm_server.h"

namespace satchel {

[[nodiscard]] std::unique_ptr<CrmServer> MakeODataServer(std::unique_ptr<Connection> connection,
                                                         std::string user_id);

}  // namespace satchel
