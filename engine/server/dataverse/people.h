// Users, teams and the settings that decide what relative dates and "my records" mean.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/server/connection.h"
#include "engine/server/crm_server.h"

namespace satchel::dataverse {

[[nodiscard]] Result<Identity> ReadIdentity(Connection& connection, std::stop_token stop);
[[nodiscard]] Result<std::vector<UserInfo>> ReadUsers(Connection& connection, std::stop_token stop);
[[nodiscard]] Result<UserInfo> FindUser(Connection& connection, const std::string& who,
                                        std::stop_token stop);
[[nodiscard]] Result<FilterContext> ReadContext(Connection& connection, const Identity& me,
                                                const std::string& user_id, std::stop_token stop);
[[nodiscard]] Result<std::string> WhyNotExact(Connection& connection, const Identity& me,
                                              const std::string& user_id,
                                              const std::vector<std::string>& entities,
                                              std::stop_token stop);

}  // namespace satchel::dataverse
