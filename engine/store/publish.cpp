#include "engine/store/publish.h"

#include <algorithm>
#include <set>

#include "engine/record/mutant.h"
#include "engine/store/labels.h"
#include "engine/store/local_meta.h"
#include "engine/store/many_to_many.h"
#include "engine/store/overlay.h"
#include "engine/store/replace_rows.h"
#include "engine/store/sweep.h"
#include "policy/support/sha256.h"

namespace satchel {

std::string StagedName(const std::string& entity) {
  return entity + "@staged";
}

Result<std::vector<std::string>> TableNames(Database& database) {
  auto statement = database.Prepare(
      "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'");
  if (!statement) return Fail(statement.error());
  std::vector<std::string> names;
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) names.emplace_back(statement->Text(0));
  if (!row) return Fail(row.error());
  return names;
}

namespace {

class Publisher {
 public:
  Publisher(Database& database, const Schema& schema, Publication& publication,
            std::stop_token stop)
      : database_(database), schema_(schema), publication_(publication), stop_(stop) {}

  Result<MergedCounts> Run() {
    for (const Publication::Staged& one : publication_.staged) {
      const HighWater mark = ParseHighWater(one.cursor.mark).value_or(HighWater{});
      if (auto done = ReleaseWritten(database_, one.table.entity, mark); !done) {
        return Fail(done.error());
      }
    }
    const auto pinned = publication_.staged.empty() ? PinnedRows() : TakePinnedRows(database_);
    if (!pinned) return Fail(pinned.error());
    if (auto none = ForgetUnpointed(database_); !none) return Fail(none.error());
    if (!publication_.staged.empty() && !whole()) {
      if (auto all = Unpointed(database_).AddAll(); !all) return Fail(all.error());
    }
    const auto names = TableNames(database_);
    if (!names) return Fail(names.error());
    names_ = {names->begin(), names->end()};
    for (const Publication::Staged& one : publication_.staged) {
      if (auto counted = CountReplaced(one.table); !counted) return Fail(counted.error());
      if (auto chosen = ChooseWay(one.table); !chosen) return Fail(chosen.error());
    }
    if (auto gone = DropTheRest(); !gone) return Fail(gone.error());
    if (auto put = PutLabels(); !put) return Fail(put.error());
    for (const Publication::Staged& one : publication_.staged) {
      if (auto put = Swap(one, *pinned); !put) return Fail(put.error());
    }
    for (const Publication::Merged& one : publication_.merged) {
      if (auto put = Merge(one); !put) return Fail(put.error());
    }
    if (!counts_.mismatched.empty()) return std::move(counts_);
    if (auto kept = KeepBothEnds(); !kept) return Fail(kept.error());
    if (auto gone = DropStaleLabels(database_, tables_); !gone) return Fail(gone.error());
    for (const LocalTable& table : tables_) {
      if (auto counted = Count(table); !counted) return Fail(counted.error());
    }
    if (auto told = Describe(); !told) return Fail(told.error());
    // Nor does anything stay that an interrupted read set aside and nobody went on with.
    if (auto gone =
            Execute("DELETE FROM \"@staging\";UPDATE \"@written\" SET staged=0 WHERE staged");
        !gone) {
      return Fail(gone.error());
    }
    return std::move(counts_);
  }

 private:
  Result<> Execute(const std::string& sql) { return database_.Execute(sql); }
  // Nothing of what was there stays.
  [[nodiscard]] bool whole() const {
    return publication_.merged.empty() && publication_.as_they_are.empty();
  }

  Result<> AddAll(Sweep& sweep, Sweep::From from, const std::string& name, const std::string& key) {
    auto rows = database_.Prepare("SELECT " + SqlName(key) + "," + SqlName(kVersionColumn) +
                                  " FROM " + SqlName(name));
    if (!rows) return Fail(rows.error());
    Result<bool> row = true;
    while ((row = rows->Step()) && *row) {
      if (auto added = sweep.Add(from, rows->At(0), VersionHash(rows->At(1))); !added) return added;
    }
    if (!row) return Fail(row.error());
    return {};
  }

  Result<bool> HasColumn(const std::string& table, const std::string& column) {
    auto found = database_.Prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name=?2");
    if (!found) return Fail(found.error());
    found->Bind(1, std::string_view(table));
    found->Bind(2, std::string_view(column));
    return found->Step();
  }

  // What a whole new table changes.
  Result<> CountReplaced(const LocalTable& table) {
    MergeCounts& counts = counts_.entities[table.entity];
    if (!names_.contains(table.entity)) {
      const auto rows = RowsOf(StagedName(table.entity));
      if (!rows) return Fail(rows.error());
      counts.added = *rows;
      return {};
    }
    const std::filesystem::path file = database_.file();
    Sweep sweep(database_,
                file.empty() ? std::filesystem::temp_directory_path() : file.parent_path());
    const auto comparable = HasColumn(table.entity, table.key);
    if (!comparable) return Fail(comparable.error());
    if (!*comparable) return {};  // The old table has another key: nothing of it compares.
    auto added = AddAll(sweep, Sweep::From::kHere, table.entity, table.key);
    if (!added) return added;
    added = AddAll(sweep, Sweep::From::kServer, StagedName(table.entity), table.key);
    if (!added) return added;
    return sweep.Visit([&](const Sweep::Found& found) -> Result<> {
      counts.added += !found.here;
      counts.removed += !found.server;
      counts.updated += found.here && found.server && !found.here_same;
      return {};
    });
  }

  Result<> DropTheRest() {
    std::set<std::string> kept;
    const auto keep = [&](const LocalTable& table, const std::string& name) {
      kept.insert(name);
      for (const std::string& field : table.key_fields) kept.insert(KeyTableName(name, field));
    };
    for (const auto& one : publication_.staged) {
      keep(one.table, StagedName(one.table.entity));
      if (ways_[one.table.entity] == Way::kReplaceRows) keep(one.table, one.table.entity);
    }
    for (const auto& one : publication_.merged) {
      keep(one.merge->table(), one.merge->table().entity);
    }
    for (const LocalTable& table : publication_.as_they_are) keep(table, table.entity);
    for (const std::string& name : names_) {
      if (name.starts_with("@") || kept.contains(name)) continue;
      if (auto gone = Execute("DROP TABLE " + SqlName(name)); !gone) return gone;
    }
    if (auto gone = Execute(whole() ? "DELETE FROM \"@cursor\""
                                    : "DELETE FROM \"@cursor\" WHERE entity NOT IN "
                                      "(SELECT name FROM sqlite_schema WHERE type='table')");
        !gone) {
      return gone;
    }
    return {};
  }

  Result<> PutLabels() {
    const std::string staged = SqlName(kStagedLabels);
    const bool any = names_.contains(kStagedLabels);
    if (!whole()) {
      auto put = any ? Execute("INSERT OR REPLACE INTO \"@label\" SELECT id,text FROM " + staged +
                               ";DROP TABLE " + staged)
                     : Result<>();
      return put ? PutLabelsSetAside(database_) : put;
    }
    if (!any) return Execute("DELETE FROM \"@label\"");
    const auto small = HasAtMost(database_, kStagedLabels, publication_.copied_rows);
    if (!small) return Fail(small.error());
    if (*small) {
      return Execute("DELETE FROM \"@label\";INSERT INTO \"@label\" SELECT id,text FROM " + staged +
                     ";DROP TABLE " + staged);
    }
    return Execute("DROP TABLE \"@label\";ALTER TABLE " + staged + " RENAME TO \"@label\"");
  }

  // How a staged table is put in place.
  enum class Way : std::uint8_t {
    kReplaceRows,  // Into the table that is there.
    kCopyRows,     // Into a new one.
    kRename,
  };
  Result<> ChooseWay(const LocalTable& table) {
    Way& way = ways_[table.entity] = Way::kRename;
    const auto small = HasAtMost(database_, StagedName(table.entity), publication_.copied_rows);
    if (!small) return Fail(small.error());
    if (!*small) return {};
    way = Way::kCopyRows;
    const auto same = IsPublishedAs(database_, table);
    if (!same) return Fail(same.error());
    if (!*same) return {};
    const auto both = HasAtMost(database_, table.entity, publication_.copied_rows);
    if (!both) return Fail(both.error());
    if (*both) way = Way::kReplaceRows;
    return {};
  }

  Result<> Rename(const LocalTable& table) {
    const std::string& entity = table.entity;
    const std::string staged = StagedName(entity);
    auto moved = Execute("ALTER TABLE " + SqlName(staged) + " RENAME TO " + SqlName(entity));
    for (const std::string& field : table.key_fields) {
      if (!moved) return moved;
      moved = Execute("ALTER TABLE " + SqlName(KeyTableName(staged, field)) + " RENAME TO " +
                      SqlName(KeyTableName(entity, field)));
    }
    return moved ? Execute(CreateKeyTriggersSql(table)) : moved;
  }

  Result<> Swap(const Publication::Staged& one, const PinnedRows& pinned) {
    const Way way = ways_[one.table.entity];
    Result<> put;
    if (way == Way::kRename) put = Rename(one.table);
    if (way == Way::kCopyRows) put = MakePublished(database_, one.table);
    if (put && way != Way::kRename) put = ReplaceRows(database_, one.table);
    if (!put) return put;
    if (auto laid = LayOverFresh(database_, one.table, pinned); !laid) return laid;
    tables_.push_back(one.table);
    return WriteSyncCursor(database_, one.cursor);
  }

  Result<> Merge(const Publication::Merged& one) {
    const LocalTable& table = one.merge->table();
    const HighWater mark = ParseHighWater(one.cursor.mark).value_or(HighWater{});
    auto merged = one.merge->Apply(mark, stop_);
    if (!merged) return Fail(merged.error());
    if (!merged->as_swept) counts_.mismatched.push_back(table.entity);
    counts_.entities[table.entity] = *merged;
    tables_.push_back(table);
    return WriteSyncCursor(database_, one.cursor);
  }

  Result<> KeepBothEnds() {
    for (const LocalTable& table : publication_.as_they_are) tables_.push_back(table);
    for (const LocalTable& table : tables_) {
      const auto removed = DropLooseLinks(database_, schema_, table, tables_);
      if (!removed) return Fail(removed.error());
      MergeCounts& counts = counts_.entities[table.entity];
      // What never showed was neither added nor removed.
      counts.added = std::max<std::int64_t>(0, counts.added - *removed);
    }
    return {};
  }

  Result<std::int64_t> RowsOf(const std::string& name) {
    auto count = database_.Prepare("SELECT count(*) FROM " + SqlName(name));
    if (!count) return Fail(count.error());
    if (const auto row = count->Step(); !row) return Fail(row.error());
    return count->Integer(0);
  }

  Result<> Count(const LocalTable& table) {
    const auto rows = RowsOf(KeyTableName(table.entity, table.key));
    if (!rows) return Fail(rows.error());
    counts_.kept[table.entity] = *rows;
    return {};
  }

  // Written only when it says something new: it is a few hundred rows.
  Result<> Describe() {
    std::vector<std::pair<std::string, std::vector<std::string>>> described;
    std::string text;
    for (const std::string& entity : publication_.order) {
      const auto table = std::find_if(tables_.begin(), tables_.end(),
                                      [&](const LocalTable& t) { return t.entity == entity; });
      const EntitySchema* schema = schema_.Find(entity);
      if (table == tables_.end() || !schema) continue;
      described.emplace_back(entity, table->fields);
      text += entity + "\n" + schema->label + "\n" + schema->key + "\n" + schema->primary_name +
              "\n" + schema->modified + "\n";
      for (const std::string& name : table->fields) {
        const FieldSchema* field = schema->Find(name);
        if (!field) continue;
        text += name + "\n" + field->label + "\n" + std::string(Name(field->type)) + "\n" +
                std::to_string(field->precision) + " " + std::to_string(field->max_length) + " " +
                std::to_string(field->required) + std::to_string(field->creatable) +
                std::to_string(field->updatable) + "\n";
        for (const std::string& target : field->targets) text += target + "\n";
        for (const Choice& choice : field->choices) {
          text += std::to_string(choice.value) + " " + choice.label + "\n";
        }
      }
    }
    const std::string hash = Sha256Hex(text);
    const auto before = ReadMeta(database_, "described");
    if (!before) return Fail(before.error());
    if (*before == hash) return {};
    if (auto put = DescribeEntities(database_, schema_, described); !put) return put;
    return WriteMeta(database_, "described", hash);
  }

  Database& database_;
  const Schema& schema_;
  Publication& publication_;
  std::stop_token stop_;
  std::set<std::string> names_ = {};     // Of tables, before anything changed.
  std::vector<LocalTable> tables_ = {};  // Published.
  std::map<std::string, Way> ways_ = {};
  MergedCounts counts_ = {};
};

}  // namespace

Result<MergedCounts> PublishSync(Database& database, const Schema& schema, Publication& publication,
                                 std::stop_token stop) {
  for (const Publication::Merged& one : publication.merged) {
    if (Planted(Mutant::kB29CursorBeforeRows)) (void)WriteSyncCursor(database, one.cursor);
  }
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  auto counts = Publisher(database, schema, publication, stop).Run();
  if (!counts || !counts->mismatched.empty()) return counts;
  if (auto done = transaction->Commit(); !done) return Fail(done.error());
  return counts;
}

}  // namespace satchel
