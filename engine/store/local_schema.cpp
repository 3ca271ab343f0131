#include "engine/store/local_schema.h"

#include <algorithm>
#include <set>

#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

std::string StorageOf(FieldType type) {
  switch (type) {
    case FieldType::kString:
    case FieldType::kMemo:
    case FieldType::kMultiSelect:
      return "TEXT";
    case FieldType::kDouble:
      return "REAL";
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      return "BLOB";  // Keeps whatever kind of id the service has.
    default:
      return "INTEGER";
  }
}

// A key or lookup of a service without GUIDs is text or a number; BLOB has no affinity and keeps
// both as they are.
bool IsId(const FieldSchema& field) {
  return kIdTypes.Has(field.type);
}

// As the policy names them.
Result<std::vector<std::string>> NamedFields(const Entity& entity, const EntitySchema& schema) {
  std::vector<std::string> fields;
  if (entity.all_fields) {
    for (const auto& [name, field] : schema.fields) {
      if (name != schema.key) fields.push_back(name);
    }
    return fields;
  }
  std::set<std::string_view> seen = {schema.key};
  for (const std::string& name : entity.fields) {
    if (!schema.Find(name)) {
      std::vector<std::string> names;
      for (const auto& [known, field] : schema.fields) names.push_back(known);
      const std::string near = Nearest(name, names);
      return Fail(ErrorCode::kNotFound,
                  entity.name + ": the server has no field " + Quoted(name) +
                      (near.empty() ? " (remove it from the policy)"
                                    : " (did you mean " + Quoted(near) + "?)"));
    }
    if (seen.insert(name).second) fields.push_back(name);
  }
  return fields;
}

}  // namespace

std::optional<AttachmentFields> AttachmentFieldsOf(const EntitySchema& schema) {
  const bool usual = schema.Find("filename") && schema.Find("filesize");
  for (const char* body : {"documentbody", "body"}) {
    if (usual && schema.Find(body)) return AttachmentFields{body, "filename", "filesize"};
  }
  return std::nullopt;
}

Result<std::vector<std::string>> ResolveFields(const Entity& entity, const EntitySchema& schema) {
  auto fields = NamedFields(entity, schema);
  const auto attachment = AttachmentFieldsOf(schema);
  if (!fields || !entity.attachments || !attachment) return fields;
  std::erase(*fields, attachment->body);
  for (const std::string& name : {attachment->name, attachment->size}) {
    if (std::find(fields->begin(), fields->end(), name) == fields->end()) fields->push_back(name);
  }
  return fields;
}

Result<LocalTable> PlanTable(const EntitySchema& schema, const std::vector<std::string>& fields) {
  if (schema.key.empty() || !schema.Find(schema.key)) {
    return Fail(ErrorCode::kUnsupported,
                schema.name +
                    ": it has no single key field, so its records cannot be kept offline "
                    "(set its mode to online)");
  }
  LocalTable table = {.entity = schema.name, .key = schema.key};
  table.columns.push_back({std::string(kVersionColumn), "TEXT"});
  const auto add = [&](const std::string& name) {
    const FieldSchema* field = schema.Find(name);
    if (!field || std::find(table.fields.begin(), table.fields.end(), name) != table.fields.end()) {
      return;
    }
    table.fields.push_back(name);
    const bool key = name == schema.key;
    table.columns.push_back({name, key ? "BLOB" : StorageOf(field->type)});
    if (field->polymorphic()) table.columns.push_back({TypeColumn(name), "TEXT"});
    const bool lookup = IsId(*field) && field->type != FieldType::kUniqueIdentifier;
    if (key || lookup) table.key_fields.push_back(name);
  };
  add(schema.key);
  for (const std::string& name : fields) add(name);

  std::set<std::string> folded;  // SQLite's names are case-blind.
  for (const LocalColumn& column : table.columns) {
    if (!folded.insert(LowerAscii(column.name)).second) {
      return Fail(ErrorCode::kUnsupported, schema.name + ": two of its fields are both called " +
                                               Quoted(column.name) +
                                               " apart from case (keep only one in the policy)");
    }
  }
  return table;
}

std::string CreateTableSql(const LocalTable& table, const std::string& name) {
  std::string sql =
      "CREATE TABLE " + SqlName(name) + "(" + SqlName(kRowIdColumn) + " INTEGER PRIMARY KEY";
  for (const LocalColumn& column : table.columns) {
    sql += "," + SqlName(column.name) + " " + column.storage;
  }
  return sql + ")";
}

std::string ColumnList(const LocalTable& table) {
  std::string list = SqlName(kRowIdColumn);
  for (const LocalColumn& column : table.columns) list += "," + SqlName(column.name);
  return list;
}

std::string KeyTableName(std::string_view table, std::string_view field) {
  return std::string(table) + "@" + std::string(field);
}

std::string CreateKeyTableSql(std::string_view table, std::string_view field) {
  return "CREATE TABLE " + SqlName(KeyTableName(table, field)) +
         "(key BLOB NOT NULL,row INTEGER NOT NULL,PRIMARY KEY(key,row)) WITHOUT ROWID";
}

std::string CreateKeyTriggersSql(const LocalTable& table) {
  std::string sql;
  const std::string on = SqlName(table.entity);
  const std::string row = SqlName(kRowIdColumn);
  for (const std::string& field : table.key_fields) {
    const std::string keys = SqlName(KeyTableName(table.entity, field));
    const std::string column = SqlName(field);
    const auto trigger = [&](const char* what) {
      return "CREATE TRIGGER " + SqlName(KeyTableName(table.entity, field) + "@" + what);
    };
    const std::string put = " BEGIN INSERT INTO " + keys + " SELECT NEW." + column + ",NEW." + row +
                            " WHERE NEW." + column + " IS NOT NULL; END;";
    const std::string drop =
        "DELETE FROM " + keys + " WHERE key=OLD." + column + " AND row=OLD." + row + ";";
    sql += trigger("insert") + " AFTER INSERT ON " + on + put;
    sql += trigger("delete") + " AFTER DELETE ON " + on + " BEGIN " + drop + " END;";
    sql += trigger("update") + " AFTER UPDATE OF " + column + "," + row + " ON " + on + " BEGIN " +
           drop + " INSERT INTO " + keys + " SELECT NEW." + column + ",NEW." + row + " WHERE NEW." +
           column + " IS NOT NULL; END;";
  }
  return sql;
}

}  // namespace satchel
