// Which records two databases of the same tables hold differently.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/store/database.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct IdDifferences {
  std::vector<std::string> missing = {};   // In the other one only.
  std::vector<std::string> surplus = {};   // Here only.
  std::vector<std::string> outdated = {};  // In both, in another version.
  [[nodiscard]] std::set<std::string> all() const;
};

// Makes the tables of the database in `file` visible in `database`, as "full".
[[nodiscard]] Result<> AttachFull(Database& database, const std::filesystem::path& file);
// `database` against what is attached. Ids as IdText, sorted. What waits for an upload, or awaits
// the user's decision, is left out: it differs for good reason.
[[nodiscard]] Result<IdDifferences> DifferencesOf(Database& database, const EntitySchema& entity);
[[nodiscard]] Result<std::set<std::string>> IdsOf(Database& database, const EntitySchema& entity);

}  // namespace satchel
