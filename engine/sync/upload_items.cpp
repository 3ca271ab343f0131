#include "engine/sync/upload_items.h"

#include "engine/record/row_version.h"
#include "engine/store/condense.h"

namespace satchel::upload {

namespace {

bool IsNone(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}

// Two records are associated or not, whatever id the row between them has.
std::string PairOf(const OutboxEntry& entry) {
  std::string pair;
  for (const FieldChange& change : entry.changes) {
    if (!IsNone(change.mine)) pair += change.field + "=" + IdText(change.mine) + ";";
  }
  return pair;
}

void Point(Item& item, const OutboxEntry& entry, const FieldSchema& field, const Value& id,
           Value FieldChange::*side, bool old) {
  if (IsNone(id)) return;
  Reference reference = {
      .field = field.name, .id = IdText(id), .required = field.required, .old = old};
  if (field.targets.size() == 1) reference.entity = field.targets.front();
  if (const FieldChange* type = FindChange(entry, TypeColumn(field.name))) {
    if (const auto* named = std::get_if<std::string>(&(type->*side))) reference.entity = *named;
  }
  item.references.push_back(std::move(reference));
}

}  // namespace

Item ItemOf(const OutboxEntry& entry, const Schema& schema) {
  Item item = {.seq = entry.seq,
               .revision = entry.revision,
               .entity = entry.entity,
               .id = IsLink(entry) ? PairOf(entry) : IdText(entry.id),
               .kind = entry.kind,
               .state = entry.state,
               .attempts = entry.attempts,
               .versioned = !entry.version.empty(),
               .only_ours = IsOnlyOurs(entry),
               .unread = entry.unread};
  const EntitySchema* known = schema.Find(entry.entity);
  if (!known) return item;
  for (const FieldChange& change : entry.changes) {
    const FieldSchema* field = known->Find(change.field);
    if (!field || !kIdTypes.Has(field->type) || field->name == known->key) continue;
    const bool unlink = entry.kind == ChangeKind::kDisassociate;
    Point(item, entry, *field, change.mine, &FieldChange::mine, unlink);
    Point(item, entry, *field, change.base, &FieldChange::base, true);
  }
  return item;
}

WriteOperation OperationOf(const OutboxEntry& entry, bool unguarded) {
  WriteOperation operation = {.kind = entry.kind, .entity = entry.entity, .id = IdText(entry.id)};
  const bool based = entry.kind == ChangeKind::kUpdate || entry.kind == ChangeKind::kDelete;
  if (based && !unguarded) operation.if_match = ETagOfPlain(entry.version);
  if (entry.kind == ChangeKind::kDelete) return operation;
  for (const FieldChange& change : entry.changes) {
    const bool clears = entry.kind == ChangeKind::kUpdate;
    if (clears || !IsNone(change.mine)) operation.values.push_back({change.field, change.mine});
  }
  return operation;
}

std::string WhyNotSendable(const OutboxEntry& entry, const Schema& schema) {
  const EntitySchema* known = schema.Find(entry.entity);
  if (!known) return entry.entity + ": the server no longer has this entity";
  if (entry.kind == ChangeKind::kDelete) return {};
  for (const FieldChange& change : entry.changes) {
    const std::string field = change.field.substr(0, change.field.find('@'));
    if (field.empty() || IsNone(change.mine) || known->Find(field)) continue;
    return entry.entity + "." + field + ": the server no longer has this field";
  }
  return {};
}

}  // namespace satchel::upload
