#include "engine/store/many_to_many.h"

#include <algorithm>

#include "engine/record/mutant.h"
#include "engine/store/overlay.h"

namespace satchel {

std::vector<LinkEnd> LinkEndsOf(const EntitySchema& intersect, const Schema& schema) {
  std::vector<LinkEnd> ends;
  const auto add = [&](const std::string& field, const std::string& entity) {
    if (!intersect.Find(field) || field == intersect.key) return;
    const LinkEnd end = {field, entity};
    if (std::find(ends.begin(), ends.end(), end) == ends.end()) ends.push_back(end);
  };
  for (const auto& [name, field] : intersect.fields) {
    if (field.targets.size() == 1) add(name, field.targets.front());
  }
  for (const auto& [name, entity] : schema.entities) {
    const bool linked =
        std::any_of(entity.many_to_many.begin(), entity.many_to_many.end(),
                    [&](const ManyToMany& link) { return link.intersect == intersect.name; });
    if (!linked) continue;
    add(entity.key, name);
    add(entity.key + "one", name);  // Of an entity with itself.
    add(entity.key + "two", name);
  }
  return ends;
}

Result<std::int64_t> DropLooseLinks(Database& database, const Schema& schema,
                                    const LocalTable& table,
                                    const std::vector<LocalTable>& tables) {
  const EntitySchema* entity = schema.Find(table.entity);
  if (!entity || !entity->intersect || Planted(Mutant::kB10LooseLinks)) return 0;
  std::int64_t removed = 0;
  for (const LinkEnd& end : LinkEndsOf(*entity, schema)) {
    const bool kept =
        std::find(table.fields.begin(), table.fields.end(), end.field) != table.fields.end();
    const auto other = std::find_if(tables.begin(), tables.end(),
                                    [&](const LocalTable& t) { return t.entity == end.entity; });
    if (!kept || other == tables.end()) continue;
    const std::string field = SqlName(end.field);
    auto remove = database.Prepare(
        "DELETE FROM " + SqlName(table.entity) + " WHERE " + field + " IS NOT NULL AND " + field +
        " NOT IN (SELECT key FROM " + SqlName(KeyTableName(other->entity, other->key)) + ") AND " +
        SqlName(table.key) + " NOT IN (" + std::string(kPinnedIdsSql) + ")");
    if (!remove) return Fail(remove.error());
    remove->Bind(1, std::string_view(table.entity));
    if (auto done = remove->Run(); !done) return Fail(done.error());
    removed += database.changes();
  }
  return removed;
}

}  // namespace satchel
