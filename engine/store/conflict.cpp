#include "engine/store/conflict.h"

#include "engine/store/condense.h"
#include "engine/store/local_edit.h"
#include "engine/store/local_tables.h"
#include "engine/store/overlay.h"

namespace satchel {

namespace {

tl::unexpected<Error> NoSuch(const char* what, std::int64_t seq) {
  return Fail(ErrorCode::kNotFound, std::string("there is no ") + what + " " + std::to_string(seq) +
                                        " (any more; list them again)");
}

// One entry and its record, in one transaction.
class Decision {
 public:
  static Result<Decision> Begin(Database& database) {
    auto transaction = Transaction::Begin(database);
    if (!transaction) return Fail(transaction.error());
    auto tables = LocalTables::Read(database);
    if (!tables) return Fail(tables.error());
    return Decision(database, std::move(*transaction), std::move(*tables));
  }

  Result<OutboxEntry> Find(std::int64_t seq, const char* what) {
    auto entry = ReadEntry(database_, seq);
    if (!entry) return Fail(entry.error());
    if (!*entry) return NoSuch(what, seq);
    return std::move(**entry);
  }

  Result<> Wait(OutboxEntry entry) {
    entry.state = EntryState::kWaiting;
    entry.attempts = 0;
    entry.message.clear();
    if (auto put = PutEntry(database_, entry); !put) return put;
    return transaction_.Commit();
  }

  Result<> GiveUp(const OutboxEntry& entry) {
    if (auto gone = GiveUpEntry(database_, entry); !gone) return gone;
    return transaction_.Commit();
  }

  // The row shows the server's values of what the entry changed.
  Result<> Undo(const OutboxEntry& entry) {
    LocalRows* rows = tables_.Rows(entry.entity);
    if (!rows) return {};
    const auto row = rows->Find(entry.id);
    if (!row) return Fail(row.error());
    const bool fresh = entry.kind == ChangeKind::kCreate || entry.kind == ChangeKind::kAssociate;
    if (fresh || (entry.state == EntryState::kConflict && entry.theirs_gone)) {
      return *row ? rows->Remove((*row)->row) : Result<>();
    }
    if (*row) return rows->Update((*row)->row, BasesOf(entry));
    return entry.kind == ChangeKind::kUpdate ? Result<>() : rows->Insert(BasesOf(entry));
  }

  Result<> KeepMine(OutboxEntry entry) {
    if (!entry.theirs_gone) {
      entry.version = entry.their_version;
      entry.unread = false;
      // The user has seen both sides, which matters where the server tells no versions.
      for (FieldChange& change : entry.changes) change.before = change.theirs;
      return Wait(std::move(entry));
    }
    // Deleted on the server: it is made again from what the device has.
    LocalRows* rows = tables_.Rows(entry.entity);
    const EntitySchema* schema = tables_.Schema(entry.entity);
    if (rows && schema) {
      const auto row = rows->Find(entry.id);
      if (!row) return Fail(row.error());
      if (*row) TakeWhole(entry, *schema, **row);
    }
    entry.kind = ChangeKind::kCreate;
    entry.theirs_gone = false;
    for (FieldChange& change : entry.changes) change.base = change.before = {};
    (void)DropUnchanged(entry);
    return Wait(std::move(entry));
  }

  Result<> KeepSome(OutboxEntry entry, const std::map<std::string, Keep>& fields, Keep rest) {
    LocalRows* rows = tables_.Rows(entry.entity);
    std::vector<FieldValue> theirs;
    std::vector<FieldChange> mine;
    for (const FieldChange& change : entry.changes) {
      const auto named = fields.find(FieldOf(change.field));
      const Keep keep = named == fields.end() ? rest : named->second;
      if (keep == Keep::kMine) {
        mine.push_back(change);
      } else {
        theirs.push_back({change.field, change.theirs});
      }
    }
    if (rows && !theirs.empty()) {
      const auto row = rows->Find(entry.id);
      if (!row) return Fail(row.error());
      if (*row) {
        if (auto put = rows->Update((*row)->row, theirs); !put) return put;
      }
    }
    if (mine.empty()) return GiveUp(entry);
    entry.changes = std::move(mine);
    return KeepMine(std::move(entry));
  }

  Result<> MayGo(const OutboxEntry& entry) { return CheckUnreferenced(database_, tables_, entry); }

  // A TypeColumn goes with its lookup.
  static std::string FieldOf(const std::string& column) {
    return column.substr(0, column.find('@'));
  }

 private:
  Decision(Database& database, Transaction transaction, LocalTables tables)
      : database_(database), transaction_(std::move(transaction)), tables_(std::move(tables)) {}

  static void TakeWhole(OutboxEntry& entry, const EntitySchema& schema, const LocalRow& row) {
    for (const auto& [name, field] : schema.fields) {
      if (name == schema.key || !field.creatable) continue;
      for (const std::string& column : {name, TypeColumn(name)}) {
        const Value* value = row.Find(column);
        if (value && !FindChange(entry, column)) ChangeOf(entry, column).mine = *value;
      }
    }
  }

  Database& database_;
  Transaction transaction_;
  LocalTables tables_;
};

}  // namespace

Result<> ResolveConflict(Database& database, std::int64_t seq, Keep keep) {
  auto decision = Decision::Begin(database);
  if (!decision) return Fail(decision.error());
  auto entry = decision->Find(seq, "conflict");
  if (!entry) return Fail(entry.error());
  if (entry->state != EntryState::kConflict) return NoSuch("conflict", seq);
  if (keep == Keep::kMine) return decision->KeepMine(std::move(*entry));
  if (auto undone = decision->Undo(*entry); !undone) return undone;
  return decision->GiveUp(*entry);
}

Result<> ResolveConflict(Database& database, std::int64_t seq,
                         const std::map<std::string, Keep>& fields, Keep rest) {
  auto decision = Decision::Begin(database);
  if (!decision) return Fail(decision.error());
  auto entry = decision->Find(seq, "conflict");
  if (!entry) return Fail(entry.error());
  if (entry->state != EntryState::kConflict) return NoSuch("conflict", seq);
  if (entry->theirs_gone || entry->kind != ChangeKind::kUpdate) {
    return Fail(ErrorCode::kInvalid,
                "conflict " + std::to_string(seq) +
                    ": one side deleted the record, so it is one side or the other as a whole");
  }
  for (const auto& [field, keep] : fields) {
    if (FindChange(*entry, field)) continue;
    return Fail(ErrorCode::kNotFound,
                "conflict " + std::to_string(seq) + ": you did not change its field " + field);
  }
  return decision->KeepSome(std::move(*entry), fields, rest);
}

Result<> RetryEntry(Database& database, std::int64_t seq) {
  auto decision = Decision::Begin(database);
  if (!decision) return Fail(decision.error());
  auto entry = decision->Find(seq, "error");
  if (!entry) return Fail(entry.error());
  if (entry->state != EntryState::kError) return NoSuch("error", seq);
  return decision->Wait(std::move(*entry));
}

Result<> DiscardEntry(Database& database, std::int64_t seq) {
  auto decision = Decision::Begin(database);
  if (!decision) return Fail(decision.error());
  auto entry = decision->Find(seq, "pending change");
  if (!entry) return Fail(entry.error());
  if (entry->state == EntryState::kSending) {
    return Fail(ErrorCode::kConflict,
                "change " + std::to_string(seq) +
                    " is on its way to the server (synchronise, then undo it there)");
  }
  if (entry->state == EntryState::kDropped) return decision->GiveUp(*entry);
  if (entry->kind == ChangeKind::kCreate) {
    if (auto free = decision->MayGo(*entry); !free) return free;
  }
  if (auto undone = decision->Undo(*entry); !undone) return undone;
  return decision->GiveUp(*entry);
}

}  // namespace satchel
