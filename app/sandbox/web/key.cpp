#include "app/sandbox/web/key.h"

#include <algorithm>

#include "app/sandbox/odata/filter.h"
#include "app/sandbox/query/sql.h"
#include "app/sandbox/web/values.h"
#include "engine/filter/sql_functions.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

tl::unexpected<ApiError> BadKey(const Table& table) {
  return BadQuery(
      "The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM." + table.name +
      "'. Ensure that the names and number of key properties match the declared or alternate key "
      "properties for the resource 'Microsoft.Dynamics.CRM." +
      table.name + "'.");
}

// Users and teams are owners: their base key has another name.
bool HasOwnerKey(const Table& table) {
  return table.name == "systemuser" || table.name == "team";
}

bool IsAlternateKey(const Table& table, const RowKey& key) {
  return std::any_of(table.keys.begin(), table.keys.end(), [&](const AlternateKey& declared) {
    return declared.attributes.size() == key.values.size() &&
           std::all_of(key.values.begin(), key.values.end(), [&](const auto& value) {
             return std::find(declared.attributes.begin(), declared.attributes.end(),
                              value.first->name) != declared.attributes.end();
           });
  });
}

Answer<std::optional<Guid>> FindRow(Call& call, const Table& table, const RowKey& key) {
  Sql sql;
  sql.Add("SELECT " + SqlName(table.primary_id) + " FROM " + SqlName(table.name) + " WHERE ");
  bool first = true;
  for (const auto& [attribute, value] : key.values) {
    if (!first) sql.Add(" AND ");
    first = false;
    sql.Add(SqlName(attribute->name));
    if (kTextTypes.Has(attribute->type)) sql.Add(std::string(" COLLATE ") + kTextCollation);
    sql.Add(" = ").Value(value);
  }
  auto statement = call.database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error());
  statement->Bind(sql.binds());
  const auto row = statement->Step();
  if (!row) return Refuse(row.error());
  return *row ? std::optional<Guid>(statement->Id(0)) : std::nullopt;
}

}  // namespace

Answer<RowKey> FindKey(Call& call, const Table& table, const Segment& segment) {
  const auto arguments = ParseArguments(segment, call.url);
  if (!arguments) return Refuse(arguments.error());
  RowKey key;
  if (arguments->size() == 1 &&
      (arguments->front().name.empty() ||
       (arguments->front().name == table.primary_id && !HasOwnerKey(table)))) {
    key.id = ParseGuid(arguments->front().value);
    if (!key.id) return BadKey(table);
    return key;
  }
  for (const Argument& argument : *arguments) {
    const Attribute* attribute = FindProperty(table, argument.name);
    const auto literal = LiteralToJson(argument.value);
    if (attribute == nullptr || !literal) return BadKey(table);
    auto value = ToStored(table, *attribute, *literal);
    if (!value) return Refuse(value.error());
    key.values.emplace_back(attribute, std::move(*value));
  }
  if (!IsAlternateKey(table, key)) return BadKey(table);
  const auto found = FindRow(call, table, key);
  if (!found) return Refuse(found.error());
  key.id = *found;
  return key;
}

Answer<Guid> RequireKey(Call& call, const Table& table, const Segment& segment) {
  const auto key = FindKey(call, table, segment);
  if (!key) return Refuse(key.error());
  if (!key->id) {
    return Refuse(
        404, kCodeNotFound,
        "A record with the specified key values does not exist in " + table.name + " entity");
  }
  return *key->id;
}

Answer<std::optional<std::int64_t>> VersionOf(Database& database, const Table& table,
                                              const Guid& id) {
  auto statement =
      database.Prepare("SELECT " + SqlName(kVersionColumn) + " FROM " + SqlName(table.name) +
                       " WHERE " + SqlName(table.primary_id) + " = ?1");
  if (!statement) return Refuse(statement.error());
  statement->Bind(1, id);
  const auto row = statement->Step();
  if (!row) return Refuse(row.error());
  return *row ? std::optional<std::int64_t>(statement->Integer(0)) : std::nullopt;
}

tl::unexpected<ApiError> DoesNotExist(const Table& table, const Guid& id) {
  return Refuse(404, kCodeNotFound, table.name + " With Id = " + ToString(id) + " Does Not Exist");
}

bool LeadsTo(const Relationship& lookup, std::string_view table) {
  if (lookup.referenced_entity == "owner") return table == "systemuser" || table == "team";
  return lookup.referenced_entity == table;
}

Answer<const Table*> FindSet(const Call& call, std::string_view set_name) {
  const Table* table = call.metadata().FindBySet(set_name);
  if (table != nullptr) return table;
  return Refuse(404, kCodeNoResource,
                "Resource not found for the segment " + Quoted(set_name) + ".");
}

Answer<Reference> ParseReference(Call& call, std::string_view text) {
  if (const std::size_t root = text.find("/api/data/v"); root != std::string_view::npos) {
    const std::size_t slash = text.find('/', root + 11);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  }
  const auto url = ParseUrl(text);
  if (!url) return Refuse(url.error());
  if (url->segments.size() != 1 || !url->segments.front().has_arguments) {
    return Refuse(400, kCodePayload,
                  "The reference " + Quoted(text) + " is not of the form set(key).");
  }
  const auto table = FindSet(call, url->segments.front().name);
  if (!table) return Refuse(table.error());
  const auto id = RequireKey(call, **table, url->segments.front());
  if (!id) return Refuse(id.error());
  return Reference{*table, *id};
}

}  // namespace satchel::sandbox
