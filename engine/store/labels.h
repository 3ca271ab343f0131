// Names of lookup targets: set aside while changes come in, and dropped when nothing points at them
// any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/value.h"
#include "engine/server/crm_server.h"
#include "engine/store/database.h"
#include "engine/store/local_schema.h"

namespace satchel {

// In a temporary table; begins a new collection with Forget.
[[nodiscard]] Result<> SetLabelsAside(Database& database, const std::vector<Label>& labels);
[[nodiscard]] Result<> ForgetLabelsSetAside(Database& database);
// Inside the caller's transaction.
[[nodiscard]] Result<> PutLabelsSetAside(Database& database);

// Lookups that rows held before a change took them away.
class Unpointed {
 public:
  explicit Unpointed(Database& database) : database_(database) {}
  [[nodiscard]] Result<> Add(const Cell& id);
  // Too many to tell: every name is looked at.
  [[nodiscard]] Result<> AddAll();

 private:
  Database& database_;
  std::optional<Statement> put_ = {};
};

// Before a publication: nothing lost a lookup yet.
[[nodiscard]] Result<> ForgetUnpointed(Database& database);
// Removes the names of those ids that no lookup of `tables` holds. Ids that are no GUIDs keep their
// names. Inside the caller's transaction.
[[nodiscard]] Result<> DropStaleLabels(Database& database, const std::vector<LocalTable>& tables);

}  // namespace satchel
