// A Dataverse environment behind CrmServer.
#pragma once

#include <memory>

#include "engine/server/connection.h"
#include "engine/server/crm_server.h"

namespace satchel {

[[nodiscard]] std::unique_ptr<CrmServer> MakeDataverseServer(
    std::unique_ptr<Connection> connection);

}  // namespace satchel
