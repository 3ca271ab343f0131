#include "engine/store/local_edit.h"

#include <algorithm>

#include "engine/store/condense.h"
#include "engine/store/overlay.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

std::string NameOf(const std::string& entity, const Value& id) {
  return entity + " " + IdText(id);
}

tl::unexpected<Error> Denied(const std::string& entity, const char* what) {
  return Fail(ErrorCode::kDenied,
              entity + ": the policy does not allow to " + what + " its records on the device");
}

// Changes whenever another connection wrote anything, or any table changed its shape.
Result<std::string> StateOf(Database& database) {
  std::string state;
  for (const char* sql : {"PRAGMA schema_version", "PRAGMA data_version"}) {
    auto statement = database.Prepare(sql);
    if (!statement) return Fail(statement.error());
    if (const auto row = statement->Step(); !row) return Fail(row.error());
    state += std::to_string(statement->Integer(0)) + ".";
  }
  return state;
}

// A change goes into the last entry of its record, unless that one is on its way.
OutboxEntry* Open(std::vector<OutboxEntry>& entries) {
  if (entries.empty() || entries.back().state == EntryState::kSending) return nullptr;
  return &entries.back();
}

// The user did something about it: what was refused is tried again.
void Renew(OutboxEntry& entry) {
  if (entry.state != EntryState::kError) return;
  entry.state = EntryState::kWaiting;
  entry.attempts = 0;
  entry.message.clear();
}

// Both sides deleted it: nothing is left to be in conflict about. But a read side that lags says as
// well that a record is gone, so the deletion is sent; what is there after all is compared first,
// because the entry has no version. It was looked for in vain once, when the conflict was met.
void ForgetThatItIsGone(OutboxEntry& entry) {
  if (entry.state != EntryState::kConflict || !entry.theirs_gone) return;
  entry.state = EntryState::kWaiting;
  entry.theirs_gone = false;
  entry.version.clear();
  entry.their_version.clear();
  entry.attempts = 1;
  entry.message.clear();
  for (FieldChange& change : entry.changes) change.theirs = {};
}

}  // namespace

LocalEdits::LocalEdits(Database& database, Policy policy, World world)
    : database_(database), policy_(std::move(policy)), world_(std::move(world)) {}

Result<> LocalEdits::Refresh() {
  auto state = StateOf(database_);
  if (!state) return Fail(state.error());
  if (*state == described_) return {};
  auto tables = LocalTables::Read(database_);
  if (!tables) return Fail(tables.error());
  tables_ = std::move(*tables);
  described_ = std::move(*state);
  return {};
}

template <class Work>
auto LocalEdits::Carry(Work work) -> decltype(work()) {
  auto transaction = Transaction::Begin(database_);
  if (!transaction) return Fail(transaction.error());
  if (auto ready = Refresh(); !ready) return Fail(ready.error());
  auto done = work();
  if (!done) return done;
  if (auto committed = transaction->Commit(); !committed) return Fail(committed.error());
  return done;
}

Result<LocalEdits::Subject> LocalEdits::Find(const std::string& name) {
  const Entity* entity = policy_.Find(name);
  const EntitySchema* schema = tables_.Schema(name);
  LocalRows* rows = tables_.Rows(name);
  if (entity && schema && rows && entity->mode == DeviceMode::kOffline) {
    return Subject{schema, rows, &entity->allow};
  }
  if (entity && entity->mode == DeviceMode::kOnline) {
    return Fail(ErrorCode::kNotFound,
                name + ": its records are not kept on the device (go online to change them)");
  }
  if (entity) {
    return Fail(ErrorCode::kNotFound,
                name + ": its records are not on the device yet (synchronise first)");
  }
  std::vector<std::string> names;
  for (const Entity& known : policy_.entities) names.push_back(known.name);
  const std::string near = Nearest(name, names);
  return Fail(ErrorCode::kNotFound, "the policy has no entity " + Quoted(name) +
                                        (near.empty() ? " (see its list of entities)"
                                                      : " (did you mean " + Quoted(near) + "?)"));
}

// A record deleted here cannot be pointed at: by the time this is sent it is gone there too.
Result<> LocalEdits::CheckTargets(const EntitySchema& entity,
                                  const std::vector<FieldValue>& values) {
  for (const FieldValue& value : values) {
    const FieldSchema* field = entity.Find(value.field);
    if (!field || !kIdTypes.Has(field->type) || IdText(value.value).empty()) continue;
    auto deleted = database_.Prepare(
        "SELECT entity FROM \"@outbox\" WHERE entity IN (SELECT name FROM \"@entity\") AND id=?1 "
        "AND kind=?2 AND state<>4");
    if (!deleted) return Fail(deleted.error());
    deleted->Bind(1, ToCell(value.value));
    deleted->Bind(2, static_cast<std::int64_t>(ChangeKind::kDelete));
    Result<bool> row = true;
    while ((row = deleted->Step()) && *row) {
      const std::string target(deleted->Text(0));
      const auto& targets = field->targets;
      if (!targets.empty() && std::find(targets.begin(), targets.end(), target) == targets.end()) {
        continue;
      }
      return Fail(ErrorCode::kInvalid, entity.name + "." + value.field + ": " +
                                           NameOf(target, value.value) +
                                           " was deleted on this device");
    }
    if (!row) return Fail(row.error());
  }
  return {};
}

Result<std::string> LocalEdits::Create(const std::string& entity,
                                       const std::vector<FieldText>& values) {
  return Carry([&]() -> Result<std::string> {
    const auto subject = Find(entity);
    if (!subject) return Fail(subject.error());
    if (!subject->allow->create) return Denied(entity, "create");
    const EntitySchema& schema = *subject->schema;
    if (schema.intersect) {
      return Fail(ErrorCode::kUnsupported,
                  entity + ": it links records; associate the two records instead");
    }
    auto read = ReadEdit(tables_.description().schema, schema, EditKind::kCreate, values);
    if (!read) return Fail(read.error());
    if (auto there = CheckTargets(schema, *read); !there) return Fail(there.error());

    OutboxEntry entry = {.entity = entity, .kind = ChangeKind::kCreate, .made_at = world_.now()};
    for (const FieldValue& value : *read) {
      if (value.field == schema.key) {
        entry.id = value.value;
      } else {
        ChangeOf(entry, value.field).mine = value.value;
      }
    }
    (void)DropUnchanged(entry);
    const bool given = !std::holds_alternative<std::monostate>(entry.id);
    if (!given) {
      switch (KeyKindOf(schema)) {
        case IdKind::kGuid:
          entry.id = world_.new_id();
          read->push_back({schema.key, entry.id});
          break;
        case IdKind::kText:
          return Fail(ErrorCode::kInvalid,
                      entity + "." + schema.key + ": a new record must have it");
        case IdKind::kInteger:
          return Fail(ErrorCode::kUnsupported,
                      entity + ": the server numbers its records (go online to create one)");
      }
    }
    const auto there = subject->rows->Find(entry.id);
    if (!there) return Fail(there.error());
    const auto pending = EntriesOf(database_, entity, entry.id);
    if (!pending) return Fail(pending.error());
    if (*there || !pending->empty()) {
      return Fail(ErrorCode::kConflict,
                  NameOf(entity, entry.id) + (*there ? ": it exists already"
                                                     : ": it is just being deleted (synchronise, "
                                                       "then create it)"));
    }
    if (auto put = subject->rows->Insert(*read); !put) return Fail(put.error());
    if (auto put = PutEntry(database_, entry); !put) return Fail(put.error());
    return IdText(entry.id);
  });
}

// Whether the record was made here and the server has not shown what it made of it.
Result<bool> LocalEdits::Unread(const std::string& entity, const Value& id,
                                const std::vector<OutboxEntry>& entries) {
  const bool unsent = std::any_of(entries.begin(), entries.end(), [](const OutboxEntry& entry) {
    return entry.kind == ChangeKind::kCreate;
  });
  if (unsent) return true;
  auto made = database_.Prepare("SELECT made FROM \"@written\" WHERE entity=?1 AND id=?2");
  if (!made) return Fail(made.error());
  made->Bind(1, std::string_view(entity));
  made->Bind(2, ToCell(id));
  const auto row = made->Step();
  if (!row) return Fail(row.error());
  return *row && made->Integer(0) != 0;
}

Result<> LocalEdits::PutUpdate(const Subject& subject, const Value& id, const LocalRow& row,
                               const std::vector<FieldValue>& values) {
  OutboxEntry update = {.entity = subject.schema->name,
                        .id = id,
                        .kind = ChangeKind::kUpdate,
                        .made_at = world_.now()};
  for (const FieldValue& value : values) {
    const Value* now = row.Find(value.field);
    FieldChange& change = ChangeOf(update, value.field);
    change.mine = value.value;
    if (now) change.base = change.before = *now;
  }
  OutboxEntry differing = update;
  if (!DropUnchanged(differing)) return {};  // The row says so already.

  auto entries = EntriesOf(database_, update.entity, id);
  if (!entries) return Fail(entries.error());
  if (OutboxEntry* open = Open(*entries)) {
    auto condensed = Condense(*open, update);
    if (condensed) {
      Renew(*condensed);
      if (auto put = PutEntry(database_, *condensed); !put) return put;
    } else if (auto gone = GiveUpEntry(database_, *open); !gone) {
      return gone;
    }
  } else {
    // After one on its way it is based on the version that one earns.
    if (entries->empty()) differing.version = row.version();
    const auto unread = Unread(update.entity, id, *entries);
    if (!unread) return Fail(unread.error());
    differing.unread = *unread;
    if (auto put = PutEntry(database_, differing); !put) return put;
  }
  return subject.rows->Update(row.row, values);
}

Result<> LocalEdits::Edit(const std::string& entity, const std::string& id,
                          const std::vector<FieldText>& values) {
  return Carry([&]() -> Result<> {
    const auto subject = Find(entity);
    if (!subject) return Fail(subject.error());
    if (!subject->allow->update) return Denied(entity, "change");
    const auto key = ReadId(tables_.description().schema, *subject->schema, id);
    if (!key) return Fail(key.error());
    const auto row = subject->rows->Find(*key);
    if (!row) return Fail(row.error());
    if (!*row) {
      return Fail(ErrorCode::kNotFound, NameOf(entity, *key) + " is not on this device");
    }
    if (subject->schema->intersect) {
      return Fail(ErrorCode::kUnsupported, entity + ": it links records and has nothing to change");
    }
    auto entries = EntriesOf(database_, entity, *key);
    if (!entries) return Fail(entries.error());
    const OutboxEntry* open = Open(*entries);
    const bool unsent = open && open->kind == ChangeKind::kCreate;
    const auto read = ReadEdit(tables_.description().schema, *subject->schema,
                               unsent ? EditKind::kUnsent : EditKind::kUpdate, values);
    if (!read) return Fail(read.error());
    if (auto there = CheckTargets(*subject->schema, *read); !there) return there;
    return PutUpdate(*subject, *key, **row, *read);
  });
}

Result<> CheckUnreferenced(Database& database, const LocalTables& tables,
                           const OutboxEntry& created) {
  auto pointing = database.Prepare(
      "SELECT o.entity,o.id,c.field FROM \"@change\" c JOIN \"@outbox\" o ON o.seq=c.seq WHERE "
      "c.mine=?1 AND o.seq<>?2 AND o.state<>4");
  if (!pointing) return Fail(pointing.error());
  pointing->Bind(1, ToCell(created.id));
  pointing->Bind(2, created.seq);
  Result<bool> row = true;
  while ((row = pointing->Step()) && *row) {
    const std::string entity(pointing->Text(0));
    const std::string field(pointing->Text(2));
    const Value id = ToValue(pointing->At(1));
    if (entity == created.entity && id == created.id) continue;  // It points at itself.
    const FieldSchema* schema = tables.description().schema.Find(entity, field);
    if (!schema || !kIdTypes.Has(schema->type)) continue;
    const auto& targets = schema->targets;
    if (!targets.empty() &&
        std::find(targets.begin(), targets.end(), created.entity) == targets.end()) {
      continue;
    }
    return Fail(ErrorCode::kConflict, NameOf(created.entity, created.id) + " was never sent, and " +
                                          NameOf(entity, id) + " points at it by " + Quoted(field) +
                                          " (clear that field first)");
  }
  if (!row) return Fail(row.error());
  return {};
}

Result<> LocalEdits::Delete(const std::string& entity, const std::string& id) {
  return Carry([&]() -> Result<> {
    const auto subject = Find(entity);
    if (!subject) return Fail(subject.error());
    if (!subject->allow->remove) return Denied(entity, "delete");
    const auto key = ReadId(tables_.description().schema, *subject->schema, id);
    if (!key) return Fail(key.error());
    const auto row = subject->rows->Find(*key);
    if (!row) return Fail(row.error());
    if (!*row) {
      return Fail(ErrorCode::kNotFound, NameOf(entity, *key) + " is not on this device");
    }
    if (subject->schema->intersect) {
      return Fail(ErrorCode::kUnsupported,
                  entity + ": it links records; disassociate the two records instead");
    }
    OutboxEntry remove = {.entity = entity,
                          .id = *key,
                          .kind = ChangeKind::kDelete,
                          .made_at = world_.now(),
                          .changes = WholeRow((*row)->values)};
    auto entries = EntriesOf(database_, entity, *key);
    if (!entries) return Fail(entries.error());
    if (OutboxEntry* open = Open(*entries)) {
      if (open->kind == ChangeKind::kCreate && !MayBeThere(*open)) {
        if (auto free = CheckUnreferenced(database_, tables_, *open); !free) return free;
      }
      auto condensed = Condense(*open, remove);
      if (condensed) {
        Renew(*condensed);
        ForgetThatItIsGone(*condensed);
        if (auto put = PutEntry(database_, *condensed); !put) return put;
      } else if (auto gone = GiveUpEntry(database_, *open); !gone) {
        return gone;
      }
    } else {
      if (entries->empty()) remove.version = (*row)->version();
      const auto unread = Unread(entity, *key, *entries);
      if (!unread) return Fail(unread.error());
      remove.unread = *unread;
      if (auto put = PutEntry(database_, remove); !put) return put;
    }
    return subject->rows->Remove((*row)->row);
  });
}

Result<std::vector<FieldValue>> LocalEdits::ReadEnds(const Subject& subject,
                                                     const std::vector<FieldText>& ends) const {
  const EntitySchema& schema = *subject.schema;
  if (!schema.intersect) {
    return Fail(ErrorCode::kUnsupported,
                schema.name + ": it is no link between records (set its lookup instead)");
  }
  auto read = ReadEdit(tables_.description().schema, schema, EditKind::kCreate, ends);
  if (!read) return Fail(read.error());
  const bool two = ends.size() == 2 && read->size() == 2 &&
                   std::none_of(read->begin(), read->end(), [&](const FieldValue& end) {
                     return end.field == schema.key || IdText(end.value).empty() ||
                            !kIdTypes.Has(schema.Find(end.field)->type);
                   });
  if (!two) {
    return Fail(ErrorCode::kInvalid,
                schema.name + ": name the two records by the two lookups of this entity");
  }
  return read;
}

Result<> LocalEdits::Associate(const std::string& intersect, const std::vector<FieldText>& ends) {
  return Carry([&]() -> Result<> {
    const auto subject = Find(intersect);
    if (!subject) return Fail(subject.error());
    if (!subject->allow->create) return Denied(intersect, "create");
    auto read = ReadEnds(*subject, ends);
    if (!read) return Fail(read.error());
    const auto there = subject->rows->FindWhere(*read);
    if (!there) return Fail(there.error());
    if (!there->empty()) return {};
    if (auto targets = CheckTargets(*subject->schema, *read); !targets) return targets;
    // Taking back a disassociation that was not sent brings the server's row back.
    auto pending = PendingLink(database_, intersect, ChangeKind::kDisassociate, *read);
    if (!pending) return Fail(pending.error());
    if (*pending && (*pending)->state != EntryState::kSending) {
      const std::vector<FieldValue> row = BasesOf(**pending);
      if (auto gone = RemoveEntry(database_, (*pending)->seq); !gone) return gone;
      return subject->rows->Insert(row);
    }
    OutboxEntry entry = {.entity = intersect,
                         .id = world_.new_id(),
                         .kind = ChangeKind::kAssociate,
                         .made_at = world_.now()};
    for (const FieldValue& end : *read) ChangeOf(entry, end.field).mine = end.value;
    if (auto put = PutEntry(database_, entry); !put) return put;
    read->push_back({subject->schema->key, entry.id});
    return subject->rows->Insert(*read);
  });
}

Result<> LocalEdits::Disassociate(const std::string& intersect,
                                  const std::vector<FieldText>& ends) {
  return Carry([&]() -> Result<> {
    const auto subject = Find(intersect);
    if (!subject) return Fail(subject.error());
    if (!subject->allow->remove) return Denied(intersect, "delete");
    const auto read = ReadEnds(*subject, ends);
    if (!read) return Fail(read.error());
    const auto rows = subject->rows->FindWhere(*read);
    if (!rows) return Fail(rows.error());
    for (const LocalRow& row : *rows) {
      const Value id = *row.Find(subject->schema->key);
      auto entries = EntriesOf(database_, intersect, id);
      if (!entries) return Fail(entries.error());
      if (const OutboxEntry* open = Open(*entries)) {  // An association never sent.
        if (auto gone = RemoveEntry(database_, open->seq); !gone) return gone;
      } else {
        OutboxEntry entry = {.entity = intersect,
                             .id = id,
                             .kind = ChangeKind::kDisassociate,
                             .version = row.version(),
                             .made_at = world_.now(),
                             .changes = WholeRow(row.values)};
        for (const FieldValue& end : *read) ChangeOf(entry, end.field).mine = end.value;
        if (auto put = PutEntry(database_, entry); !put) return put;
      }
      if (auto gone = subject->rows->Remove(row.row); !gone) return gone;
    }
    return {};
  });
}

}  // namespace satchel
