#include "engine/store/local_meta.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "engine/record/mutant.h"
#include "engine/store/local_schema.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr const char* kMetaTable =
    R"(CREATE TABLE IF NOT EXISTS "@meta"(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID)";
constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS "@entity"(
  position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, label TEXT, key TEXT NOT NULL,
  primary_name TEXT, modified TEXT, intersect_table INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS "@field"(
  entity TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, label TEXT,
  type TEXT NOT NULL, precision INTEGER NOT NULL, targets TEXT, max_length INTEGER NOT NULL,
  required INTEGER NOT NULL, creatable INTEGER NOT NULL, updatable INTEGER NOT NULL,
  PRIMARY KEY(entity, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "@choice"(
  entity TEXT NOT NULL, field TEXT NOT NULL, value INTEGER NOT NULL, label TEXT,
  PRIMARY KEY(entity, field, value)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "@label"(id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "@cursor"(
  entity TEXT PRIMARY KEY, identity TEXT NOT NULL, mark TEXT NOT NULL, delta TEXT NOT NULL,
  untracked INTEGER NOT NULL, swept INTEGER NOT NULL, syncs INTEGER NOT NULL, frozen TEXT NOT NULL,
  rights TEXT NOT NULL, linked TEXT NOT NULL, interrupted INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "@staging"(
  entity TEXT PRIMARY KEY, identity TEXT NOT NULL, complete INTEGER NOT NULL, cursor TEXT NOT NULL,
  rows INTEGER NOT NULL, records INTEGER NOT NULL, matched INTEGER NOT NULL, bytes INTEGER NOT NULL,
  requests INTEGER NOT NULL, pages INTEGER NOT NULL,
  mark TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "@outbox"(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, id NOT NULL, kind INTEGER NOT NULL,
  version TEXT NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
  revision INTEGER NOT NULL, made_at INTEGER NOT NULL, message TEXT NOT NULL,
  their_version TEXT NOT NULL, theirs_gone INTEGER NOT NULL, unread INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS "@outbox@record" ON "@outbox"(entity,id);
CREATE TABLE IF NOT EXISTS "@change"(
  seq INTEGER NOT NULL, field TEXT NOT NULL, mine, base, theirs, before,
  PRIMARY KEY(seq, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "@written"(
  entity TEXT NOT NULL, id NOT NULL, version TEXT NOT NULL, deleted INTEGER NOT NULL,
  downloads INTEGER NOT NULL, base TEXT NOT NULL, made INTEGER NOT NULL DEFAULT 0,
  ask INTEGER NOT NULL DEFAULT 1, staged INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(entity, id)) WITHOUT ROWID;
)";

// The last known value of the server is the best there is for what a user of an older version saw.
Result<> ToFormat3(Database& database) {
  return database.Execute(R"(
ALTER TABLE "@outbox" ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "@change" ADD COLUMN before;
UPDATE "@change" SET before=base;
ALTER TABLE "@written" ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "@written" ADD COLUMN ask INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "@written" ADD COLUMN staged INTEGER NOT NULL DEFAULT 0;
)");
}

// Modified-on had a key table that nobody read.
Result<> ToFormat4(Database& database) {
  auto entities = database.Prepare("SELECT name,modified FROM \"@entity\" WHERE modified<>''");
  if (!entities) return Fail(entities.error());
  std::string sql;
  Result<bool> row = true;
  while ((row = entities->Step()) && *row) {
    const std::string keys = KeyTableName(entities->Text(0), entities->Text(1));
    for (const char* what : {"@insert", "@delete", "@update"}) {
      sql += "DROP TRIGGER IF EXISTS " + SqlName(keys + what) + ";";
    }
    sql += "DROP TABLE IF EXISTS " + SqlName(keys) + ";";
  }
  if (!row) return Fail(row.error());
  entities->Reset();
  return database.Execute(sql);
}

// From each format, beginning with kOldestFormat, to the next.
constexpr Result<> (*kSteps[])(Database&) = {ToFormat3, ToFormat4};
constexpr int kOldestFormat = kLocalFormat - static_cast<int>(std::size(kSteps));

// In the caller's transaction.
Result<> BringUpToDate(Database& database, const std::string& format) {
  int step = std::atoi(format.c_str());
  if (step < kOldestFormat || step > kLocalFormat) {
    return Fail(
        ErrorCode::kUnsupported,
        "the local database has format " + Quoted(format) + " of another version of Satchel" +
            (step < kOldestFormat ? " (synchronise into a new file)" : " (update Satchel)"));
  }
  for (; step < kLocalFormat; ++step) {
    if (auto done = kSteps[step - kOldestFormat](database); !done) return done;
  }
  return WriteMeta(database, "format", std::to_string(kLocalFormat));
}

}  // namespace

Result<> CreateMeta(Database& database) {
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  if (auto made = database.Execute(kMetaTable); !made) return made;
  const auto format = ReadMeta(database, "format");
  if (!format) return Fail(format.error());
  // The tables came in the transaction that wrote the format.
  if (*format == std::to_string(kLocalFormat)) return transaction->Commit();
  if (format->empty()) {
    if (auto put = WriteMeta(database, "format", std::to_string(kLocalFormat)); !put) return put;
  } else if (auto done = BringUpToDate(database, *format); !done) {
    return done;
  }
  if (auto made = database.Execute(kTables); !made) return made;
  return transaction->Commit();
}

Result<> BindOwner(Database& database, const std::string& server, const std::string& organization,
                   const std::string& user) {
  auto transaction = Transaction::Begin(database);
  if (!transaction) return Fail(transaction.error());
  const auto bound = ReadMeta(database, "organization");
  if (!bound) return Fail(bound.error());
  for (const auto& [name, value] : {std::pair("organization", organization), {"user", user}}) {
    // Who signs in may have no name (some services know no users), but a bound database has an
    // organization.
    if (bound->empty()) {
      if (auto done = WriteMeta(database, name, value); !done) return done;
      continue;
    }
    const auto before = ReadMeta(database, name);
    if (!before) return Fail(before.error());
    if (*before != value && !Planted(Mutant::kB62AnotherUsersQueue)) {
      return Fail(ErrorCode::kDenied, std::string("the local database belongs to another ") + name +
                                          " (use another file)");
    }
  }
  // The same organization may have another address later.
  if (bound->empty()) {
    if (auto done = WriteMeta(database, "server", server); !done) return done;
  }
  return transaction->Commit();
}

Result<std::string> ReadMeta(Database& database, const std::string& name) {
  auto statement = database.Prepare("SELECT value FROM \"@meta\" WHERE name=?1");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(name));
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  return *row ? std::string(statement->Text(0)) : std::string();
}

Result<> WriteMeta(Database& database, const std::string& name, const std::string& value) {
  auto statement = database.Prepare("INSERT OR REPLACE INTO \"@meta\" VALUES(?1,?2)");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(name));
  statement->Bind(2, std::string_view(value));
  return statement->Run();
}

Result<> DescribeEntities(
    Database& database, const Schema& schema,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& entities_and_fields) {
  if (auto empty = database.Execute(
          "DELETE FROM \"@entity\"; DELETE FROM \"@field\"; DELETE FROM \"@choice\"");
      !empty) {
    return empty;
  }
  auto put_entity = database.Prepare("INSERT INTO \"@entity\" VALUES(?1,?2,?3,?4,?5,?6,?7)");
  auto put_field =
      database.Prepare("INSERT INTO \"@field\" VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
  auto put_choice = database.Prepare("INSERT OR REPLACE INTO \"@choice\" VALUES(?1,?2,?3,?4)");
  if (!put_entity) return Fail(put_entity.error());
  if (!put_field) return Fail(put_field.error());
  if (!put_choice) return Fail(put_choice.error());
  std::int64_t position = 0;
  for (const auto& [name, fields] : entities_and_fields) {
    const EntitySchema* entity = schema.Find(name);
    if (!entity) continue;
    put_entity->Bind(1, position++);
    put_entity->Bind(2, std::string_view(name));
    put_entity->Bind(3, std::string_view(entity->label));
    put_entity->Bind(4, std::string_view(entity->key));
    put_entity->Bind(5, std::string_view(entity->primary_name));
    put_entity->Bind(6, std::string_view(entity->modified));
    put_entity->Bind(7, std::int64_t{entity->intersect});
    if (auto put = put_entity->Run(); !put) return put;
    std::int64_t place = 0;
    for (const std::string& field_name : fields) {
      const FieldSchema* field = entity->Find(field_name);
      if (!field) continue;
      const std::string targets = Join(field->targets, ",");
      put_field->Bind(1, std::string_view(name));
      put_field->Bind(2, place++);
      put_field->Bind(3, std::string_view(field_name));
      put_field->Bind(4, std::string_view(field->label));
      put_field->Bind(5, Name(field->type));
      put_field->Bind(6, std::int64_t{field->precision});
      put_field->Bind(7, std::string_view(targets));
      put_field->Bind(8, std::int64_t{field->max_length});
      put_field->Bind(9, std::int64_t{field->required});
      put_field->Bind(10, std::int64_t{field->creatable});
      put_field->Bind(11, std::int64_t{field->updatable});
      if (auto put = put_field->Run(); !put) return put;
      for (const Choice& choice : field->choices) {
        put_choice->Bind(1, std::string_view(name));
        put_choice->Bind(2, std::string_view(field_name));
        put_choice->Bind(3, choice.value);
        put_choice->Bind(4, std::string_view(choice.label));
        if (auto put = put_choice->Run(); !put) return put;
      }
    }
  }
  return {};
}

Result<LocalDescription> ReadDescription(Database& database) {
  LocalDescription description;
  auto entities = database.Prepare(
      "SELECT name,label,key,primary_name,modified,intersect_table FROM \"@entity\" ORDER BY "
      "position");
  if (!entities) return Fail(entities.error());
  auto fields = database.Prepare(
      "SELECT name,label,type,precision,targets,max_length,required,creatable,updatable FROM "
      "\"@field\" WHERE entity=?1 ORDER BY position");
  if (!fields) return Fail(fields.error());
  auto choices = database.Prepare(
      "SELECT value,label FROM \"@choice\" WHERE entity=?1 AND field=?2 ORDER BY value");
  if (!choices) return Fail(choices.error());
  Result<bool> row = true;
  while ((row = entities->Step()) && *row) {
    EntitySchema entity = {.name = std::string(entities->Text(0)),
                           .label = std::string(entities->Text(1)),
                           .key = std::string(entities->Text(2)),
                           .primary_name = std::string(entities->Text(3)),
                           .modified = std::string(entities->Text(4)),
                           .intersect = entities->Integer(5) != 0};
    std::vector<std::string> order;
    fields->Reset();
    fields->Bind(1, std::string_view(entity.name));
    Result<bool> more = true;
    while ((more = fields->Step()) && *more) {
      FieldSchema field = {.name = std::string(fields->Text(0)),
                           .label = std::string(fields->Text(1)),
                           .precision = static_cast<int>(fields->Integer(3)),
                           .max_length = static_cast<int>(fields->Integer(5)),
                           .required = fields->Integer(6) != 0,
                           .creatable = fields->Integer(7) != 0,
                           .updatable = fields->Integer(8) != 0};
      const auto type = FindFieldType(fields->Text(2));
      if (!type) return Fail(ErrorCode::kCorrupt, "the local database names an unknown field type");
      field.type = *type;
      const std::string targets(fields->Text(4));
      if (!targets.empty()) {
        for (const std::string_view target : Split(targets, ','))
          field.targets.emplace_back(target);
      }
      choices->Reset();
      choices->Bind(1, std::string_view(entity.name));
      choices->Bind(2, std::string_view(field.name));
      Result<bool> choice = true;
      while ((choice = choices->Step()) && *choice) {
        field.choices.push_back({choices->Integer(0), std::string(choices->Text(1))});
      }
      if (!choice) return Fail(choice.error());
      order.push_back(field.name);
      entity.fields.emplace(field.name, std::move(field));
    }
    if (!more) return Fail(more.error());
    description.order.push_back(entity.name);
    description.fields.emplace_back(entity.name, std::move(order));
    const std::string name = entity.name;
    description.schema.entities.emplace(name, std::move(entity));
  }
  if (!row) return Fail(row.error());
  return description;
}

}  // namespace satchel
