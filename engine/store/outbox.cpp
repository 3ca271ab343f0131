#include "engine/store/outbox.h"

namespace satchel {

namespace {

constexpr const char* kEntryColumns =
    "seq,entity,id,kind,version,state,attempts,revision,made_at,message,their_version,theirs_gone,"
    "unread";

OutboxEntry EntryAt(const Statement& row) {
  return {.seq = row.Integer(0),
          .entity = std::string(row.Text(1)),
          .id = ToValue(row.At(2)),
          .kind = static_cast<ChangeKind>(row.Integer(3)),
          .version = std::string(row.Text(4)),
          .state = static_cast<EntryState>(row.Integer(5)),
          .attempts = static_cast<int>(row.Integer(6)),
          .revision = row.Integer(7),
          .made_at = {row.Integer(8)},
          .message = std::string(row.Text(9)),
          .their_version = std::string(row.Text(10)),
          .theirs_gone = row.Integer(11) != 0,
          .unread = row.Integer(12) != 0};
}

FieldChange ChangeAt(const Statement& row, int first) {
  return {.field = std::string(row.Text(first)),
          .mine = ToValue(row.At(first + 1)),
          .base = ToValue(row.At(first + 2)),
          .theirs = ToValue(row.At(first + 3)),
          .before = ToValue(row.At(first + 4))};
}

// `where` may use parameters 1 … of `bind`.
template <class Bind>
Result<std::vector<OutboxEntry>> Read(Database& database, const std::string& where, Bind bind) {
  auto entries = database.Prepare("SELECT " + std::string(kEntryColumns) + " FROM \"@outbox\"" +
                                  where + " ORDER BY seq");
  if (!entries) return Fail(entries.error());
  bind(*entries);
  std::vector<OutboxEntry> found;
  Result<bool> row = true;
  while ((row = entries->Step()) && *row) found.push_back(EntryAt(*entries));
  if (!row) return Fail(row.error());
  if (found.empty()) return found;

  auto changes = database.Prepare(
      "SELECT seq,field,mine,base,theirs,before FROM \"@change\" WHERE seq IN (SELECT seq FROM "
      "\"@outbox\"" +
      where + ") ORDER BY seq,field");
  if (!changes) return Fail(changes.error());
  bind(*changes);
  auto entry = found.begin();
  while ((row = changes->Step()) && *row) {
    while (entry != found.end() && entry->seq < changes->Integer(0)) ++entry;
    if (entry == found.end()) break;
    entry->changes.push_back(ChangeAt(*changes, 1));
  }
  if (!row) return Fail(row.error());
  return found;
}

Result<> PutChanges(Database& database, const OutboxEntry& entry, bool fresh) {
  if (!fresh) {
    auto clear = database.Prepare("DELETE FROM \"@change\" WHERE seq=?1");
    if (!clear) return Fail(clear.error());
    clear->Bind(1, entry.seq);
    if (auto done = clear->Run(); !done) return done;
  }
  if (entry.changes.empty()) return {};
  auto change = database.Prepare(
      "INSERT INTO \"@change\"(seq,field,mine,base,theirs,before) VALUES(?1,?2,?3,?4,?5,?6)");
  if (!change) return Fail(change.error());
  for (const FieldChange& c : entry.changes) {
    change->Bind(1, entry.seq);
    change->Bind(2, std::string_view(c.field));
    change->Bind(3, ToCell(c.mine));
    change->Bind(4, ToCell(c.base));
    change->Bind(5, ToCell(c.theirs));
    change->Bind(6, ToCell(c.before));
    if (auto done = change->Run(); !done) return done;
  }
  return {};
}

}  // namespace

std::string_view Name(EntryState state) {
  switch (state) {
    case EntryState::kWaiting:
      return "waiting";
    case EntryState::kSending:
      return "sending";
    case EntryState::kConflict:
      return "conflict";
    case EntryState::kError:
      return "error";
    case EntryState::kDropped:
      return "dropped";
  }
  return "";
}

std::string_view Name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kCreate:
      return "create";
    case ChangeKind::kUpdate:
      return "update";
    case ChangeKind::kDelete:
      return "delete";
    case ChangeKind::kAssociate:
      return "associate";
    case ChangeKind::kDisassociate:
      return "disassociate";
  }
  return "";
}

std::string IdText(const Value& id) {
  if (const auto* guid = std::get_if<Guid>(&id)) return ToString(*guid);
  if (const auto* number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  return {};
}

Result<std::vector<OutboxEntry>> ReadOutbox(Database& database) {
  return Read(database, "", [](Statement&) {});
}

Result<std::vector<OutboxEntry>> ReadOutbox(Database& database, EntryState state) {
  return Read(database, " WHERE state=?1", [state](Statement& statement) {
    statement.Bind(1, static_cast<std::int64_t>(state));
  });
}

Result<std::optional<OutboxEntry>> ReadEntry(Database& database, std::int64_t seq) {
  auto found =
      Read(database, " WHERE seq=?1", [seq](Statement& statement) { statement.Bind(1, seq); });
  if (!found) return Fail(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

Result<std::vector<OutboxEntry>> EntriesOf(Database& database, const std::string& entity,
                                           const Value& id) {
  return Read(database, " WHERE entity=?1 AND id=?2 AND state<>4", [&](Statement& statement) {
    statement.Bind(1, std::string_view(entity));
    statement.Bind(2, ToCell(id));
  });
}

Result<std::optional<OutboxEntry>> PendingLink(Database& database, const std::string& intersect,
                                               ChangeKind kind,
                                               const std::vector<FieldValue>& ends) {
  std::string where = " WHERE entity=?1 AND kind=?2 AND state<>4";
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::string field = "?" + std::to_string(3 + 2 * i);
    const std::string mine = "?" + std::to_string(4 + 2 * i);
    where +=
        " AND EXISTS(SELECT 1 FROM \"@change\" c WHERE c.seq=\"@outbox\".seq AND c.field=" + field +
        " AND c.mine=" + mine + ")";
  }
  auto found = Read(database, where, [&](Statement& statement) {
    statement.Bind(1, std::string_view(intersect));
    statement.Bind(2, static_cast<std::int64_t>(kind));
    int parameter = 2;
    for (const FieldValue& end : ends) {
      statement.Bind(++parameter, std::string_view(end.field));
      statement.Bind(++parameter, ToCell(end.value));
    }
  });
  if (!found) return Fail(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->back());
}

Result<std::vector<OutboxEntry>> ReadEntries(Database& database,
                                             const std::vector<std::int64_t>& seqs) {
  std::string list = "[";
  for (const std::int64_t seq : seqs) {
    if (list.size() > 1) list += ',';
    list += std::to_string(seq);
  }
  list += ']';
  return Read(database, " WHERE seq IN (SELECT value FROM json_each(?1))",
              [&](Statement& statement) { statement.Bind(1, std::string_view(list)); });
}

Result<OutboxCounts> CountOutbox(Database& database) {
  auto statement = database.Prepare("SELECT state,count(*) FROM \"@outbox\" GROUP BY state");
  if (!statement) return Fail(statement.error());
  OutboxCounts counts;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) {
    const std::int64_t count = statement->Integer(1);
    switch (static_cast<EntryState>(statement->Integer(0))) {
      case EntryState::kWaiting:
        counts.waiting = count;
        break;
      case EntryState::kSending:
        counts.sending = count;
        break;
      case EntryState::kConflict:
        counts.conflicts = count;
        break;
      case EntryState::kError:
        counts.errors = count;
        break;
      case EntryState::kDropped:
        counts.dropped = count;
        break;
    }
  }
  if (!row) return Fail(row.error());
  return counts;
}

Result<> PutEntry(Database& database, OutboxEntry& entry) {
  auto put = database.Prepare("INSERT OR REPLACE INTO \"@outbox\"(" + std::string(kEntryColumns) +
                              ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13) RETURNING seq");
  if (!put) return Fail(put.error());
  if (entry.seq != 0) put->Bind(1, entry.seq);
  put->Bind(2, std::string_view(entry.entity));
  put->Bind(3, ToCell(entry.id));
  put->Bind(4, static_cast<std::int64_t>(entry.kind));
  put->Bind(5, std::string_view(entry.version));
  put->Bind(6, static_cast<std::int64_t>(entry.state));
  put->Bind(7, std::int64_t{entry.attempts});
  put->Bind(8, ++entry.revision);
  put->Bind(9, entry.made_at.ticks);
  put->Bind(10, std::string_view(entry.message));
  put->Bind(11, std::string_view(entry.their_version));
  put->Bind(12, std::int64_t{entry.theirs_gone});
  put->Bind(13, std::int64_t{entry.unread});
  const auto row = put->Step();
  if (!row) return Fail(row.error());
  const bool fresh = entry.seq == 0;
  entry.seq = put->Integer(0);
  if (const auto done = put->Step(); !done) return Fail(done.error());

  return PutChanges(database, entry, fresh);
}

Result<> PutServerSide(Database& database, const OutboxEntry& entry) {
  auto put = database.Prepare(
      "UPDATE \"@outbox\" SET their_version=?2,theirs_gone=?3,message=?4 WHERE seq=?1");
  if (!put) return Fail(put.error());
  put->Bind(1, entry.seq);
  put->Bind(2, std::string_view(entry.their_version));
  put->Bind(3, std::int64_t{entry.theirs_gone});
  put->Bind(4, std::string_view(entry.message));
  if (auto done = put->Run(); !done) return done;
  return PutChanges(database, entry, false);
}

Result<> RemoveEntry(Database& database, std::int64_t seq) {
  for (const char* sql :
       {"DELETE FROM \"@change\" WHERE seq=?1", "DELETE FROM \"@outbox\" WHERE seq=?1"}) {
    auto remove = database.Prepare(sql);
    if (!remove) return Fail(remove.error());
    remove->Bind(1, seq);
    if (auto done = remove->Run(); !done) return done;
  }
  return {};
}

}  // namespace satchel
