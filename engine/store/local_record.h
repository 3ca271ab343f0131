// Records of the local tables, one at a time and in lists: what an app reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/store/database.h"
#include "engine/store/edit_check.h"
#include "engine/store/local_meta.h"
#include "policy/support/result.h"

namespace satchel {

struct LocalRecord {
  std::string id = {};
  std::string version = {};            // Empty: not known, or the server does not have it yet.
  bool pending = false;                // Some change of it is in the outbox.
  std::vector<FieldText> values = {};  // Every kept field, in the policy's order.
  // What people read instead of a choice's number or a lookup's id, where it is known.
  std::vector<FieldText> names = {};

  // Its name, else its value; empty for a field that is not kept.
  [[nodiscard]] std::string Shown(std::string_view field) const;
};

struct ListOptions {
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

// `description` is of this database. kNotFound for an entity it does not keep, and for a record
// that is not there.
[[nodiscard]] Result<LocalRecord> ReadRecord(Database& database,
                                             const LocalDescription& description,
                                             const std::string& entity, const std::string& id);
// In the order of ids.
[[nodiscard]] Result<std::vector<LocalRecord>> ListRecords(Database& database,
                                                           const LocalDescription& description,
                                                           const std::string& entity,
                                                           const ListOptions& options);

}  // namespace satchel
