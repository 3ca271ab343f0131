#include "tests/sim/local_rows.h"

#include <algorithm>
#include <set>

#include "engine/record/cell.h"
#include "engine/store/publish.h"

namespace satchel::sim {

namespace {

Result<std::string> First(Database& database, const std::string& sql) {
  auto statement = database.Prepare(sql);
  if (!statement) return Fail(statement.error());
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  return *row ? std::string(statement->Text(0)) : std::string();
}

// None where they cannot be read.
std::set<std::string> Tables(Database& database) {
  const auto names = TableNames(database);
  return names ? std::set<std::string>(names->begin(), names->end()) : std::set<std::string>();
}

}  // namespace

std::vector<std::string> KeptFields(const Schema& schema, const Policy& policy,
                                    const std::string& entity) {
  const EntitySchema& found = *schema.Find(entity);
  std::vector<std::string> fields = {found.key};
  for (const std::string& name : policy.Find(entity)->fields) {
    if (name == found.key) continue;
    fields.push_back(name);
    if (found.Find(name)->polymorphic()) fields.push_back(TypeColumn(name));
  }
  return fields;
}

Values Cut(const Values& values, const std::vector<std::string>& fields) {
  Values cut;
  for (const std::string& field : fields) {
    if (const auto at = values.find(field); at != values.end()) cut.insert(*at);
  }
  return cut;
}

Result<Rows> ReadRows(Database& database, const Schema& schema, const Policy& policy) {
  Rows rows;
  for (const satchel::Entity& entity : policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    auto& into = rows[entity.name];
    const std::vector<std::string> fields = KeptFields(schema, policy, entity.name);
    std::string sql = "SELECT ";
    for (std::size_t i = 0; i < fields.size(); ++i) sql += (i ? "," : "") + SqlName(fields[i]);
    auto statement = database.Prepare(sql + " FROM " + SqlName(entity.name));
    if (!statement) {
      if (statement.error().message.find("no such table") != std::string::npos) continue;
      return Fail(statement.error());
    }
    Result<bool> row = true;
    while ((row = statement->Step()) && *row) {
      Values values;
      for (std::size_t i = 0; i < fields.size(); ++i) {
        const Value value = ToValue(statement->At(static_cast<int>(i)));
        if (!std::holds_alternative<std::monostate>(value)) values[fields[i]] = value;
      }
      const std::string id = TextOf(values[fields.front()]);
      if (!into.emplace(id, values).second) {
        return Fail(ErrorCode::kCorrupt, entity.name + ": two rows of " + id);
      }
    }
    if (!row) return Fail(row.error());
  }
  return rows;
}

Rows RowsOf(const CrmState& crm, const Scope& scope, const Policy& policy) {
  Rows rows;
  for (const auto& [entity, ids] : scope) {
    const std::vector<std::string> fields = KeptFields(crm.schema(), policy, entity);
    auto& into = rows[entity];
    for (const std::string& id : ids) {
      const Row* row = crm.Find(entity, id);
      if (!row) continue;
      into[id] = Cut(row->values, fields);
    }
  }
  return rows;
}

std::pair<std::string, std::string> PairOf(const OutboxEntry& entry) {
  std::pair<std::string, std::string> pair;
  for (const FieldChange& change : IsLink(entry) ? entry.changes : std::vector<FieldChange>()) {
    if (change.field == "accountid") pair.first = TextOf(change.mine);
    if (change.field == "contactid") pair.second = TextOf(change.mine);
  }
  return pair;
}

std::string Print(const Values& values) {
  std::string text;
  for (const auto& [name, value] : values)
    text += (text.empty() ? "" : " ") + name + "=" + TextOf(value);
  return text;
}

std::string Differences(const Rows& here, const Rows& expected) {
  std::string text;
  int count = 0;
  const auto say = [&](const std::string& line) {
    if (++count <= 6) text += "  " + line + "\n";
  };
  for (const auto& [entity, rows] : expected) {
    const auto table = here.find(entity);
    for (const auto& [id, values] : rows) {
      const bool there = table != here.end() && table->second.contains(id);
      if (!there) {
        say(entity + "/" + id + " is missing: " + Print(values));
      } else if (table->second.at(id) != values) {
        say(entity + "/" + id + " is " + Print(table->second.at(id)) + ", should be " +
            Print(values));
      }
    }
  }
  for (const auto& [entity, rows] : here) {
    const auto table = expected.find(entity);
    for (const auto& [id, values] : rows) {
      if (table == expected.end() || !table->second.contains(id)) {
        say(entity + "/" + id + " should not be here: " + Print(values));
      }
    }
  }
  return text;
}

std::string WhatIsBroken(Database& database, const Schema& schema, const Policy& policy) {
  const auto check = First(database, "PRAGMA integrity_check");
  if (!check) return check.error().message;
  if (*check != "ok") return *check;
  const std::set<std::string> tables = Tables(database);
  for (const satchel::Entity& entity : policy.entities) {
    if (!tables.contains(entity.name)) continue;
    const EntitySchema& found = *schema.Find(entity.name);
    for (const std::string& field : KeptFields(schema, policy, entity.name)) {
      const std::string keys = entity.name + "@" + field;
      if (!tables.contains(keys)) {
        if (field == found.key) return "no key table " + keys;
        continue;
      }
      const auto wrong = First(database, "SELECT count(*) FROM (SELECT " + SqlName(field) +
                                             " AS k,\"@rid\" AS r FROM " + SqlName(entity.name) +
                                             " WHERE k IS NOT NULL EXCEPT SELECT key,row FROM " +
                                             SqlName(keys) + ")");
      if (!wrong) return wrong.error().message;
      const auto size =
          First(database, "SELECT (SELECT count(*) FROM " + SqlName(keys) + ")-(SELECT count(" +
                              SqlName(field) + ") FROM " + SqlName(entity.name) + ")");
      if (!size) return size.error().message;
      if (*wrong != "0" || *size != "0") return keys + " does not follow " + entity.name;
    }
  }
  return "ok";
}

}  // namespace satchel::sim
