// What a local database knows about itself: whose it is, what it holds, how to show it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

inline constexpr int kLocalFormat = 4;

// Makes the tables that describe the database, if they are missing, and brings those of an older
// format up to date, with everything in them. Refuses a newer one.
[[nodiscard]] Result<> CreateMeta(Database& database);
// Fails with kDenied when the database belongs to somebody else; binds a new one.
[[nodiscard]] Result<> BindOwner(Database& database, const std::string& server,
                                 const std::string& organization, const std::string& user);
[[nodiscard]] Result<std::string> ReadMeta(Database& database, const std::string& name);
[[nodiscard]] Result<> WriteMeta(Database& database, const std::string& name,
                                 const std::string& value);
// Labels, types, choices and what may be written of the kept fields: readers and editors need no
// server.
[[nodiscard]] Result<> DescribeEntities(
    Database& database, const Schema& schema,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& entities_and_fields);
// The same read back: entities in the policy's order, with only the kept fields.
struct LocalDescription {
  std::vector<std::string> order = {};
  std::vector<std::pair<std::string, std::vector<std::string>>> fields = {};
  Schema schema = {};
};
[[nodiscard]] Result<LocalDescription> ReadDescription(Database& database);

}  // namespace satchel
