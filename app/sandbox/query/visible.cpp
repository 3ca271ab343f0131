#include "app/sandbox/query/visible.h"

#include "engine/record/cell.h"

namespace satchel::sandbox {

std::string Visible::Name(std::string_view entity) {
  return SqlName(PlainName(entity));
}

std::string Visible::PlainName(std::string_view entity) {
  if (const auto known = names_.find(entity); known != names_.end()) return known->second;
  const RowAccess access = security_.VisibleRows(actor_, entity, "row");
  std::string name(entity);
  if (access.kind != RowAccess::Kind::kAll) {
    name = "visible " + name;
    // NOT MATERIALIZED: conditions and indexes reach through to the table.
    definitions_ += (definitions_.empty() ? "" : ", ") + SqlName(name) +
                    " AS NOT MATERIALIZED (SELECT * FROM " + SqlName(entity) + " AS row WHERE " +
                    access.condition + ")";
  }
  names_.emplace(entity, name);
  return name;
}

std::string Visible::With() const {
  return definitions_.empty() ? std::string() : "WITH " + definitions_ + " ";
}

}  // namespace satchel::sandbox
