#include "preview/compare/drift_sets.h"

#include <algorithm>

#include "engine/record/row_version.h"
#include "engine/store/outbox.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

Result<std::vector<std::string>> Ids(Database& database, const std::string& sql,
                                     const std::set<std::string>& without) {
  auto statement = database.Prepare(sql);
  if (!statement) return Fail(statement.error());
  std::vector<std::string> ids;
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) break;
    std::string id = IdText(statement->At(0));
    if (!without.contains(id)) ids.push_back(std::move(id));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

std::set<std::string> IdDifferences::all() const {
  std::set<std::string> ids;
  for (const auto* list : {&missing, &surplus, &outdated}) ids.insert(list->begin(), list->end());
  return ids;
}

Result<> AttachFull(Database& database, const std::filesystem::path& file) {
  auto attach = database.Prepare("ATTACH ?1 AS \"full\"");
  if (!attach) return Fail(attach.error());
  const std::string name = file.string();
  attach->Bind(1, std::string_view(name));
  return attach->Run();
}

Result<IdDifferences> DifferencesOf(Database& database, const EntitySchema& entity) {
  const auto outbox = ReadOutbox(database);
  if (!outbox) return Fail(outbox.error());
  std::set<std::string> pending;
  for (const OutboxEntry& entry : *outbox) {
    if (entry.entity == entity.name && entry.state != EntryState::kDropped) {
      pending.insert(IdText(entry.id));
    }
  }
  const std::string key = SqlName(entity.key);
  const std::string here = "SELECT " + key + " FROM main." + SqlName(entity.name);
  const std::string there = "SELECT " + key + " FROM \"full\"." + SqlName(entity.name);
  IdDifferences found;
  auto missing = Ids(database, there + " EXCEPT " + here, pending);
  if (!missing) return Fail(missing.error());
  found.missing = *std::move(missing);
  auto surplus = Ids(database, here + " EXCEPT " + there, pending);
  if (!surplus) return Fail(surplus.error());
  found.surplus = *std::move(surplus);

  const std::string version = SqlName(kVersionColumn);
  auto both = database.Prepare("SELECT h." + key + ", h." + version + ", t." + version +
                               " FROM main." + SqlName(entity.name) + " h JOIN \"full\"." +
                               SqlName(entity.name) + " t ON t." + key + " = h." + key +
                               " WHERE h." + version + " <> t." + version);
  if (!both) return Fail(both.error());
  for (;;) {
    const auto row = both->Step();
    if (!row) return Fail(row.error());
    if (!*row) break;
    std::string id = IdText(both->At(0));
    const bool differ = PlainVersion(both->Text(1)) != PlainVersion(both->Text(2));
    if (differ && !pending.contains(id)) found.outdated.push_back(std::move(id));
  }
  std::sort(found.outdated.begin(), found.outdated.end());
  return found;
}

Result<std::set<std::string>> IdsOf(Database& database, const EntitySchema& entity) {
  const auto ids =
      Ids(database, "SELECT " + SqlName(entity.key) + " FROM main." + SqlName(entity.name), {});
  if (!ids) return Fail(ids.error());
  return std::set<std::string>(ids->begin(), ids->end());
}

}  // namespace satchel
