#include "engine/store/overlay.h"

#include <algorithm>
#include <set>

#include "engine/record/mutant.h"
#include "engine/record/row_version.h"
#include "engine/store/lay_over.h"
#include "engine/store/local_tables.h"
#include "engine/store/tuning.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Whether a record written here is asked for by id.
enum class Ask : std::uint8_t {
  kNo = 0,             // The server has shown it since, or will not.
  kUnlessItComes = 1,  // Where the changes that are read cannot be relied on to bring it.
  kYes = 2,            // It may have left unseen.
  kDoubted = 3,        // The server may have been put back since: protected in one download only.
};

struct Written {
  Value id = {};
  std::string version = {};
  bool deleted = false;
  std::int64_t downloads = 0;  // Since it was written.
  std::string base = {};       // The versions that were written over, one a line.
  bool made = false;           // A record made here, which the server has not shown yet.
  Ask ask = Ask::kUnlessItComes;
  bool staged = false;  // A download was under way that may hold the record as it was before.
};

Result<std::vector<Written>> ReadWritten(Database& database, const std::string& entity) {
  auto statement = database.Prepare(
      "SELECT id,version,deleted,downloads,base,made,ask,staged FROM \"@written\" WHERE entity=?1");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(entity));
  std::vector<Written> written;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) {
    written.push_back({ToValue(statement->At(0)), std::string(statement->Text(1)),
                       statement->Integer(2) != 0, statement->Integer(3),
                       std::string(statement->Text(4)), statement->Integer(5) != 0,
                       static_cast<Ask>(statement->Integer(6)), statement->Integer(7) != 0});
  }
  if (!row) return Fail(row.error());
  return written;
}

// What a lagging server still says of a record that was written here since.
bool IsStale(const Written& written, std::string_view incoming) {
  if (written.deleted && Planted(Mutant::kB15EchoResurrects)) return false;
  if (Planted(Mutant::kB59LagShows)) return false;
  if (IsOlder(incoming, written.version)) return true;
  // Where versions do not count, at least those that were written over are known.
  const auto bases = Split(written.base, '\n');
  return std::any_of(bases.begin(), bases.end(), [&](std::string_view base) {
    return !base.empty() && PlainVersion(incoming) == PlainVersion(base);
  });
}

// Entries that are laid over rows, by record, each record's in the order they were made.
using Pending = std::vector<std::vector<OutboxEntry>>;

Result<Pending> ReadPending(Database& database, const std::string& entity,
                            const std::string& which) {
  auto seqs = database.Prepare("SELECT seq FROM \"@outbox\" WHERE entity=?1 AND state<>4" + which +
                               " ORDER BY seq");
  if (!seqs) return Fail(seqs.error());
  seqs->Bind(1, std::string_view(entity));
  std::vector<std::int64_t> found;
  Result<bool> row = true;
  while ((row = seqs->Step()) && *row) found.push_back(seqs->Integer(0));
  if (!row) return Fail(row.error());
  Pending pending;
  if (found.empty()) return pending;
  auto entries = ReadEntries(database, found);
  if (!entries) return Fail(entries.error());
  std::map<Value, std::size_t> places;
  for (OutboxEntry& entry : *entries) {
    const auto [at, fresh] = places.emplace(entry.id, pending.size());
    if (fresh) pending.emplace_back();
    pending[at->second].push_back(std::move(entry));
  }
  return pending;
}

Result<> LayOverAll(Database& database, LocalRows& rows, Pending& pending,
                    const std::set<Value>& leave) {
  for (std::vector<OutboxEntry>& entries : pending) {
    if (leave.contains(entries.front().id)) continue;
    if (auto laid = LayOverRecord(database, rows, std::move(entries)); !laid) return laid;
  }
  return {};
}

}  // namespace

Result<> ReleaseWritten(Database& database, const std::string& entity, const HighWater& mark,
                        bool counts) {
  const auto written = ReadWritten(database, entity);
  if (!written) return Fail(written.error());
  if (written->empty()) return {};
  if (counts) {
    auto doubted =
        database.Prepare("DELETE FROM \"@written\" WHERE entity=?1 AND ask=3 AND downloads>0");
    if (!doubted) return Fail(doubted.error());
    doubted->Bind(1, std::string_view(entity));
    if (auto done = doubted->Run(); !done) return done;
  }
  // A read that had begun before something was written says nothing of it.
  auto count = database.Prepare(
      "UPDATE \"@written\" SET downloads=downloads+1 WHERE entity=?1 AND ?2 AND NOT staged");
  if (!count) return Fail(count.error());
  count->Bind(1, std::string_view(entity));
  count->Bind(2, std::int64_t{counts});
  if (auto done = count->Run(); !done) return done;

  auto release = database.Prepare("DELETE FROM \"@written\" WHERE entity=?1 AND id=?2");
  if (!release) return Fail(release.error());
  auto unpin = database.Prepare(
      "UPDATE \"@written\" SET downloads=max(downloads,?3) WHERE entity=?1 AND id=?2");
  if (!unpin) return Fail(unpin.error());
  for (const Written& one : *written) {
    if (one.deleted) continue;
    const auto version = NumberOf(one.version);
    const bool lags = mark.kind == HighWater::Kind::kVersion && version && *version > mark.version;
    if (lags) continue;
    const bool passed = mark.kind == HighWater::Kind::kVersion && version;
    // A time says nothing of what the read side has. What was there before may leave at once, and
    // its version of before is not believed for a while; a new record may not be there yet.
    if (!passed && (one.staged || (one.made && !Planted(Mutant::kB59NewMayVanish)))) continue;
    Statement& done_with = passed ? *release : *unpin;
    done_with.Bind(1, std::string_view(entity));
    done_with.Bind(2, ToCell(one.id));
    if (&done_with == &*unpin) done_with.Bind(3, kDownloadsThatMayLag + 1);
    if (auto done = done_with.Run(); !done) return done;
  }
  auto forget = database.Prepare("DELETE FROM \"@written\" WHERE entity=?1 AND downloads>?2");
  if (!forget) return Fail(forget.error());
  forget->Bind(1, std::string_view(entity));
  forget->Bind(2, kDownloadsToRemember);
  return forget->Run();
}

Result<> NoteReadBack(Database& database, const LocalTable& table,
                      const std::function<Result<bool>(const Value&)>& came) {
  const auto written = ReadWritten(database, table.entity);
  if (!written) return Fail(written.error());
  LocalRows rows(database, table);
  for (const Written& one : *written) {
    if (one.deleted || one.ask == Ask::kNo) continue;
    const auto shown = came(one.id);
    if (!shown) return Fail(shown.error());
    if (!*shown && one.ask == Ask::kDoubted) {
      // Whatever the next download has of it is not older than this.
      const auto row = rows.Find(one.id);
      if (!row) return Fail(row.error());
      if (!*row) continue;
      auto put = rows.Update((*row)->row, {{std::string(kVersionColumn), std::string()}});
      if (!put) return put;
      continue;
    }
    if (!*shown) {
      // A new record that a read side has not seen for so long may still come.
      if (one.made || one.downloads <= kDownloadsThatMayLag) continue;
      const auto row = rows.Find(one.id);
      if (!row) return Fail(row.error());
      if (*row) continue;
    }
    // Versions that are not to be believed are kept in mind.
    const bool older = !one.base.empty() || NumberOf(one.version);
    auto note =
        database.Prepare(older ? "UPDATE \"@written\" SET ask=0,made=0 WHERE entity=?1 AND id=?2"
                               : "DELETE FROM \"@written\" WHERE entity=?1 AND id=?2");
    if (!note) return Fail(note.error());
    note->Bind(1, std::string_view(table.entity));
    note->Bind(2, ToCell(one.id));
    if (auto done = note->Run(); !done) return done;
  }
  return {};
}

Result<bool> MayStillCome(Database& database, const OutboxEntry& entry) {
  auto made = database.Prepare(
      "SELECT 1 FROM \"@outbox\" WHERE entity=?1 AND id=?2 AND kind=?3 AND state<>4 UNION ALL "
      "SELECT 1 FROM \"@written\" WHERE entity=?1 AND id=?2 AND made AND downloads<=?4");
  if (!made) return Fail(made.error());
  made->Bind(1, std::string_view(entry.entity));
  made->Bind(2, ToCell(entry.id));
  made->Bind(3, static_cast<std::int64_t>(ChangeKind::kCreate));
  made->Bind(4, kDownloadsThatMayLag);
  return made->Step();
}

Result<> ForgetWritten(Database& database, const std::string& entity,
                       const IdsByEntity& just_written) {
  const auto written = ReadWritten(database, entity);
  if (!written) return Fail(written.error());
  if (written->empty()) return {};  // Nobody is locked out for nothing.
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  auto forget = database.Prepare("DELETE FROM \"@written\" WHERE entity=?1 AND id=?2");
  if (!forget) return Fail(forget.error());
  auto doubt = database.Prepare("UPDATE \"@written\" SET ask=3 WHERE entity=?1 AND id=?2");
  if (!doubt) return Fail(doubt.error());
  const auto just = just_written.find(entity);
  for (const Written& one : *written) {
    if (one.made && one.downloads == 0) continue;
    const bool written_now = just != just_written.end() && just->second.contains(one.id);
    Statement& what = written_now ? *doubt : *forget;
    what.Bind(1, std::string_view(entity));
    what.Bind(2, ToCell(one.id));
    if (auto done = what.Run(); !done) return done;
  }
  return transaction->Commit();
}

Result<> ForgetStaged(Database& database, const std::string& entity) {
  auto any = database.Prepare("SELECT 1 FROM \"@written\" WHERE entity=?1 AND staged LIMIT 1");
  if (!any) return Fail(any.error());
  any->Bind(1, std::string_view(entity));
  const auto found = any->Step();
  if (!found) return Fail(found.error());
  if (!*found) return {};  // Nobody is locked out for nothing.
  any->Reset();
  auto over = database.Prepare("UPDATE \"@written\" SET staged=0 WHERE entity=?1 AND staged");
  if (!over) return Fail(over.error());
  over->Bind(1, std::string_view(entity));
  return over->Run();
}

Result<std::int64_t> DropStaleRows(Database& database, const LocalTable& table,
                                   const std::string& incoming) {
  auto pairs =
      database.Prepare("SELECT i." + SqlName(kRowIdColumn) + ",i." + SqlName(kVersionColumn) +
                       ",w.version,w.deleted,w.base FROM \"@written\" w JOIN " + SqlName(incoming) +
                       " i ON i." + SqlName(table.key) + "=w.id WHERE w.entity=?1");
  if (!pairs) return Fail(pairs.error());
  pairs->Bind(1, std::string_view(table.entity));
  std::vector<std::int64_t> stale;
  Result<bool> row = true;
  while ((row = pairs->Step()) && *row) {
    const Written written = {.version = std::string(pairs->Text(2)),
                             .deleted = pairs->Integer(3) != 0,
                             .base = std::string(pairs->Text(4))};
    if (IsStale(written, pairs->Text(1))) stale.push_back(pairs->Integer(0));
  }
  if (!row) return Fail(row.error());
  pairs->Reset();
  auto remove = database.Prepare("DELETE FROM " + SqlName(incoming) + " WHERE " +
                                 SqlName(kRowIdColumn) + "=?1");
  if (!remove) return Fail(remove.error());
  for (const std::int64_t one : stale) {
    remove->Bind(1, one);
    if (auto done = remove->Run(); !done) return Fail(done.error());
  }
  return static_cast<std::int64_t>(stale.size());
}

Result<> LayOver(Database& database, const LocalTable& table, const std::string& written_ids) {
  // Links are known by their two ends: the server's row of a pair has another id.
  auto pending =
      ReadPending(database, table.entity, " AND (kind IN (3,4) OR id IN (" + written_ids + "))");
  if (!pending) return Fail(pending.error());
  LocalRows rows(database, table);
  return LayOverAll(database, rows, *pending, {});
}

Result<> GiveUpEntry(Database& database, const OutboxEntry& entry) {
  if (auto gone = RemoveEntry(database, entry.seq); !gone) return gone;
  return entry.state == EntryState::kDropped ? Result<>() : AskAgain(database, entry);
}

Result<> AskAgain(Database& database, const OutboxEntry& entry) {
  // Where nobody else can have made it, what was never sent can have left nowhere.
  if (IsOnlyOurs(entry) || entry.kind == ChangeKind::kAssociate) return {};
  // Unless it was written a moment ago it is protected no longer.
  auto ask = database.Prepare(
      "INSERT INTO \"@written\"(entity,id,version,deleted,downloads,base,made,ask) "
      "VALUES(?1,?2,'',0,?3,'',0,2) ON CONFLICT DO UPDATE SET ask=max(ask,2) WHERE deleted=0");
  if (!ask) return Fail(ask.error());
  ask->Bind(1, std::string_view(entry.entity));
  ask->Bind(2, ToCell(entry.id));
  ask->Bind(3, kDownloadsThatMayLag + 1);
  return ask->Run();
}

Result<std::vector<Value>> IdsToReadBack(Database& database, const LocalTable& table, bool every,
                                         const std::string& except) {
  std::string sql =
      "SELECT id FROM \"@written\" WHERE entity=?1 AND (ask=3 OR (deleted=0 AND (ask=2 OR (ask=1 "
      "AND (?2 OR version='')))))";
  if (!except.empty()) sql += " AND id NOT IN (" + except + ")";
  auto statement = database.Prepare(sql);
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(table.entity));
  statement->Bind(2, std::int64_t{every && !Planted(Mutant::kB59NotReadBack)});
  std::vector<Value> ids;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) ids.push_back(ToValue(statement->At(0)));
  if (!row) return Fail(row.error());
  return ids;
}

Result<PinnedRows> TakePinnedRows(Database& database) {
  PinnedRows pinned;
  auto ids = database.Prepare(
      "SELECT entity,id FROM \"@outbox\" WHERE state<>4 UNION SELECT entity,id FROM \"@written\" "
      "WHERE deleted=0");
  if (!ids) return Fail(ids.error());
  std::optional<LocalTables> tables;
  Result<bool> row = true;
  while ((row = ids->Step()) && *row) {
    if (!tables) {
      auto read = LocalTables::Read(database);
      if (!read) return Fail(read.error());
      tables = std::move(*read);
    }
    const std::string entity(ids->Text(0));
    LocalRows* rows = tables->Rows(entity);
    if (!rows) continue;
    auto found = rows->Find(ToValue(ids->At(1)));
    if (!found) return Fail(found.error());
    if (*found) pinned[entity].push_back({std::move((*found)->values)});
  }
  if (!row) return Fail(row.error());
  return pinned;
}

Result<> LayOverFresh(Database& database, const LocalTable& table, const PinnedRows& pinned) {
  auto pending = ReadPending(database, table.entity, "");
  if (!pending) return Fail(pending.error());
  const auto written = ReadWritten(database, table.entity);
  if (!written) return Fail(written.error());
  LocalRows rows(database, table);
  std::set<Value> as_it_was;

  std::set<Value> shown;
  const auto old = pinned.find(table.entity);
  if (old != pinned.end()) {
    for (const PinnedRow& one : old->second) {
      if (const Value* id = ValueOf(one.values, table.key)) shown.insert(*id);
    }
  }
  std::map<Value, const Written*> kept;
  std::set<Value> came;
  for (const Written& one : *written) {
    const auto row = rows.Find(one.id);
    if (!row) return Fail(row.error());
    if (!one.deleted) kept.emplace(one.id, &one);
    const bool stale = *row && (one.staged || IsStale(one, (*row)->version()));
    if (*row && !stale) came.insert(one.id);
    // What was deleted here, or left meanwhile, does not come back as it was before.
    if (!stale || (!one.deleted && shown.contains(one.id))) continue;
    if (auto gone = rows.Remove((*row)->row); !gone) return gone;
  }
  std::set<Value> links;
  std::set<Value> waiting;
  for (const auto& entries : *pending) {
    waiting.insert(entries.front().id);
    if (IsLink(entries.front())) links.insert(entries.front().id);
  }
  if (old != pinned.end()) {
    for (const PinnedRow& one : old->second) {
      const Value* id = ValueOf(one.values, table.key);
      if (!id || links.contains(*id)) continue;
      const auto row = rows.Find(*id);
      if (!row) return Fail(row.error());
      const auto at = kept.find(*id);
      const bool stale = *row && at != kept.end() && !came.contains(*id);
      if (*row && !stale) continue;
      // The server has not shown it for so long that it does so no more.
      if (!*row && at != kept.end() && at->second->downloads > kDownloadsThatMayLag &&
          !waiting.contains(*id)) {
        continue;
      }
      // The row is as it was, the pending changes laid over it already.
      as_it_was.insert(*id);
      auto put = *row ? rows.Update((*row)->row, one.values) : rows.Insert(one.values);
      if (!put) return put;
    }
  }
  auto laid = LayOverAll(database, rows, *pending, as_it_was);
  if (!laid) return laid;
  return NoteReadBack(database, table,
                      [&](const Value& id) { return Result<bool>(came.contains(id)); });
}

}  // namespace satchel
