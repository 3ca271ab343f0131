#include "engine/store/local_record.h"

#include "engine/store/known_names.h"
#include "engine/store/local_schema.h"
#include "engine/store/local_tables.h"
#include "engine/store/outbox.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr const char* kPending = "EXISTS(SELECT 1 FROM \"@outbox\" o WHERE o.entity=?1 AND o.id=t.";

Result<LocalTable> TableOf(const LocalDescription& description, const std::string& entity) {
  for (const auto& [name, fields] : description.fields) {
    if (name == entity) return PlanTable(*description.schema.Find(entity), fields);
  }
  const std::string near = Nearest(entity, description.order);
  return Fail(ErrorCode::kNotFound, "the device keeps no entity " + Quoted(entity) +
                                        (near.empty() ? " (see the policy's list of entities)"
                                                      : " (did you mean " + Quoted(near) + "?)"));
}

std::string SelectSql(const LocalTable& table) {
  std::string columns;
  for (const LocalColumn& column : table.columns) columns += ",t." + SqlName(column.name);
  return "SELECT " + std::string(kPending) + SqlName(table.key) + " AND o.state<>4)" + columns +
         " FROM " + SqlName(table.entity) + " t";
}

LocalRecord RecordAt(const Statement& statement, const EntitySchema& schema,
                     const LocalTable& table, KnownNames& names) {
  LocalRow row;
  int column = 0;
  for (const LocalColumn& c : table.columns) {
    row.values.push_back({c.name, ToValue(statement.At(++column))});
  }
  LocalRecord record = {.id = IdText(*row.Find(table.key)),
                        .version = row.version(),
                        .pending = statement.Integer(0) != 0};
  for (const std::string& field : table.fields) {
    const Value* type = row.Find(TypeColumn(field));
    const FieldSchema& known = *schema.Find(field);
    record.values.push_back({field, PrintValue(known, *row.Find(field), type ? *type : Value())});
    if (std::string name = names.Of(known, record.values.back().text); !name.empty()) {
      record.names.push_back({field, std::move(name)});
    }
  }
  return record;
}

std::string TextOf(const std::vector<FieldText>& texts, std::string_view field) {
  for (const FieldText& one : texts) {
    if (one.field == field) return one.text;
  }
  return {};
}

}  // namespace

std::string LocalRecord::Shown(std::string_view field) const {
  std::string name = TextOf(names, field);
  return name.empty() ? TextOf(values, field) : name;
}

Result<LocalRecord> ReadRecord(Database& database, const LocalDescription& description,
                               const std::string& entity, const std::string& id) {
  const auto table = TableOf(description, entity);
  if (!table) return Fail(table.error());
  const EntitySchema& schema = *description.schema.Find(entity);
  const auto key = ReadId(description.schema, schema, id);
  if (!key) return Fail(key.error());
  auto statement = database.Prepare(SelectSql(*table) + " WHERE t." + SqlName(kRowIdColumn) +
                                    "=(SELECT row FROM " +
                                    SqlName(KeyTableName(entity, table->key)) + " WHERE key=?2)");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(entity));
  statement->Bind(2, ToCell(*key));
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  if (!*row) {
    return Fail(ErrorCode::kNotFound, entity + " " + IdText(*key) + " is not on this device");
  }
  KnownNames names(database, description);
  return RecordAt(*statement, schema, *table, names);
}

Result<std::vector<LocalRecord>> ListRecords(Database& database,
                                             const LocalDescription& description,
                                             const std::string& entity,
                                             const ListOptions& options) {
  const auto table = TableOf(description, entity);
  if (!table) return Fail(table.error());
  // The key table is in the order of ids already.
  auto statement = database.Prepare(
      SelectSql(*table) + " JOIN (SELECT row FROM " + SqlName(KeyTableName(entity, table->key)) +
      " ORDER BY key LIMIT ?2 OFFSET ?3) k ON t." + SqlName(kRowIdColumn) + "=k.row ORDER BY t." +
      SqlName(table->key));
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(entity));
  statement->Bind(2, options.limit);
  statement->Bind(3, options.offset);
  std::vector<LocalRecord> records;
  KnownNames names(database, description);
  Result<bool> row = true;
  while ((row = statement->Step()) && *row) {
    records.push_back(RecordAt(*statement, *description.schema.Find(entity), *table, names));
  }
  if (!row) return Fail(row.error());
  return records;
}

}  // namespace satchel
