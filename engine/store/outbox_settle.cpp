#include "engine/store/outbox_settle.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "engine/record/mutant.h"
#include "engine/store/condense.h"
#include "engine/store/lay_over.h"
#include "engine/store/overlay.h"
#include "engine/store/tuning.h"

namespace satchel {

namespace {

// Servers keep moments to the second or finer.
bool Same(const FieldSchema* field, const Value& ours, const Value& theirs) {
  if (ours == theirs) return true;
  const auto* a = std::get_if<std::int64_t>(&ours);
  const auto* b = std::get_if<std::int64_t>(&theirs);
  const bool moment =
      field && (field->type == FieldType::kDateTime || field->type == FieldType::kDateTimeTzi);
  return moment && a && b && std::llabs(*a - *b) < kTicksPerSecond;
}

// Types of which a server gives a new record a value that nobody chose.
constexpr FieldTypes kFilledIn = {FieldType::kOwner, FieldType::kState, FieldType::kStatus,
                                  FieldType::kPicklist, FieldType::kBoolean};

// Whether the server's having another value than the user saw means that somebody wrote it.
bool Tells(const OutboxEntry& entry, const FieldChange& change, const FieldSchema* field) {
  // Of a delete it is the whole row; what the server itself maintains says nothing of others.
  if (entry.kind == ChangeKind::kDelete && !(field && field->updatable)) return false;
  const bool empty = std::holds_alternative<std::monostate>(change.before);
  if (empty && entry.kind == ChangeKind::kDelete && Planted(Mutant::kB42EmptyIsUnseen)) {
    return false;
  }
  const bool unknown = entry.unread && empty;
  return !(unknown && field && kFilledIn.Has(field->type));
}

// True when everything the entry writes is what the server has.
bool AllOurs(const OutboxEntry& entry, const ServerRow& server, const EntitySchema* schema) {
  return std::all_of(entry.changes.begin(), entry.changes.end(), [&](const FieldChange& change) {
    const Value* theirs = ValueOf(server.values, change.field);
    const FieldSchema* field = schema ? schema->Find(change.field) : nullptr;
    return !theirs || Same(field, change.mine, *theirs);
  });
}

// True when what the user saw is what the server has, as far as it tells.
bool AllSeen(const OutboxEntry& entry, const ServerRow& server, const EntitySchema* schema) {
  return std::all_of(entry.changes.begin(), entry.changes.end(), [&](const FieldChange& change) {
    const Value* theirs = ValueOf(server.values, change.field);
    const FieldSchema* field = schema ? schema->Find(change.field) : nullptr;
    return !theirs || !Tells(entry, change, field) || Same(field, change.before, *theirs);
  });
}

// Whether `next` is what Split set aside of `first`, and the user has not touched it since: it
// mends nothing, or what the server refuses would be sent for ever.
bool IsRestOf(const OutboxEntry& first, const OutboxEntry& next) {
  return first.kind == ChangeKind::kCreate && next.kind == ChangeKind::kUpdate &&
         next.revision == 1 && next.made_at == first.made_at;
}

}  // namespace

Standing Compare(const OutboxEntry& entry, const std::optional<ServerRow>& server,
                 const EntitySchema* schema) {
  if (!server) return Standing::kGone;
  const bool values = entry.kind == ChangeKind::kCreate || entry.kind == ChangeKind::kUpdate;
  if (values && AllOurs(entry, *server, schema)) return Standing::kOurs;
  if (entry.kind == ChangeKind::kCreate) return Standing::kTheirs;
  if (!entry.version.empty()) {
    return entry.version == server->version ? Standing::kBase : Standing::kTheirs;
  }
  // No version is known: our own last write told none, or others may have written after it.
  return AllSeen(entry, *server, schema) ? Standing::kBase : Standing::kTheirs;
}

Result<Settling> Settling::Make(Database& database) {
  auto tables = LocalTables::Read(database);
  if (!tables) return Fail(tables.error());
  auto mark =
      database.Prepare("UPDATE \"@outbox\" SET state=1 WHERE seq=?1 AND revision=?2 AND state<=1");
  if (!mark) return Fail(mark.error());
  auto drop_entry = database.Prepare("DELETE FROM \"@outbox\" WHERE seq=?1");
  if (!drop_entry) return Fail(drop_entry.error());
  auto drop_changes = database.Prepare("DELETE FROM \"@change\" WHERE seq=?1");
  if (!drop_changes) return Fail(drop_changes.error());
  auto base_later =
      database.Prepare("UPDATE \"@outbox\" SET version=?3 WHERE entity=?1 AND id=?2 AND state<>4");
  if (!base_later) return Fail(base_later.error());
  auto written = database.Prepare(
      "INSERT OR REPLACE INTO "
      "\"@written\"(entity,id,version,deleted,downloads,base,made,ask,staged) "
      "VALUES(?1,?2,?3,?4,0,coalesce((SELECT nullif(base,'')||char(10) FROM \"@written\" WHERE "
      "entity=?1 AND id=?2),'')||?5,CASE WHEN ?7 THEN 0 ELSE ?6 OR coalesce((SELECT made FROM "
      "\"@written\" WHERE entity=?1 AND id=?2),0) END,1-?7,EXISTS(SELECT 1 FROM \"@staging\" WHERE "
      "entity=?1))");
  if (!written) return Fail(written.error());
  return Settling(database, std::move(*tables),
                  {std::move(*mark), std::move(*drop_entry), std::move(*drop_changes),
                   std::move(*base_later), std::move(*written)});
}

Result<> Settling::Split(OutboxEntry& entry, const std::vector<std::string>& later) {
  OutboxEntry link = {.entity = entry.entity,
                      .id = entry.id,
                      .kind = ChangeKind::kUpdate,
                      .made_at = entry.made_at,
                      .unread = true};
  const auto moves = [&](const FieldChange& change) {
    return std::any_of(later.begin(), later.end(), [&](const std::string& field) {
      return change.field == field || change.field == TypeColumn(field);
    });
  };
  for (const FieldChange& change : entry.changes) {
    if (moves(change)) link.changes.push_back(change);
  }
  if (link.changes.empty()) return {};
  std::erase_if(entry.changes, moves);
  if (auto put = PutEntry(database_, entry); !put) return put;
  return PutEntry(database_, link);
}

Result<std::vector<std::optional<OutboxEntry>>> Settling::MarkSending(
    const std::vector<ToSend>& parts) {
  std::vector<std::int64_t> marked;
  for (const ToSend& part : parts) {
    statements_.mark.Bind(1, part.seq);
    statements_.mark.Bind(2, part.revision);
    if (auto done = statements_.mark.Run(); !done) return Fail(done.error());
    if (database_.changes() == 1) marked.push_back(part.seq);
  }
  auto entries = ReadEntries(database_, marked);
  if (!entries) return Fail(entries.error());
  std::unordered_map<std::int64_t, OutboxEntry> by_seq;
  for (OutboxEntry& entry : *entries) by_seq.emplace(entry.seq, std::move(entry));
  std::vector<std::optional<OutboxEntry>> sending;
  for (const ToSend& part : parts) {
    const auto at = by_seq.find(part.seq);
    if (at == by_seq.end()) {
      sending.emplace_back();
      continue;
    }
    if (!part.later.empty()) {
      if (auto split = Split(at->second, part.later); !split) return Fail(split.error());
    }
    sending.emplace_back(std::move(at->second));
  }
  return sending;
}

// The entry is done with: what comes after it is based on the version `based_on`, and the record is
// protected until the server's read side shows `version`. `seen`: it told the whole record.
Result<> Settling::Forget(const OutboxEntry& entry, const std::string& version,
                          const std::string& based_on, bool seen) {
  for (Statement* drop : {&statements_.drop_changes, &statements_.drop_entry}) {
    if (Planted(Mutant::kB54AckForgotten)) continue;
    drop->Bind(1, entry.seq);
    if (auto done = drop->Run(); !done) return done;
  }
  if (entry.kind == ChangeKind::kAssociate || entry.kind == ChangeKind::kDisassociate) return {};

  Statement& later = statements_.base_later;
  later.Bind(1, std::string_view(entry.entity));
  later.Bind(2, ToCell(entry.id));
  later.Bind(3, std::string_view(Planted(Mutant::kB56StaleBase) ? entry.version : based_on));
  if (auto done = later.Run(); !done) return done;

  const bool deleted = entry.kind == ChangeKind::kDelete;
  Statement& written = statements_.written;
  written.Bind(1, std::string_view(entry.entity));
  written.Bind(2, ToCell(entry.id));
  written.Bind(3, std::string_view(deleted ? entry.version : version));
  written.Bind(4, std::int64_t{deleted});
  written.Bind(5, std::string_view(entry.version));
  written.Bind(6, std::int64_t{entry.kind == ChangeKind::kCreate});
  written.Bind(7, std::int64_t{seen});
  return written.Run();
}

Result<> Settling::Acknowledge(const OutboxEntry& entry, const std::string& version) {
  if (auto done = Forget(entry, version, version, false); !done) return done;
  const bool row = entry.kind == ChangeKind::kCreate || entry.kind == ChangeKind::kUpdate;
  LocalRows* rows = row ? tables_.Rows(entry.entity) : nullptr;
  return rows ? rows->SetVersion(entry.id, version) : Result<>();
}

Result<> Settling::AcknowledgeSeen(std::int64_t seq, const ServerRow& seen) {
  const auto entry = ReadEntry(database_, seq);
  if (!entry) return Fail(entry.error());
  if (!*entry) return {};
  // What was seen may be others' since. A later change is not based on it: its user did not see it.
  // But where nobody wrote what was made here, what is there beside it the server filled in.
  const bool as_made = IsOnlyOurs(**entry) && seen.as_made == true;
  const bool based = as_made || Planted(Mutant::kB42SeenIsBase);
  if (auto done = Forget(**entry, seen.version, based ? seen.version : "", true); !done) {
    return done;
  }
  // Where somebody did, and be it this change, nobody can tell any more who filled in what.
  if (seen.as_made == false) {
    auto told =
        database_.Prepare("UPDATE \"@outbox\" SET unread=0 WHERE entity=?1 AND id=?2 AND state<>4");
    if (!told) return Fail(told.error());
    told->Bind(1, std::string_view((*entry)->entity));
    told->Bind(2, ToCell((*entry)->id));
    if (auto done = told->Run(); !done) return done;
  }
  return ShowServerRow((*entry)->entity, (*entry)->id, seen);
}

Result<std::optional<OutboxEntry>> Settling::TakeLater(std::int64_t seq, bool* later) {
  auto entry = ReadEntry(database_, seq);
  if (!entry) return Fail(entry.error());
  if (!*entry) return std::nullopt;
  auto entries = EntriesOf(database_, (*entry)->entity, (*entry)->id);
  if (!entries) return Fail(entries.error());
  std::optional<OutboxEntry> condensed = std::move(*entry);
  for (const OutboxEntry& next : *entries) {
    if (next.seq <= seq || !condensed) continue;
    if (later && !IsRestOf(*condensed, next)) *later = true;
    condensed = Condense(std::move(*condensed), next);
    if (auto gone = RemoveEntry(database_, next.seq); !gone) return Fail(gone.error());
  }
  if (!condensed) {
    if (auto gone = RemoveEntry(database_, seq); !gone) return Fail(gone.error());
  }
  return condensed;
}

Result<> Settling::PutBack(std::int64_t seq, bool counts) {
  bool later = false;
  auto entry = TakeLater(seq, &later);
  if (!entry) return Fail(entry.error());
  if (!*entry) return {};
  const EntryState state = (*entry)->state;
  if (state != EntryState::kSending && state != EntryState::kWaiting) return {};
  (*entry)->state = EntryState::kWaiting;
  (*entry)->attempts = later ? 0 : (*entry)->attempts + (counts ? 1 : 0);
  return PutEntry(database_, **entry);
}

Result<> Settling::CountAttempt(std::int64_t seq) {
  auto count = database_.Prepare("UPDATE \"@outbox\" SET attempts=attempts+1 WHERE seq=?1");
  if (!count) return Fail(count.error());
  count->Bind(1, seq);
  return count->Run();
}

Result<> Settling::BaseOn(std::int64_t seq, const ServerRow& seen) {
  auto base =
      database_.Prepare("UPDATE \"@outbox\" SET version=?2 WHERE seq=?1 RETURNING entity,id");
  if (!base) return Fail(base.error());
  base->Bind(1, seq);
  base->Bind(2, std::string_view(seen.version));
  const auto row = base->Step();
  if (!row) return Fail(row.error());
  if (!*row) return {};
  const std::string entity(base->Text(0));
  const Value id = ToValue(base->At(1));
  if (const auto done = base->Step(); !done) return Fail(done.error());
  return ShowServerRow(entity, id, seen);
}

Result<> Settling::Park(std::int64_t seq, const std::string& words, bool uncertain) {
  if (uncertain) {
    auto note = database_.Prepare("UPDATE \"@outbox\" SET unread=1 WHERE seq=?1 AND kind=?2");
    if (!note) return Fail(note.error());
    note->Bind(1, seq);
    note->Bind(2, static_cast<std::int64_t>(ChangeKind::kCreate));
    if (auto done = note->Run(); !done) return done;
  }
  bool later = false;
  auto entry = TakeLater(seq, &later);
  if (!entry) return Fail(entry.error());
  if (!*entry) return {};
  (*entry)->state = later ? EntryState::kWaiting : EntryState::kError;
  (*entry)->attempts = later ? 0 : (*entry)->attempts + 1;
  (*entry)->message = later ? "" : words;
  return PutEntry(database_, **entry);
}

// The row as the server has it, with what is pending laid over it.
Result<> Settling::ShowServerRow(const std::string& entity, const Value& id, const Theirs& theirs) {
  LocalRows* rows = tables_.Rows(entity);
  if (!rows) return {};
  const auto row = rows->Find(id);
  if (!row) return Fail(row.error());
  if (!theirs) return *row ? rows->Remove((*row)->row) : Result<>();
  std::vector<FieldValue> values = theirs->values;
  std::erase_if(values, [](const FieldValue& v) { return v.field == kVersionColumn; });
  values.push_back(
      {std::string(kVersionColumn), theirs->version.empty() ? Value() : Value(theirs->version)});
  if (*row) {
    if (auto put = rows->Update((*row)->row, values); !put) return put;
  } else {
    std::erase_if(values, [&](const FieldValue& v) { return v.field == rows->table().key; });
    values.push_back({rows->table().key, id});
    if (auto put = rows->Insert(values); !put) return put;
  }
  auto entries = EntriesOf(database_, entity, id);
  if (!entries) return Fail(entries.error());
  return LayOverRecord(database_, *rows, std::move(*entries));
}

// A read side that lags, or a record that is no longer ours to read, looks like that, too: only the
// server knows. Without a version the record is looked for again before the deletion is sent.
Result<> Settling::DeleteWhatIsGone(OutboxEntry& entry) {
  entry.state = EntryState::kWaiting;
  entry.version.clear();
  entry.attempts = 0;
  return PutEntry(database_, entry);
}

Result<bool> Settling::ParkConflict(std::int64_t seq, const std::string& words,
                                    const Theirs& theirs) {
  const auto before = ReadEntry(database_, seq);
  if (!before) return Fail(before.error());
  if (!*before) return false;
  auto entry = TakeLater(seq, nullptr);
  if (!entry) return Fail(entry.error());
  if (*entry && !theirs && (*entry)->kind == ChangeKind::kDelete) {
    if (auto waits = DeleteWhatIsGone(**entry); !waits) return Fail(waits.error());
    return false;
  }
  if (*entry) {
    (*entry)->state = EntryState::kConflict;
    (*entry)->message = words;
    (*entry)->theirs_gone = !theirs;
    // Others made it, too, and what is decided is what becomes of theirs.
    const bool both_made = theirs && (*entry)->kind == ChangeKind::kCreate;
    if (both_made && !Planted(Mutant::kB55ConflictForEver)) (*entry)->kind = ChangeKind::kUpdate;
    if (auto put = PutEntry(database_, **entry); !put) return Fail(put.error());
  }
  // What the user changed here stays in sight of them even where the server has nothing.
  if (!theirs && *entry) return true;
  auto shown = ShowServerRow((*before)->entity, (*before)->id, theirs);
  if (!shown) return Fail(shown.error());
  return true;
}

Result<bool> Settling::TakeTheirs(std::int64_t seq, const std::string& words,
                                  const Theirs& theirs) {
  const auto before = ReadEntry(database_, seq);
  if (!before) return Fail(before.error());
  if (!*before) return false;
  auto entry = TakeLater(seq, nullptr);
  if (!entry) return Fail(entry.error());
  if (*entry && !theirs && (*entry)->kind == ChangeKind::kDelete) {
    if (auto waits = DeleteWhatIsGone(**entry); !waits) return Fail(waits.error());
    return false;
  }
  if (*entry) {
    (*entry)->state = EntryState::kDropped;
    (*entry)->message = words;
    (*entry)->theirs_gone = !theirs;
    (*entry)->their_version = theirs ? theirs->version : "";
    for (FieldChange& change : (*entry)->changes) {
      const Value* value = theirs ? ValueOf(theirs->values, change.field) : nullptr;
      change.theirs = value ? *value : Value();
    }
    if (auto put = PutEntry(database_, **entry); !put) return Fail(put.error());
    if (auto noted = AskAgain(database_, **entry); !noted) return Fail(noted.error());
    const std::string oldest =
        "(SELECT seq FROM \"@outbox\" WHERE state=4 ORDER BY seq DESC LIMIT 1 OFFSET " +
        std::to_string(kDroppedEntriesKept) + ")";
    const std::string old = "SELECT seq FROM \"@outbox\" WHERE state=4 AND seq<=" + oldest;
    auto gone = database_.Execute("DELETE FROM \"@change\" WHERE seq IN (" + old +
                                  ");DELETE FROM \"@outbox\" WHERE seq IN (" + old + ")");
    if (!gone) return Fail(gone.error());
  }
  auto shown = ShowServerRow((*before)->entity, (*before)->id, theirs);
  if (!shown) return Fail(shown.error());
  return true;
}

// Every field the device may write, as it has it.
Result<> Settling::PutWhole(OutboxEntry& entry) {
  const EntitySchema* schema = tables_.Schema(entry.entity);
  LocalRows* rows = tables_.Rows(entry.entity);
  if (!schema || !rows) return {};
  const auto row = rows->Find(entry.id);
  if (!row) return Fail(row.error());
  if (!*row) return {};
  for (const auto& [name, field] : schema->fields) {
    const bool create = entry.kind == ChangeKind::kCreate;
    if (name == schema->key || !(create ? field.creatable : field.updatable)) continue;
    for (const std::string& column : {name, TypeColumn(name)}) {
      const Value* value = (*row)->Find(column);
      if (!value || FindChange(entry, column)) continue;
      FieldChange& change = ChangeOf(entry, column);
      change.mine = *value;
      if (!create) change.base = change.before = *value;
    }
  }
  return {};
}

Result<> Settling::Rebase(std::int64_t seq, bool whole, const Theirs& theirs) {
  const auto before = ReadEntry(database_, seq);
  if (!before) return Fail(before.error());
  if (!*before) return {};
  auto entry = TakeLater(seq, nullptr);
  if (!entry) return Fail(entry.error());
  if (!*entry) return ShowServerRow((*before)->entity, (*before)->id, theirs);
  const bool remove = (*entry)->kind == ChangeKind::kDelete;
  if (!theirs) {
    if (remove) return DeleteWhatIsGone(**entry);
    for (FieldChange& change : (*entry)->changes) change.base = change.before = {};
    (*entry)->kind = ChangeKind::kCreate;  // Its old version says that it is made again.
    if (auto put = PutWhole(**entry); !put) return put;
    (void)DropUnchanged(**entry);
  } else {
    if (!remove) (*entry)->kind = ChangeKind::kUpdate;
    (*entry)->version = theirs->version;
    // What the rule lets it overwrite is not met again where the server tells no versions.
    if (theirs->version.empty()) {
      (*entry)->unread = false;
      for (FieldChange& change : (*entry)->changes) {
        const Value* value = ValueOf(theirs->values, change.field);
        if (value) change.before = *value;
      }
    }
    if (whole && !remove) {
      if (auto put = PutWhole(**entry); !put) return put;
    }
  }
  (*entry)->state = EntryState::kWaiting;
  if (auto put = PutEntry(database_, **entry); !put) return put;
  if (!theirs) return {};
  if (auto shown = ShowServerRow((*entry)->entity, (*entry)->id, theirs); !shown) return shown;
  auto rebased = ReadEntry(database_, seq);
  if (!rebased) return Fail(rebased.error());
  if (!*rebased) return {};
  const std::size_t fields = (*rebased)->changes.size();
  if (!DropUnchanged(**rebased)) return GiveUpEntry(database_, **rebased);  // Both wrote the same.
  return (*rebased)->changes.size() == fields ? Result<>() : PutEntry(database_, **rebased);
}

}  // namespace satchel
