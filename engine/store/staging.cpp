#include "engine/store/staging.h"

#include <algorithm>
#include <utility>

#include "engine/record/mutant.h"
#include "engine/store/key_table_writer.h"
#include "engine/store/local_meta.h"
#include "engine/store/overlay.h"
#include "engine/store/row_insert.h"
#include "engine/store/tuning.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr const char* kLabels = kStagedLabels;

std::string RawName(const std::string& entity) {
  return entity + "@raw";
}
std::string HelperName(const std::string& entity, const std::string& linked) {
  return entity + "@with@" + linked;
}

Result<std::string> JournalMode(Database& database) {
  auto statement = database.Prepare("PRAGMA journal_mode");
  if (!statement) return Fail(statement.error());
  if (const auto row = statement->Step(); !row) return Fail(row.error());
  return std::string(statement->Text(0));
}

}  // namespace

Result<> PrepareForLoad(Database& database) {
  const auto mode = JournalMode(database);
  if (!mode) return Fail(mode.error());
  if (*mode != "wal") return {};
  // Somebody else has it open: it stays as it is, and the load is only slower.
  (void)database.Execute("PRAGMA journal_mode=TRUNCATE");
  return {};
}

Result<> EndLoad(Database& database) {
  const auto mode = JournalMode(database);
  if (!mode) return Fail(mode.error());
  return *mode == "truncate" ? database.Execute("PRAGMA journal_mode=WAL") : Result<>();
}

RowKeys MakeRowKeys(const LocalTable& table, const std::filesystem::path& folder) {
  RowKeys keys;
  for (const std::string& field : table.key_fields) {
    keys.fields.push_back(field);
    keys.sorters.emplace_back(folder);
  }
  return keys;
}

Result<> AddKeys(RowKeys& keys, const RowBatch& rows, std::int64_t first_row) {
  for (std::size_t i = 0; i < keys.fields.size(); ++i) {
    const auto column = rows.Find(keys.fields[i]);
    if (!column) continue;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      auto added =
          keys.sorters[i].Add(rows.cell(row, *column), first_row + static_cast<std::int64_t>(row));
      if (!added) return added;
    }
  }
  return {};
}

Staging::Staging(Database& database, const Schema& schema, FilterContext context, bool every_page,
                 std::int64_t copied_rows)
    : database_(database),
      schema_(schema),
      context_(std::move(context)),
      every_page_(every_page),
      copied_rows_(copied_rows) {}

std::filesystem::path Staging::folder() const {
  const std::filesystem::path file = database_.file();
  return file.empty() ? std::filesystem::temp_directory_path() : file.parent_path();
}

Result<std::optional<StagedState>> Staging::Find(const std::string& entity,
                                                 const std::string& identity) {
  auto statement = database_.Prepare(
      "SELECT identity,complete,cursor,rows,records,matched,bytes,requests,pages,mark FROM "
      "\"@staging\" "
      "WHERE entity=?1");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(entity));
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  const bool other = *row && statement->Text(0) != identity;
  if (!*row || (other && !Planted(Mutant::kB46StagingOfAnother))) {
    // It is read from the beginning: after all that was written here.
    statement->Reset();
    if (auto none = ForgetStaged(database_, entity); !none) return Fail(none.error());
    return std::nullopt;
  }
  StagedState state = {.complete = statement->Integer(1) != 0,
                       .cursor = std::string(statement->Text(2)),
                       .rows = statement->Integer(3),
                       .records = statement->Integer(4),
                       .matched = statement->Integer(5),
                       .bytes = statement->Integer(6),
                       .requests = static_cast<int>(statement->Integer(7)),
                       .pages = static_cast<int>(statement->Integer(8)),
                       .mark = std::string(statement->Text(9))};
  states_[entity] = state;
  return state;
}

Result<> Staging::ReadBack(const StagedEntity& entity, RowKeys& keys,
                           const std::function<void(const Cell&)>& id) {
  if (auto empty = MakeKeyTables(entity.table); !empty) return empty;
  std::string sql = "SELECT " + SqlName(kRowIdColumn);
  for (const std::string& field : keys.fields) sql += "," + SqlName(field);
  sql += " FROM " + SqlName(RawName(entity.table.entity));
  auto statement = database_.Prepare(sql);
  if (!statement) return Fail(statement.error());
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) {
    id(statement->At(1));  // The key comes first.
    for (std::size_t i = 0; i < keys.fields.size(); ++i) {
      auto added =
          keys.sorters[i].Add(statement->At(static_cast<int>(i) + 1), statement->Integer(0));
      if (!added) return added;
    }
  }
  if (!row) return Fail(row.error());
  return {};
}

Result<> Staging::BeginIfNeeded() {
  if (transaction_) return {};
  auto begun = Transaction::Begin(database_);
  if (!begun) return Fail(begun.error());
  transaction_.emplace(std::move(*begun));
  return {};
}

Result<> Staging::Commit() {
  if (!transaction_) return {};
  auto done = transaction_->Commit();
  transaction_.reset();
  uncommitted_ = 0;
  return done;
}

Result<> Staging::DropTables(const std::string& entity) {
  const auto names = TableNames(database_);
  if (!names) return Fail(names.error());
  for (const std::string& name : *names) {
    const bool ours = name == RawName(entity) || name == StagedName(entity) ||
                      name.starts_with(StagedName(entity) + "@") ||
                      name.starts_with(HelperName(entity, ""));
    if (!ours) continue;
    if (auto gone = database_.Execute("DROP TABLE " + SqlName(name)); !gone) return gone;
  }
  return {};
}

Result<> Staging::Begin(const StagedEntity& entity, const std::string& mark) {
  if (auto begun = BeginIfNeeded(); !begun) return begun;
  const std::string& name = entity.table.entity;
  ascending_.erase(name);
  if (auto gone = DropTables(name); !gone) return gone;
  if (auto made = database_.Execute(CreateTableSql(entity.raw, RawName(name))); !made) return made;
  if (auto made = MakeKeyTables(entity.table); !made) return made;
  if (!entity.finish && !entity.cut) {  // Else not all rows stay.
    ascending_.emplace(name, AscendingKeys(database_, entity.table, StagedName(name)));
  }
  for (const LocalTable& helper : entity.helpers) {
    const std::string table = HelperName(name, helper.entity);
    helper_rows_[table] = 0;
    if (auto made = database_.Execute(CreateTableSql(helper, table)); !made) return made;
  }
  if (auto made = database_.Execute("CREATE TABLE IF NOT EXISTS " + SqlName(kLabels) +
                                    "(id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID");
      !made) {
    return made;
  }
  if (auto saved = SaveState(entity, {.mark = mark}); !saved) return saved;
  return Commit();
}

Result<> Staging::SaveState(const StagedEntity& entity, const StagedState& state) {
  states_[entity.table.entity] = state;
  auto put = database_.Prepare(
      "INSERT OR REPLACE INTO \"@staging\" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  if (!put) return Fail(put.error());
  put->Bind(1, std::string_view(entity.table.entity));
  put->Bind(2, std::string_view(entity.identity));
  put->Bind(3, std::int64_t{state.complete});
  put->Bind(4, std::string_view(state.cursor));
  put->Bind(5, state.rows);
  put->Bind(6, state.records);
  put->Bind(7, state.matched);
  put->Bind(8, state.bytes);
  put->Bind(9, std::int64_t{state.requests});
  put->Bind(10, std::int64_t{state.pages});
  put->Bind(11, std::string_view(state.mark));
  return put->Run();
}

Result<> Staging::InsertLabels(const std::vector<Label>& labels) {
  if (labels.empty()) return {};
  auto put = database_.Prepare("INSERT OR REPLACE INTO " + SqlName(kLabels) + " VALUES(?1,?2)");
  if (!put) return Fail(put.error());
  for (const Label& label : labels) {
    if (!labels_seen_.insert(std::hash<std::string>{}(label.id)).second) continue;
    put->Bind(1, std::string_view(label.id));
    put->Bind(2, std::string_view(label.text));
    if (auto done = put->Run(); !done) return done;
  }
  return {};
}

Result<> Staging::AddPage(const StagedEntity& entity, const Page& page) {
  if (auto begun = BeginIfNeeded(); !begun) return begun;
  StagedState state = states_[entity.table.entity];
  auto put =
      InsertRows(database_, entity.raw, RawName(entity.table.entity), page.rows, state.rows + 1);
  if (!put) return put;
  if (const auto keys = ascending_.find(entity.table.entity); keys != ascending_.end()) {
    auto added = keys->second.Add(page.rows, state.rows + 1);
    if (!added) return added;
  }
  if (auto labels = InsertLabels(page.labels); !labels) return labels;
  const auto rows = static_cast<std::int64_t>(page.rows.rows());
  state.cursor = page.next_cursor;
  state.rows += rows;
  state.bytes += page.bytes_received;
  state.requests += page.requests;
  ++state.pages;
  if (auto saved = SaveState(entity, state); !saved) return saved;
  uncommitted_ += rows;
  return every_page_ || uncommitted_ >= kRowsPerCommit ? Commit() : Result<>();
}

Result<> Staging::AddHelperPage(const StagedEntity& entity, const LocalTable& helper,
                                const Page& page) {
  if (auto begun = BeginIfNeeded(); !begun) return begun;
  const std::string table = HelperName(entity.table.entity, helper.entity);
  std::int64_t& count = helper_rows_[table];
  if (auto put = InsertRows(database_, helper, table, page.rows, count + 1); !put) return put;
  count += static_cast<std::int64_t>(page.rows.rows());
  StagedState state = states_[entity.table.entity];
  state.bytes += page.bytes_received;
  state.requests += page.requests;
  if (auto saved = SaveState(entity, state); !saved) return saved;
  return every_page_ ? Commit() : Result<>();
}

Result<> Staging::DropRepeated(const StagedEntity& entity, RowKeys& keys, KeptRows& kept) {
  const std::string table = SqlName(RawName(entity.table.entity));
  const std::string row = SqlName(kRowIdColumn);
  if (keys.sorters.front().kind() == KeySorter::Kind::kOther) {
    kept.known = false;
    return database_.Execute("DELETE FROM " + table + " WHERE " + row + " NOT IN (SELECT max(" +
                             row + ") FROM " + table + " GROUP BY " + SqlName(entity.table.key) +
                             ")");
  }
  auto drop = database_.Prepare("DELETE FROM " + table + " WHERE " + row + "=?1");
  if (!drop) return Fail(drop.error());
  std::optional<KeySorter::Entry> last;
  return keys.sorters.front().Merge([&](const KeySorter::Entry& entry) -> Result<> {
    Result<> done;
    if (last && last->high == entry.high && last->low == entry.low) {
      drop->Bind(1, last->row);  // The later copy is the newer one.
      done = drop->Run();
      kept.Drop(last->row);
    }
    last = entry;
    return done;
  });
}

Result<> Staging::FindKept(const std::string& table, KeptRows& kept) {
  auto rows = database_.Prepare("SELECT " + SqlName(kRowIdColumn) + " FROM " + SqlName(table));
  if (!rows) return Fail(rows.error());
  kept = KeptRows(kept.rows.size(), false);
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) {
    kept.rows[static_cast<std::size_t>(rows->Integer(0)) - 1] = true;
    ++kept.count;
  }
  if (!row) return Fail(row.error());
  return {};
}

Result<std::int64_t> Staging::Finish(const StagedEntity& entity) {
  const std::string& name = entity.table.entity;
  const std::string raw = RawName(name);
  // What a filter joins on is found by an index; these tables live only until the end of this.
  for (const LocalTable& helper : entity.helpers) {
    const std::string table = HelperName(name, helper.entity);
    for (const LocalColumn& column : helper.columns) {
      if (column.storage != "BLOB") continue;
      auto made = database_.Execute("CREATE INDEX " + SqlName(table + "@" + column.name) + " ON " +
                                    SqlName(table) + "(" + SqlName(column.name) + ")");
      if (!made) return Fail(made.error());
    }
  }
  SqlOptions options;
  options.table = [&](std::string_view asked) {
    return asked == name ? raw : HelperName(name, std::string(asked));
  };
  options.ordered = entity.cut;
  std::vector<std::string> tables = {raw};
  for (const LocalTable& helper : entity.helpers) tables.push_back(HelperName(name, helper.entity));
  for (const std::string& table : tables) {
    const auto rows = LastRow(database_, table);
    if (!rows) return Fail(rows.error());
    options.sorted_keys = options.sorted_keys || *rows >= kFewestKeysSorted;
  }
  // Where the server applied the whole filter, only the order is left to do.
  Query query = entity.query;
  if (!entity.finish) query.filter = {}, query.links = {};
  if (!entity.cut) query.top = 0;
  const auto kept = CompileSql(query, schema_, context_, options);
  if (!kept) return Fail(kept.error());

  std::string columns = ColumnList(entity.table);
  if (auto made = database_.Execute(CreateTableSql(entity.table, StagedName(name))); !made) {
    return Fail(made.error());
  }
  auto copy = database_.Prepare("INSERT INTO " + SqlName(StagedName(name)) + "(" + columns +
                                ") SELECT " + columns + " FROM " + SqlName(raw) + " WHERE " +
                                SqlName(kRowIdColumn) + " IN (" + kept->text + ")");
  if (!copy) return Fail(copy.error());
  copy->Bind(kept->binds);
  if (auto done = copy->Run(); !done) return Fail(done.error());
  if (!entity.cut) return database_.changes();

  options.ordered = false;
  query.top = 0;
  const auto all = CompileSql(query, schema_, context_, options);
  if (!all) return Fail(all.error());
  auto count = database_.Prepare("SELECT count(*) FROM (" + all->text + ")");
  if (!count) return Fail(count.error());
  count->Bind(all->binds);
  if (const auto row = count->Step(); !row) return Fail(row.error());
  return count->Integer(0);
}

Result<StagedState> Staging::Complete(const StagedEntity& entity, RowKeys& keys,
                                      std::stop_token stop) {
  if (auto begun = BeginIfNeeded(); !begun) return Fail(begun.error());
  const std::string& name = entity.table.entity;
  StagedState state = states_[name];
  KeptRows kept(static_cast<std::size_t>(state.rows), true);
  if (auto once = DropRepeated(entity, keys, kept); !once) return Fail(once.error());

  const std::string staged = StagedName(name);
  std::optional<std::int64_t> matched;
  const bool copy = state.rows <= copied_rows_;  // Or there is something to leave out.
  if (copy || entity.finish || entity.cut || entity.raw != entity.table) {
    const auto finished = Finish(entity);
    if (!finished) return Fail(finished.error());
    matched = *finished;
    kept.known = false;
    if (auto gone = database_.Execute("DROP TABLE " + SqlName(RawName(name))); !gone) {
      return Fail(gone.error());
    }
    for (const LocalTable& helper : entity.helpers) {
      auto gone = database_.Execute("DROP TABLE " + SqlName(HelperName(name, helper.entity)));
      if (!gone) return Fail(gone.error());
    }
  } else {
    auto renamed = database_.Execute("ALTER TABLE " + SqlName(RawName(name)) + " RENAME TO " +
                                     SqlName(staged));
    if (!renamed) return Fail(renamed.error());
  }

  if (!kept.known) {
    if (auto found = FindKept(staged, kept); !found) return Fail(found.error());
  }
  state.records = kept.count;
  state.matched = matched.value_or(state.records);
  const auto ascending = ascending_.find(name);
  for (std::size_t i = 0; i < keys.fields.size(); ++i) {
    if (ascending != ascending_.end()) {
      const bool all = kept.count == state.rows;
      const auto taken = ascending->second.Take(keys.fields[i], all);
      if (!taken) return Fail(taken.error());
      if (*taken) continue;
    }
    auto written = WriteKeyTable(staged, keys.fields[i], keys.sorters[i], kept, stop);
    if (!written) return Fail(written.error());
  }
  state.complete = true;
  state.cursor.clear();
  if (auto saved = SaveState(entity, state); !saved) return Fail(saved.error());
  if (auto done = Commit(); !done) return Fail(done.error());
  return state;
}

Result<> Staging::MakeKeyTables(const LocalTable& table) {
  for (const std::string& field : table.key_fields) {
    const std::string staged = StagedName(table.entity);
    auto made = database_.Execute("DROP TABLE IF EXISTS " + SqlName(KeyTableName(staged, field)) +
                                  ";" + CreateKeyTableSql(staged, field));
    if (!made) return made;
  }
  return {};
}

Result<> Staging::WriteKeyTable(const std::string& table, const std::string& field,
                                KeySorter& sorter, const KeptRows& kept, std::stop_token stop) {
  if (sorter.kind() == KeySorter::Kind::kOther) {
    const std::string key = SqlName(field);
    const std::string row = SqlName(kRowIdColumn);
    return database_.Execute("INSERT INTO " + SqlName(KeyTableName(table, field)) + " SELECT " +
                             key + "," + row + " FROM " + SqlName(table) + " WHERE " + key +
                             " IS NOT NULL ORDER BY 1,2");
  }
  KeyTableWriter writer(database_, table, field, sorter.kind());
  std::size_t written = 0;
  auto merged = sorter.Merge([&](const KeySorter::Entry& entry) -> Result<> {
    if (!kept.Has(entry.row)) return {};
    if (++written % kKeysBetweenStopChecks == 0 && stop.stop_requested()) {
      return Fail(Cancelled());
    }
    return writer.Add(entry);
  });
  return merged ? writer.End() : merged;
}

}  // namespace satchel
