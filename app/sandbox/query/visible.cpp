#include "app/sandbox/query/visible.h"

#include "engine/record/cell.h"

namespace satchel::sandbox {

std::string Visible::Name(std::string_view entity) {
  if (const auto known = names_.find(entity); known != names_.end()) return known->second;
  const RowAccess access = security_.VisibleRows(actor_, entity, "row");
  std::string name = SqlName(entity);
  if (access.kind != RowAccess::Kind::kAll) {
    const std::string table = name;
    name = SqlName("visible " + std::string(entity));
    // NOT MATERIALIZED: conditions and indexes reach through to the table.
    definitions_ += (definitions_.empty() ? "" : ", ") + name +
                    " AS NOT MATERIALIZED (SELECT * FROM " + table + " AS row WHERE " +
                    access.condition + ")";
  }
  names_.emplace(entity, name);
  return name;
}

std::string Visible::With() const {
  return definitions_.empty() ? std::string() : "WITH " + definitions_ + " ";
}

}  // namespace satchel::sandbox
