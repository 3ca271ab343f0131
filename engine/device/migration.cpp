#include "engine/device/migration.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "engine/record/mutant.h"
#include "engine/store/local_meta.h"
#include "engine/store/local_schema.h"
#include "engine/store/outbox.h"
#include "engine/store/sync_cursor.h"

namespace satchel {

namespace {

struct KeptEntity {
  LocalTable table = {};
  std::vector<std::string> fields = {};  // As described: without type columns.
};

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The field a column belongs to: "ownerid@type" is part of ownerid.
std::string FieldOf(const std::string& column) {
  return column.substr(0, column.find('@', 1));
}

class Migrator {
 public:
  Migrator(Database& database, const Policy& policy, const Schema& schema)
      : database_(database), policy_(policy), schema_(schema) {}

  Result<Migration> Run(const std::function<Result<>(Database&)>& adopt) {
    auto transaction = Transaction::Begin(database_);
    if (!transaction) return Fail(transaction.error());
    const auto before = ReadDescription(database_);
    if (!before) return Fail(before.error());
    if (auto planned = Plan(); !planned) return Fail(planned.error());
    for (const auto& [name, fields] : before->fields) {
      const auto kept = kept_.find(name);
      if (auto done =
              kept == kept_.end() ? RemoveEntity(name) : ChangeEntity(name, fields, kept->second);
          !done) {
        return Fail(done.error());
      }
    }
    for (const auto& [name, entity] : kept_) {
      if (before->schema.Find(name)) continue;
      if (auto made = AddEntity(entity.table); !made) return Fail(made.error());
    }
    std::vector<std::pair<std::string, std::vector<std::string>>> described;
    for (const Entity& entity : policy_.entities) {
      const auto kept = kept_.find(entity.name);
      if (kept != kept_.end()) described.emplace_back(entity.name, kept->second.table.fields);
    }
    if (auto done = DescribeEntities(database_, schema_, described); !done) {
      return Fail(done.error());
    }
    if (auto done = adopt(database_); !done) return Fail(done.error());
    if (auto done = transaction->Commit(); !done) return Fail(done.error());
    return std::move(result_);
  }

 private:
  Result<> Plan() {
    for (const Entity& entity : policy_.entities) {
      if (entity.mode != DeviceMode::kOffline) continue;
      const EntitySchema* schema = schema_.Find(entity.name);
      if (!schema) {
        return Fail(ErrorCode::kNotFound,
                    "the server has no entity " + entity.name + " (remove it from the policy)");
      }
      auto fields = ResolveFields(entity, *schema);
      if (!fields) return Fail(fields.error());
      auto table = PlanTable(*schema, *fields);
      if (!table) return Fail(table.error());
      kept_[entity.name] = {*std::move(table), *std::move(fields)};
    }
    return {};
  }

  Result<> AddEntity(const LocalTable& table) {
    result_.added.push_back(table.entity);
    if (auto made = database_.Execute(CreateTableSql(table, table.entity)); !made) return made;
    for (const std::string& field : table.key_fields) {
      if (auto made = database_.Execute(CreateKeyTableSql(table.entity, field)); !made) return made;
    }
    return database_.Execute(CreateKeyTriggersSql(table));
  }

  // Everything that was made for the entity, triggers with their tables.
  Result<> RemoveEntity(const std::string& name) {
    result_.removed.push_back(name);
    auto entries = ReadOutbox(database_);
    if (!entries) return Fail(entries.error());
    for (OutboxEntry& entry : *entries) {
      if (entry.entity != name || entry.state == EntryState::kDropped) continue;
      if (Planted(Mutant::kB67MigrationDropsPending)) {
        if (auto lost = RemoveEntry(database_, entry.seq); !lost) return lost;
        continue;
      }
      entry.state = EntryState::kError;
      entry.message = "the policy no longer keeps " + name +
                      " on the device, so this change could not be sent (copy what matters, then "
                      "discard it)";
      ++result_.unmapped;
      if (auto put = PutEntry(database_, entry); !put) return put;
    }
    const auto tables = TablesOf(name);
    if (!tables) return Fail(tables.error());
    for (const std::string& table : *tables) {
      if (auto gone = database_.Execute("DROP TABLE IF EXISTS " + SqlName(table)); !gone) {
        return gone;
      }
    }
    for (const char* from : {"@staging", "@written"}) {
      auto clear = database_.Prepare("DELETE FROM " + SqlName(from) + " WHERE entity=?1");
      if (!clear) return Fail(clear.error());
      clear->Bind(1, std::string_view(name));
      if (auto done = clear->Run(); !done) return done;
    }
    return DropSyncCursor(database_, name);
  }

  Result<> ChangeEntity(const std::string& name, const std::vector<std::string>& before,
                        const KeptEntity& after) {
    std::vector<std::string> gone;
    for (const std::string& field : before) {
      if (!Has(after.table.fields, field)) gone.push_back(field);
    }
    std::vector<LocalColumn> missing;
    const auto columns = ColumnsOf(name);
    if (!columns) return Fail(columns.error());
    if (columns->empty()) return AddEntity(after.table);  // Described, but never made.
    for (const LocalColumn& column : after.table.columns) {
      if (!Has(*columns, column.name)) missing.push_back(column);
    }
    if (gone.empty() && missing.empty()) return {};
    if (auto parked = ParkFields(name, gone); !parked) return parked;
    for (const std::string& field : gone) result_.removed.push_back(name + "." + field);
    // Triggers name columns; they are made anew at the end.
    if (auto dropped = DropTriggers(name); !dropped) return dropped;
    for (const std::string& column : *columns) {
      if (column == kRowIdColumn || column == kVersionColumn) continue;
      if (!Has(gone, FieldOf(column))) continue;
      if (auto done = database_.Execute("DROP TABLE IF EXISTS " +
                                        SqlName(KeyTableName(name, column)) + ";ALTER TABLE " +
                                        SqlName(name) + " DROP COLUMN " + SqlName(column));
          !done) {
        return done;
      }
    }
    for (const LocalColumn& column : missing) {
      if (column.name.find('@') == std::string::npos) {
        result_.added.push_back(name + "." + column.name);
      }
      if (auto done = database_.Execute("ALTER TABLE " + SqlName(name) + " ADD COLUMN " +
                                        SqlName(column.name) + " " + column.storage);
          !done) {
        return done;
      }
    }
    for (const std::string& field : after.table.key_fields) {
      const auto there = Exists(KeyTableName(name, field));
      if (!there) return Fail(there.error());
      if (*there) continue;
      // Whatever the column holds already: nothing, where it is new.
      if (auto made =
              database_.Execute(CreateKeyTableSql(name, field) + ";INSERT INTO " +
                                SqlName(KeyTableName(name, field)) + " SELECT " + SqlName(field) +
                                "," + SqlName(kRowIdColumn) + " FROM " + SqlName(name) + " WHERE " +
                                SqlName(field) + " IS NOT NULL ORDER BY 1,2");
          !made) {
        return made;
      }
    }
    if (!missing.empty()) {
      if (auto unseen = ForgetVersions(name); !unseen) return unseen;
    }
    if (auto made = database_.Execute(CreateKeyTriggersSql(after.table)); !made) return made;
    // Its cursor speaks of other fields: the next download reads the entity in full.
    return DropSyncCursor(database_, name);
  }

  // A new field is empty until it is read, whatever the server has in it. A change that went by the
  // version would write over what its user never saw; without one it is compared first.
  Result<> ForgetVersions(const std::string& name) {
    auto rows =
        database_.Execute("UPDATE " + SqlName(name) + " SET " + SqlName(kVersionColumn) + "=NULL");
    if (!rows) return rows;
    auto pending =
        database_.Prepare("UPDATE \"@outbox\" SET version='' WHERE entity=?1 AND kind IN (?2,?3)");
    if (!pending) return Fail(pending.error());
    pending->Bind(1, std::string_view(name));
    pending->Bind(2, static_cast<std::int64_t>(ChangeKind::kUpdate));
    pending->Bind(3, static_cast<std::int64_t>(ChangeKind::kDelete));
    return pending->Run();
  }

  // The part of pending changes that has no column any more, set aside where people see it.
  Result<> ParkFields(const std::string& name, const std::vector<std::string>& gone) {
    if (gone.empty()) return {};
    auto entries = ReadOutbox(database_);
    if (!entries) return Fail(entries.error());
    for (OutboxEntry& entry : *entries) {
      if (entry.entity != name || entry.state == EntryState::kDropped) continue;
      OutboxEntry aside = entry;
      aside.changes.clear();
      std::erase_if(entry.changes, [&](const FieldChange& change) {
        const bool lost = Has(gone, FieldOf(change.field));
        if (lost) aside.changes.push_back(change);
        return lost;
      });
      if (aside.changes.empty()) continue;
      // What a delete holds are the server's values, not the user's.
      const bool typed = entry.kind != ChangeKind::kDelete;
      const bool nothing_left = entry.changes.empty() && entry.kind == ChangeKind::kUpdate;
      if (auto done = nothing_left ? RemoveEntry(database_, entry.seq) : PutEntry(database_, entry);
          !done) {
        return done;
      }
      if (!typed) continue;
      std::string fields;
      for (const std::string& field : gone) {
        const bool part =
            std::any_of(aside.changes.begin(), aside.changes.end(),
                        [&](const FieldChange& c) { return FieldOf(c.field) == field; });
        if (part) fields += (fields.empty() ? "" : ", ") + field;
      }
      aside.seq = 0;
      aside.kind = ChangeKind::kUpdate;
      aside.state = EntryState::kDropped;
      aside.message = "the policy no longer keeps " + fields + " of " + name +
                      ", so what was entered there could not be sent (copy what matters, then "
                      "discard it)";
      ++result_.unmapped;
      if (auto put = PutEntry(database_, aside); !put) return put;
    }
    return {};
  }

  Result<> DropTriggers(const std::string& table) {
    const auto triggers =
        Names("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=?1", table);
    if (!triggers) return Fail(triggers.error());
    for (const std::string& name : *triggers) {
      if (auto gone = database_.Execute("DROP TRIGGER " + SqlName(name)); !gone) return gone;
    }
    return {};
  }

  [[nodiscard]] Result<std::vector<std::string>> TablesOf(const std::string& entity) {
    auto tables = Names(
        "SELECT name FROM sqlite_master WHERE type='table' AND "
        "substr(name,1,length(?1)+1)=?1||'@'",
        entity);
    if (tables) tables->push_back(entity);
    return tables;
  }
  [[nodiscard]] Result<std::vector<std::string>> ColumnsOf(const std::string& table) {
    return Names("SELECT name FROM pragma_table_info(?1)", table);
  }
  [[nodiscard]] Result<bool> Exists(const std::string& table) {
    const auto found =
        Names("SELECT name FROM sqlite_master WHERE type='table' AND name=?1", table);
    if (!found) return Fail(found.error());
    return !found->empty();
  }
  // An error is none of the names: what was overlooked here would stay for ever.
  [[nodiscard]] Result<std::vector<std::string>> Names(const char* sql, const std::string& of) {
    std::vector<std::string> names;
    auto statement = database_.Prepare(sql);
    if (!statement) return Fail(statement.error());
    statement->Bind(1, std::string_view(of));
    Result<bool> row = true;
    while ((row = statement->Step()) && *row) names.emplace_back(statement->Text(0));
    if (!row) return Fail(row.error());
    return names;
  }

  Database& database_;
  const Policy& policy_;
  const Schema& schema_;
  std::map<std::string, KeptEntity> kept_ = {};
  Migration result_ = {};
};

}  // namespace

Result<Migration> Migrate(Database& database, const Policy& policy, const Schema& schema,
                          const std::function<Result<>(Database&)>& adopt) {
  return Migrator(database, policy, schema).Run(adopt);
}

}  // namespace satchel
