// A server's schema as it was last read, kept on disk: editing goes on when the server is away.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct KeptSchema {
  std::int64_t read_at = 0;               // Seconds since 1970.
  std::vector<EntityName> entities = {};  // All the server has.
  Schema schema = {};                     // Of those that were asked for.
};

// One file per server, below the settings folder.
[[nodiscard]] std::filesystem::path KeptSchemaFile(const std::filesystem::path& folder,
                                                   const std::string& server);
[[nodiscard]] Result<> WriteKeptSchema(const std::filesystem::path& file, const KeptSchema& kept);
// kNotFound: there is none. kCorrupt: it cannot be read; the next one replaces it.
[[nodiscard]] Result<KeptSchema> ReadKeptSchema(const std::filesystem::path& file);

}  // namespace satchel
