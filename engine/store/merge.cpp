#include "engine/store/merge.h"

#include <algorithm>
#include <set>

#include "engine/record/mutant.h"
#include "engine/record/row_version.h"
#include "engine/store/labels.h"
#include "engine/store/merge_rows.h"
#include "engine/store/overlay.h"
#include "engine/store/row_insert.h"
#include "engine/store/sweep.h"
#include "engine/store/tuning.h"

namespace satchel {

namespace {

std::string Temporary(const std::string& name) {
  return "temp." + SqlName(name);
}

Error NoKey(const LocalTable& table) {
  return {ErrorCode::kCorrupt, table.entity + ": the server sent a record without its " +
                                   table.key + " (report it to whoever runs the server)"};
}

}  // namespace

struct EntityMerge::State {
  State(Database& db, const Schema& s, FilterContext c, MergeEntity e)
      : database(db), schema(s), context(std::move(c)), entity(std::move(e)) {}

  Database& database;
  const Schema& schema;
  FilterContext context;
  MergeEntity entity;
  std::string incoming = entity.table.entity + "@incoming";
  std::string gone = entity.table.entity + "@gone";
  std::string swept = entity.table.entity + "@swept";
  std::string asked = entity.table.entity + "@asked";
  bool made = false;  // The temporary tables exist: something was set aside.
  std::int64_t received = 0;
  std::int64_t swept_rows = 0;
  std::unique_ptr<Sweep> sweep = {};
  // After Compare: what the sweep said, apart from what is fetched and what is pending.
  bool compared = false;
  SetHash expected = {};
  std::set<Value> pinned = {};
  std::set<Value> wanted = {};  // Given to Ask.

  [[nodiscard]] std::string key() const { return SqlName(entity.table.key); }
  // The column by which versions are compared; empty: there is none.
  [[nodiscard]] std::string version_column() const {
    return entity.modified.empty() ? std::string(kVersionColumn) : entity.modified;
  }

  [[nodiscard]] std::string IncomingIdsSql() const {
    return "SELECT " + key() + " FROM " + Temporary(incoming);
  }

  Result<> Make();
  Result<> Drop();
  Result<> PutIds(const std::string& table, const RowBatch& batch);
  Result<std::set<Value>> ReadPinned();
  Result<> DropRepeated();
  Result<> DropRejected();
  Result<> DecideSweep();
  Result<> NoteWhatCame();
  Result<> AddSide(Sweep::From from, const std::string& name);
  Result<bool> AsSwept(const std::vector<KeptVersion>& ignored, std::stop_token stop);
};

EntityMerge::EntityMerge(Database& database, const Schema& schema, FilterContext context,
                         MergeEntity entity)
    : state_(std::make_unique<State>(database, schema, std::move(context), std::move(entity))) {}
EntityMerge::~EntityMerge() = default;
EntityMerge::EntityMerge(EntityMerge&&) noexcept = default;

const LocalTable& EntityMerge::table() const {
  return state_->entity.table;
}

// Most syncs bring nothing of most entities, and a table costs more than a question.
Result<> EntityMerge::State::Make() {
  if (made) return {};
  made = true;
  std::string make = CreateTableSql(entity.raw, incoming);
  make.insert(make.find("TABLE"), "TEMP ");
  if (auto done = database.Execute(make); !done) return done;
  for (const std::string& name : {gone, asked}) {
    auto done = database.Execute("CREATE TEMP TABLE " + SqlName(name) +
                                 "(key NOT NULL PRIMARY KEY) WITHOUT ROWID");
    if (!done) return done;
  }
  return database.Execute("CREATE INDEX " + Temporary(incoming + "@key") + " ON " +
                          SqlName(incoming) + "(" + key() + ")");
}

Result<> EntityMerge::State::Drop() {
  for (const std::string& name : {incoming, gone, swept, asked}) {
    auto dropped = database.Execute("DROP TABLE IF EXISTS " + Temporary(name));
    if (!dropped) return dropped;
  }
  made = false;
  return {};
}

Result<> EntityMerge::End() {
  return state_->made || state_->swept_rows > 0 ? state_->Drop() : Result<>();
}

Result<> EntityMerge::Begin() {
  State& s = *state_;
  // What another sync left behind when it broke off.
  if (auto dropped = s.Drop(); !dropped) return dropped;
  s.received = s.swept_rows = 0;
  s.sweep.reset();
  s.compared = false;
  s.wanted.clear();
  s.expected = {};
  return {};
}

Result<> EntityMerge::AddRows(const RowBatch& rows, const std::vector<Label>& labels) {
  State& s = *state_;
  const auto key = rows.Find(s.entity.table.key);
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (!key || rows.cell(row, *key).null()) return Fail(NoKey(s.entity.table));
  }
  if (rows.rows() == 0) return SetLabelsAside(s.database, labels);
  if (auto made = s.Make(); !made) return made;
  auto put = InsertRows(s.database, s.entity.raw, s.incoming, rows, s.received + 1);
  if (!put) return put;
  s.received += static_cast<std::int64_t>(rows.rows());
  return SetLabelsAside(s.database, labels);
}

Result<> EntityMerge::State::PutIds(const std::string& table, const RowBatch& batch) {
  if (batch.rows() == 0) return {};
  if (auto done = Make(); !done) return done;
  const auto at = batch.Find(entity.table.key);
  auto together = Transaction::BeginTemporary(database);
  if (!together) return Fail(together.error());
  auto put = database.Prepare("INSERT OR IGNORE INTO " + Temporary(table) + " VALUES(?1)");
  if (!put) return Fail(put.error());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (!at || batch.cell(row, *at).null()) return Fail(NoKey(entity.table));
    put->Bind(1, batch.cell(row, *at));
    if (auto done = put->Run(); !done) return done;
  }
  return together->Commit();
}

Result<> EntityMerge::AddChangedIds(const RowBatch& rows) {
  return state_->PutIds(state_->gone, rows);
}

Result<> EntityMerge::AddRemoved(const std::vector<std::string>& ids) {
  State& s = *state_;
  if (ids.empty()) return {};
  if (auto made = s.Make(); !made) return made;
  auto together = Transaction::BeginTemporary(s.database);
  if (!together) return Fail(together.error());
  auto put = s.database.Prepare("INSERT OR IGNORE INTO " + Temporary(s.gone) + " VALUES(?1)");
  if (!put) return Fail(put.error());
  const FieldSchema* key = s.schema.Find(s.entity.table.entity, s.entity.table.key);
  for (const std::string& id : ids) {
    const auto guid = ParseGuid(id);
    if (guid) {
      put->Bind(1, *guid);
    } else if (key && kNumberTypes.Has(key->type)) {
      put->Bind(1, std::int64_t{std::atoll(id.c_str())});
    } else {
      put->Bind(1, std::string_view(id));
    }
    if (auto done = put->Run(); !done) return done;
  }
  return together->Commit();
}

Result<> EntityMerge::AddSweep(const RowBatch& rows) {
  State& s = *state_;
  if (!s.sweep) {
    const std::filesystem::path file = s.database.file();
    s.sweep = std::make_unique<Sweep>(
        s.database, file.empty() ? std::filesystem::temp_directory_path() : file.parent_path());
  }
  if (s.entity.decide_sweep || s.entity.cut_sweep) {
    if (s.swept_rows == 0) {
      std::string make = CreateTableSql(s.entity.swept, s.swept);
      make.insert(make.find("TABLE"), "TEMP ");
      make.insert(make.find("TABLE") + 6, "IF NOT EXISTS ");
      if (auto made = s.database.Execute(make); !made) return made;
    }
    auto put = InsertRows(s.database, s.entity.swept, s.swept, rows, s.swept_rows + 1);
    s.swept_rows += static_cast<std::int64_t>(rows.rows());
    return put;
  }
  const auto key = rows.Find(s.entity.table.key);
  const auto version = rows.Find(s.version_column());
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    if (!key || rows.cell(row, *key).null()) return Fail(NoKey(s.entity.table));
    const Cell none;
    const Cell& cell = version ? rows.cell(row, *version) : none;
    auto added = s.sweep->Add(Sweep::From::kServer, rows.cell(row, *key), VersionHash(cell));
    if (!added) return added;
  }
  s.swept_rows += static_cast<std::int64_t>(rows.rows());
  return {};
}

// The sweep came unfiltered, or uncut.
Result<> EntityMerge::State::DecideSweep() {
  if (swept_rows == 0) return {};
  // An id that came twice counts once, as it came last.
  auto once =
      database.Execute("DELETE FROM " + Temporary(swept) + " WHERE " + SqlName(kRowIdColumn) +
                       " NOT IN (SELECT max(" + SqlName(kRowIdColumn) + ") FROM " +
                       Temporary(swept) + " GROUP BY " + key() + ")");
  if (!once) return once;
  SqlOptions options;
  options.table = [&](std::string_view) { return swept; };
  options.ordered = entity.cut_sweep;
  Query query = entity.query;
  if (!entity.decide_sweep) query.filter = {}, query.links = {};
  if (!entity.cut_sweep) query.top = 0;
  const auto kept = CompileSql(query, schema, context, options);
  if (!kept) return Fail(kept.error());
  auto rows = database.Prepare("SELECT " + key() + "," + SqlName(version_column()) + " FROM " +
                               Temporary(swept) + " WHERE " + SqlName(kRowIdColumn) + " IN (" +
                               kept->text + ")");
  if (!rows) return Fail(rows.error());
  rows->Bind(kept->binds);
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    auto added = sweep->Add(Sweep::From::kServer, rows->At(0), VersionHash(rows->At(1)));
    if (!added) return added;
  }
  if (!row) return Fail(row.error());
  return {};
}

Result<> EntityMerge::State::AddSide(Sweep::From from, const std::string& name) {
  const auto& columns = entity.table.columns;
  const bool has = std::any_of(columns.begin(), columns.end(), [&](const LocalColumn& column) {
    return column.name == version_column();
  });
  auto rows = database.Prepare("SELECT " + key() + "," +
                               (has ? SqlName(version_column()) : std::string("NULL")) + " FROM " +
                               SqlName(name));
  if (!rows) return Fail(rows.error());
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    if (auto added = sweep->Add(from, rows->At(0), VersionHash(rows->At(1))); !added) return added;
  }
  if (!row) return Fail(row.error());
  return {};
}

Result<std::set<Value>> EntityMerge::State::ReadPinned() {
  auto ids = database.Prepare(kPinnedIdsSql);
  if (!ids) return Fail(ids.error());
  ids->Bind(1, std::string_view(entity.table.entity));
  std::set<Value> found;
  Result<bool> row = true;
  while ((row = ids->Step()) && *row) found.insert(ToValue(ids->At(0)));
  if (!row) return Fail(row.error());
  return found;
}

Result<EntityMerge::Missing> EntityMerge::Compare(std::stop_token stop) {
  State& s = *state_;
  Missing missing;
  if (auto made = s.Make(); !made) return Fail(made.error());
  // A million ids may leave, one statement each.
  auto together = Transaction::BeginTemporary(s.database);
  if (!together) return Fail(together.error());
  if (!s.sweep) s.sweep = std::make_unique<Sweep>(s.database, std::filesystem::path());
  if (s.entity.decide_sweep || s.entity.cut_sweep) {
    if (auto decided = s.DecideSweep(); !decided) return Fail(decided.error());
  }
  if (auto once = s.DropRepeated(); !once) return Fail(once.error());
  if (auto decided = s.DropRejected(); !decided) return Fail(decided.error());
  auto pinned = s.ReadPinned();
  if (!pinned) return Fail(pinned.error());
  s.pinned = std::move(*pinned);
  if (auto added = s.AddSide(Sweep::From::kHere, s.entity.table.entity); !added) {
    return Fail(added.error());
  }
  if (auto added = s.AddSide(Sweep::From::kSetAside, s.incoming); !added) {
    return Fail(added.error());
  }
  auto leave = s.database.Prepare("INSERT OR IGNORE INTO " + Temporary(s.gone) + " VALUES(?1)");
  if (!leave) return Fail(leave.error());
  auto drop =
      s.database.Prepare("DELETE FROM " + Temporary(s.incoming) + " WHERE " + s.key() + "=?1");
  if (!drop) return Fail(drop.error());
  std::size_t visited = 0;
  auto done = s.sweep->Visit([&](const Sweep::Found& found) -> Result<> {
    if (++visited % kKeysBetweenStopChecks == 0 && stop.stop_requested()) {
      return Fail(Cancelled());
    }
    if (!found.server) {
      leave->Bind(1, ToCell(found.key));
      if (auto put = leave->Run(); !put) return put;
      if (!found.set_aside) return {};
      drop->Bind(1, ToCell(found.key));
      return drop->Run();
    }
    ++missing.swept;
    if (s.wanted.contains(found.key)) missing.asked.push_back(found.key);
    // What is set aside replaces what is here, whatever version that has.
    const bool current = found.set_aside ? found.set_aside_same : found.here_same;
    if (!current) {
      missing.ids.push_back(found.key);
      return {};
    }
    if (!s.pinned.contains(found.key)) {
      s.expected.Add(KeyHash(ToCell(found.key)), found.server_version);
    }
    return {};
  });
  if (!done) return Fail(done.error());
  if (auto put = together->Commit(); !put) return Fail(put.error());
  s.sweep.reset();
  s.compared = true;
  if (auto put = Ask(missing.ids); !put) return Fail(put.error());
  return missing;
}

Result<std::vector<Value>> EntityMerge::ToReadBack(bool every) {
  State& s = *state_;
  return IdsToReadBack(s.database, s.entity.table, every, s.made ? s.IncomingIdsSql() : "");
}

Result<> EntityMerge::Ask(const std::vector<Value>& ids) {
  State& s = *state_;
  if (ids.empty()) return {};
  if (auto made = s.Make(); !made) return made;
  if (!s.compared) s.wanted.insert(ids.begin(), ids.end());
  auto together = Transaction::BeginTemporary(s.database);
  if (!together) return Fail(together.error());
  for (const std::string& table : {s.gone, s.asked}) {
    auto put = s.database.Prepare("INSERT OR IGNORE INTO " + Temporary(table) + " VALUES(?1)");
    if (!put) return Fail(put.error());
    for (const Value& id : ids) {
      put->Bind(1, ToCell(id));
      if (auto done = put->Run(); !done) return done;
    }
  }
  return together->Commit();
}

// Of rows that came twice the newest stays; where versions do not count, the last.
Result<> EntityMerge::State::DropRepeated() {
  auto rows =
      database.Prepare("SELECT " + key() + "," + SqlName(kRowIdColumn) + "," +
                       SqlName(kVersionColumn) + " FROM " + Temporary(incoming) + " ORDER BY 1,2");
  if (!rows) return Fail(rows.error());
  std::vector<std::int64_t> losers;
  Value last;
  std::int64_t best = 0;
  std::string best_version;
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    Value id = ToValue(rows->At(0));
    const std::int64_t number = rows->Integer(1);
    if (best != 0 && id == last) {
      if (IsOlder(rows->Text(2), best_version) != Planted(Mutant::kB23OldestOfRepeated)) {
        losers.push_back(number);
        continue;
      }
      losers.push_back(best);
    }
    last = std::move(id);
    best = number;
    best_version = rows->Text(2);
  }
  if (!row) return Fail(row.error());
  rows->Reset();
  auto drop = database.Prepare("DELETE FROM " + Temporary(incoming) + " WHERE " +
                               SqlName(kRowIdColumn) + "=?1");
  if (!drop) return Fail(drop.error());
  for (const std::int64_t loser : losers) {
    drop->Bind(1, loser);
    if (auto done = drop->Run(); !done) return done;
  }
  return {};
}

// Rows that came whether they meet the filter or not.
Result<> EntityMerge::State::DropRejected() {
  if (!entity.decide) return {};
  SqlOptions options;
  options.table = [&](std::string_view) { return incoming; };
  options.ordered = false;
  Query query = entity.query;
  query.top = 0;
  query.order.clear();
  const auto kept = CompileSql(query, schema, context, options);
  if (!kept) return Fail(kept.error());
  const std::string rest = " FROM " + Temporary(incoming) + " WHERE " + SqlName(kRowIdColumn) +
                           " NOT IN (" + kept->text + ")";
  for (const std::string& sql :
       {"INSERT OR IGNORE INTO " + Temporary(gone) + " SELECT " + key() + rest, "DELETE" + rest}) {
    auto statement = database.Prepare(sql);
    if (!statement) return Fail(statement.error());
    statement->Bind(kept->binds);
    if (auto done = statement->Run(); !done) return done;
  }
  return {};
}

Result<> EntityMerge::State::NoteWhatCame() {
  if (!made) return NoteReadBack(database, entity.table, [](const Value&) { return false; });
  auto find = database.Prepare("SELECT 1 FROM " + Temporary(incoming) + " WHERE " + key() + "=?1");
  if (!find) return Fail(find.error());
  return NoteReadBack(database, entity.table, [&](const Value& id) {
    find->Reset();
    find->Bind(1, ToCell(id));
    return find->Step();
  });
}

Result<MergeCounts> EntityMerge::Apply(const HighWater& mark, std::stop_token stop) {
  State& s = *state_;
  const LocalTable& table = s.entity.table;
  auto released = ReleaseWritten(s.database, table.entity, mark, !s.entity.catches_up);
  if (!released) return Fail(released.error());
  if (!s.made) {
    if (auto noted = s.NoteWhatCame(); !noted) return Fail(noted.error());
    return MergeCounts{};
  }
  if (auto once = s.DropRepeated(); !once) return Fail(once.error());
  if (auto decided = s.DropRejected(); !decided) return Fail(decided.error());
  // Such a row is pinned: that it is dropped here does not make it leave.
  const auto stale = DropStaleRows(s.database, table, s.incoming);
  if (!stale) return Fail(stale.error());

  MergeRows rows(s.database, table, s.incoming, s.gone, s.asked);
  auto counts = rows.Apply(stop);
  if (!counts) return counts;
  if (auto laid = LayOver(s.database, table, s.IncomingIdsSql()); !laid) {
    return Fail(laid.error());
  }
  if (auto noted = s.NoteWhatCame(); !noted) return Fail(noted.error());
  const bool touched = counts->added + counts->updated + counts->removed > 0;
  if (s.compared && (touched || *stale > 0 || !rows.ignored().empty())) {
    const auto as_swept = s.AsSwept(rows.ignored(), stop);
    if (!as_swept) return Fail(as_swept.error());
    counts->as_swept = *as_swept;
  }
  return counts;
}

// Whether the table holds what the sweep said: as many records, with the same versions. What is
// pending is left out on both sides.
Result<bool> EntityMerge::State::AsSwept(const std::vector<KeptVersion>& ignored,
                                         std::stop_token stop) {
  const auto now = ReadPinned();
  if (!now) return Fail(now.error());
  if (*now != pinned) return true;  // The user went on working: there is nothing to compare with.
  SetHash there = expected;
  SetHash here;
  const auto& columns = entity.table.columns;
  const bool has = std::any_of(columns.begin(), columns.end(), [&](const LocalColumn& column) {
    return column.name == version_column();
  });
  const std::string version = has ? SqlName(version_column()) : std::string("NULL");
  const auto add = [&](SetHash& set, const std::string& sql) -> Result<> {
    auto rows = database.Prepare(sql);
    if (!rows) return Fail(rows.error());
    std::size_t seen = 0;
    Result<bool> row = true;
    while ((row = rows->Step()) && *row) {
      if (++seen % kKeysBetweenStopChecks == 0 && stop.stop_requested()) {
        return Fail(Cancelled());
      }
      const Cell key = rows->At(0);
      if (!pinned.empty() && pinned.contains(ToValue(key))) continue;
      set.Add(KeyHash(key), VersionHash(rows->At(1)));
    }
    if (!row) return Fail(row.error());
    return {};
  };
  auto added =
      add(here, "SELECT " + key() + "," + version + " FROM " + SqlName(entity.table.entity));
  if (!added) return Fail(added.error());
  added = add(there, "SELECT " + key() + "," + version + " FROM " + Temporary(incoming) +
                         " WHERE " + key() + " IN (SELECT key FROM " + Temporary(asked) + ")");
  if (!added) return Fail(added.error());
  for (const KeptVersion& one : ignored) {
    if (pinned.contains(one.key)) continue;
    const std::uint64_t hash = KeyHash(ToCell(one.key));
    if (!one.asked) there.Remove(hash, VersionHash(ToCell(one.incoming)));
    there.Add(hash, VersionHash(ToCell(one.here)));
  }
  return here == there;
}

}  // namespace satchel
