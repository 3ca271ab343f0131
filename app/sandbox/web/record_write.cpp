#include "app/sandbox/web/record_write.h"

#include <algorithm>
#include <array>
#include <random>

#include "app/sandbox/company/tables.h"
#include "app/sandbox/odata/filter.h"
#include "app/sandbox/query/sql.h"
#include "app/sandbox/web/key.h"
#include "app/sandbox/web/values.h"
#include "engine/filter/sql_functions.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::array<std::string_view, 10> kDirectoryTables = {
    "systemuser",      "usersettings", "team",         "teammembership", "role",
    "systemuserroles", "teamroles",    "businessunit", "organization",   "principalobjectaccess"};

constexpr int kMaxCascade = 32;

void NoteWrite(Call& call, const Table& table) {
  if (std::find(kDirectoryTables.begin(), kDirectoryTables.end(), table.name) !=
      kDirectoryTables.end()) {
    call.people_changed = true;
  }
}

tl::unexpected<ApiError> AccessDenied(const Error& error) {
  if (error.code == ErrorCode::kDenied) return Refuse(403, kCodeAccess, error.message);
  return Refuse(error);
}

Answer<> Run(Database& database, const Sql& sql) {
  auto statement = database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error());
  statement->Bind(sql.binds());
  if (auto ran = statement->Run(); !ran) return Refuse(ran.error());
  return {};
}

Change* Find(std::vector<Change>& changes, std::string_view name) {
  for (Change& change : changes) {
    if (change.attribute->name == name) return &change;
  }
  return nullptr;
}

// Sets a column unless the client did; columns a table does not store are none of ours.
void SetDefault(std::vector<Change>& changes, const Table& table, std::string_view name,
                SqlValue value, std::string target = {}) {
  const Attribute* attribute = table.Find(name);
  if (attribute == nullptr || !attribute->stored() || Find(changes, name) != nullptr) return;
  changes.push_back({attribute, std::move(value), std::move(target)});
}

void SetAlways(std::vector<Change>& changes, const Table& table, std::string_view name,
               SqlValue value, std::string target = {}) {
  if (Change* change = Find(changes, name)) {
    change->value = std::move(value);
    change->target = std::move(target);
    return;
  }
  SetDefault(changes, table, name, std::move(value), std::move(target));
}

// statecode and statuscode follow each other.
void SettleState(std::vector<Change>& changes, const Table& table, bool create) {
  const Attribute* state = table.Find("statecode");
  const Attribute* status = table.Find("statuscode");
  if (state == nullptr || status == nullptr) return;
  const Change* new_state = Find(changes, "statecode");
  const Change* new_status = Find(changes, "statuscode");
  const auto number = [](const Change* change) {
    const auto* value = change == nullptr ? nullptr : std::get_if<std::int64_t>(&change->value);
    return value == nullptr ? std::optional<std::int64_t>() : std::optional<std::int64_t>(*value);
  };
  if (const auto reason = number(new_status)) {
    for (const Option& option : status->options.options) {
      if (option.value == *reason && option.state >= 0) {
        SetDefault(changes, table, "statecode", std::int64_t{option.state});
      }
    }
    return;
  }
  const auto wanted = new_state != nullptr ? number(new_state)
                      : create             ? std::optional<std::int64_t>(0)
                                           : std::nullopt;
  if (!wanted) return;
  SetDefault(changes, table, "statecode", *wanted);
  for (const Option& option : status->options.options) {
    if (option.state == *wanted) {
      SetDefault(changes, table, "statuscode", option.value);
      return;
    }
  }
}

// The owner's business unit goes with the owner.
void SettleOwner(Call& call, std::vector<Change>& changes, const Table& table) {
  const Change* owner = Find(changes, "ownerid");
  const auto* id = owner == nullptr ? nullptr : std::get_if<Guid>(&owner->value);
  if (id == nullptr) return;
  const People& people = call.directory->people;
  if (const Person* person = people.Find(*id)) {
    SetAlways(changes, table, "owningbusinessunit", person->business_unit, "businessunit");
  } else if (const auto team = people.teams.find(*id); team != people.teams.end()) {
    SetAlways(changes, table, "owningbusinessunit", team->second.business_unit, "businessunit");
  }
}

// The size of a document and whether there is one follow from the document, whatever was said.
void SettleDocument(std::vector<Change>& changes, const Table& table) {
  const Change* body = Find(changes, "documentbody");
  if (body == nullptr) return;
  const auto* text = std::get_if<std::string>(&body->value);
  std::int64_t size = 0;
  if (text != nullptr && !text->empty()) {
    size = static_cast<std::int64_t>(text->size()) / 4 * 3;
    for (std::size_t i = text->size(); i > 0 && (*text)[i - 1] == '='; --i) --size;
  }
  const bool any = size > 0;
  SetAlways(changes, table, "filesize", any ? SqlValue(size) : SqlValue());
  SetAlways(changes, table, "isdocument", std::int64_t{any});
}

// 412 when another row has the values of an alternate key.
Answer<> CheckKeys(Call& call, const Table& table, const std::vector<Change>& changes,
                   const Guid& self) {
  for (const AlternateKey& key : table.keys) {
    Sql sql;
    sql.Add("SELECT 1 FROM " + SqlName(table.name) + " WHERE " + SqlName(table.primary_id) + " <> ")
        .Value(self);
    bool whole = true;
    for (const std::string& name : key.attributes) {
      const auto change = std::find_if(changes.begin(), changes.end(),
                                       [&](const Change& c) { return c.attribute->name == name; });
      if (change == changes.end() || std::holds_alternative<std::monostate>(change->value)) {
        whole = false;
        break;
      }
      sql.Add(" AND " + SqlName(name));
      if (kTextTypes.Has(change->attribute->type)) {
        sql.Add(std::string(" COLLATE ") + kTextCollation);
      }
      sql.Add(" = ").Value(change->value);
    }
    if (!whole) continue;
    auto statement = call.database.Prepare(sql.text());
    if (!statement) return Refuse(statement.error());
    statement->Bind(sql.binds());
    const auto row = statement->Step();
    if (!row) return Refuse(row.error());
    if (*row) {
      return Refuse(412, kCodeDuplicate, "A record with matching key values already exists.");
    }
  }
  return {};
}

Answer<std::int64_t> Version(Call& call) {
  const auto version = NextVersion(call.database);
  if (!version) return Refuse(version.error());
  return *version;
}

Answer<> Bury(Call& call, const Table& table, const Guid& id) {
  const auto version = Version(call);
  if (!version) return Refuse(version.error());
  Sql sql;
  sql.Add("INSERT INTO " + SqlName(kTombstoneTable) + " (entity, id, version, deleted) VALUES (");
  sql.Value(table.name).Add(", ").Value(id).Add(", ").Value(*version).Add(", ");
  sql.Value(call.crm.WallClock().ticks).Add(")");
  return Run(call.database, sql);
}

Answer<std::vector<Guid>> Ids(Database& database, const Sql& sql) {
  auto statement = database.Prepare(sql.text());
  if (!statement) return Refuse(statement.error());
  statement->Bind(sql.binds());
  std::vector<Guid> ids;
  while (true) {
    const auto row = statement->Step();
    if (!row) return Refuse(row.error());
    if (!*row) return ids;
    ids.push_back(statement->Id(0));
  }
}

Answer<> Remove(Call& call, const Table& table, const Guid& id, int depth);

// What a relationship does to the rows that point at a deleted one.
Answer<> Cascade1N(Call& call, const Relationship& one, const Guid& id, int depth) {
  const Table* child = call.metadata().Find(one.referencing_entity);
  const Attribute* lookup = child == nullptr ? nullptr : child->Find(one.referencing_attribute);
  if (lookup == nullptr || !lookup->stored()) return {};
  Sql where;
  where.Add("SELECT " + SqlName(child->primary_id) + " FROM " + SqlName(child->name) + " WHERE " +
            SqlName(lookup->name) + " = ");
  where.Value(id);
  if (lookup->polymorphic()) {
    where.Add(" AND " + SqlName(TypeColumn(lookup->name)) + " = ").Value(one.referenced_entity);
  }
  const auto ids = Ids(call.database, where);
  if (!ids) return Refuse(ids.error());
  for (const Guid& related : *ids) {
    if (one.on_delete == Cascade::kRestrict) {
      return Refuse(405, kCodeDeleteRestricted,
                    "The object you tried to delete is associated with another object and cannot "
                    "be deleted (" +
                        child->name + " " + ToString(related) + ").");
    }
    if (one.on_delete == Cascade::kAll) {
      if (auto removed = Remove(call, *child, related, depth + 1); !removed) return removed;
    } else if (one.on_delete != Cascade::kNone) {
      const auto version = Version(call);
      if (!version) return Refuse(version.error());
      Sql unlink;
      unlink.Add("UPDATE " + SqlName(child->name) + " SET " + SqlName(lookup->name) + " = NULL");
      if (lookup->polymorphic()) unlink.Add(", " + SqlName(TypeColumn(lookup->name)) + " = NULL");
      unlink.Add(", " + SqlName(kVersionColumn) + " = ").Value(*version);
      unlink.Add(" WHERE " + SqlName(child->primary_id) + " = ").Value(related);
      if (auto ran = Run(call.database, unlink); !ran) return ran;
    }
  }
  return {};
}

Answer<> CascadeNN(Call& call, const ManyToManyRelationship& many, const Table& table,
                   const Guid& id, int depth) {
  const Table* intersect = call.metadata().Find(many.intersect_entity);
  if (intersect == nullptr) return {};
  for (const auto& [entity, column] : {std::pair(many.entity1, many.entity1_attribute),
                                       std::pair(many.entity2, many.entity2_attribute)}) {
    if (entity != table.name) continue;
    Sql where;
    where.Add("SELECT " + SqlName(intersect->primary_id) + " FROM " + SqlName(intersect->name) +
              " WHERE " + SqlName(column) + " = ");
    where.Value(id);
    const auto ids = Ids(call.database, where);
    if (!ids) return Refuse(ids.error());
    for (const Guid& row : *ids) {
      if (auto removed = Remove(call, *intersect, row, depth + 1); !removed) return removed;
    }
  }
  return {};
}

Answer<> Remove(Call& call, const Table& table, const Guid& id, int depth) {
  if (depth > kMaxCascade) {
    return Refuse(400, kCodeUnexpected, "The delete cascades through more than 32 levels.");
  }
  // The row goes first, so that circles of cascades end.
  Sql sql;
  sql.Add("DELETE FROM " + SqlName(table.name) + " WHERE " + SqlName(table.primary_id) + " = ");
  sql.Value(id);
  if (auto ran = Run(call.database, sql); !ran) return ran;
  if (call.database.changes() == 0) return {};
  if (auto buried = Bury(call, table, id); !buried) return buried;
  NoteWrite(call, table);
  for (const Relationship& one : call.metadata().relationships) {
    if (one.referenced_entity != table.name) continue;
    if (auto done = Cascade1N(call, one, id, depth); !done) return done;
  }
  for (const ManyToManyRelationship& many : call.metadata().many_to_many) {
    if (auto done = CascadeNN(call, many, table, id, depth); !done) return done;
  }
  return {};
}

Answer<> AddLookup(Call& call, std::vector<Change>& changes, const Relationship& lookup,
                   const Table& table, const JsonValue& value) {
  const Attribute* attribute = table.Find(lookup.referencing_attribute);
  if (value.null()) {
    changes.push_back({attribute, std::monostate(), {}});
    return {};
  }
  if (!value.is_string()) {
    return Refuse(400, kCodePayload,
                  "The property '" + lookup.referencing_navigation +
                      "@odata.bind' takes a reference such as \"contacts(<id>)\".");
  }
  auto reference = ParseReference(call, value.text);
  if (!reference) return Refuse(reference.error());
  if (!LeadsTo(lookup, reference->table->name)) {
    return Refuse(400, kCodePayload,
                  "The navigation property '" + lookup.referencing_navigation + "' points to " +
                      lookup.referenced_entity + ", not to " + reference->table->name + ".");
  }
  const auto version = VersionOf(call.database, *reference->table, reference->id);
  if (!version) return Refuse(version.error());
  if (!*version) return DoesNotExist(*reference->table, reference->id);
  changes.push_back({attribute, reference->id, reference->table->name});
  return {};
}

}  // namespace

Guid NewGuid() {
  std::random_device device;
  Guid id;
  for (std::size_t at = 0; at < id.bytes.size(); ++at) {
    id.bytes[at] = static_cast<std::uint8_t>(device());
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

Answer<WriteScope> WriteScope::Begin(Call& call) {
  WriteScope scope;
  if (call.in_transaction) return scope;
  scope.lock_ = std::unique_lock(call.crm.writing());
  auto transaction = Transaction::Begin(call.database);
  if (!transaction) return Refuse(transaction.error());
  scope.transaction_.emplace(std::move(*transaction));
  return scope;
}

Answer<> WriteScope::Commit() {
  if (!transaction_) return {};
  if (auto committed = transaction_->Commit(); !committed) return Refuse(committed.error());
  return {};
}

Answer<std::vector<Change>> ReadChanges(Call& call, const Table& table, const JsonValue& body,
                                        bool create) {
  if (!body.is_object()) {
    return Refuse(400, kCodePayload, "The body of the request is not a JSON object.");
  }
  constexpr std::string_view kBind = "@odata.bind";
  std::vector<Change> changes;
  for (const auto& [name, value] : body.members) {
    const std::size_t at = name.find('@');
    if (at != std::string::npos) {
      if (name.size() <= kBind.size() || name.substr(at) != kBind) continue;
      const Relationship* lookup = call.metadata().FindLookup(table.name, name.substr(0, at));
      if (lookup == nullptr) return NoSuchProperty(table, name.substr(0, at));
      if (auto added = AddLookup(call, changes, *lookup, table, value); !added) {
        return Refuse(added.error());
      }
      continue;
    }
    if (const Relationship* lookup = call.metadata().FindLookup(table.name, name);
        lookup != nullptr && value.null()) {
      changes.push_back({table.Find(lookup->referencing_attribute), std::monostate(), {}});
      continue;
    }
    const Attribute* attribute = FindProperty(table, name);
    if (attribute == nullptr) {
      return Refuse(400, kCodeBadQuery,
                    "An error occurred while validating input parameters: The property " +
                        Quoted(name) + " does not exist on type 'Microsoft.Dynamics.CRM." +
                        table.name +
                        "'. Make sure to only use property names that are defined by the type.");
    }
    const bool writable = create ? attribute->valid_for_create : attribute->valid_for_update;
    if (!writable || !attribute->stored() || attribute->is_lookup()) continue;
    auto stored = ToStored(table, *attribute, value);
    if (!stored) return Refuse(stored.error());
    changes.push_back({attribute, std::move(*stored), {}});
  }
  return changes;
}

Answer<Guid> InsertRow(Call& call, const Table& table, std::optional<Guid> id,
                       std::vector<Change> changes) {
  if (const Change* key = Find(changes, table.primary_id)) {
    const auto* given = std::get_if<Guid>(&key->value);
    if (given != nullptr && !id) id = *given;
    std::erase_if(changes,
                  [&](const Change& change) { return change.attribute->name == table.primary_id; });
  }
  const Guid key = id ? *id : NewGuid();
  const auto existing = VersionOf(call.database, table, key);
  if (!existing) return Refuse(existing.error());
  if (*existing) {
    return Refuse(412, kCodeDuplicate, "A record with matching key values already exists.");
  }
  if (table.ownership == Ownership::kUser) {
    SetDefault(changes, table, "ownerid", call.actor.user(), "systemuser");
  }
  SettleOwner(call, changes, table);
  SettleDocument(changes, table);
  SettleState(changes, table, true);
  const Instant now = call.crm.Now();
  SetAlways(changes, table, "createdon", now.ticks);
  SetAlways(changes, table, "modifiedon", now.ticks);
  SetAlways(changes, table, "createdby", call.actor.user(), "systemuser");
  SetAlways(changes, table, "modifiedby", call.actor.user(), "systemuser");

  const Change* owner = Find(changes, "ownerid");
  const auto* owner_id = owner == nullptr ? nullptr : std::get_if<Guid>(&owner->value);
  if (auto may = call.security().MayCreate(
          call.actor, table.name, owner_id ? std::optional<Guid>(*owner_id) : std::nullopt);
      !may) {
    return Refuse(may.error());
  }
  if (auto unique = CheckKeys(call, table, changes, key); !unique) return Refuse(unique.error());
  const auto version = Version(call);
  if (!version) return Refuse(version.error());

  Sql sql;
  Sql values;
  sql.Add("INSERT INTO " + SqlName(table.name) + " (" + SqlName(table.primary_id) + ", " +
          SqlName(kVersionColumn));
  values.Value(key).Add(", ").Value(*version);
  for (const Change& change : changes) {
    sql.Add(", " + SqlName(change.attribute->name));
    values.Add(", ").Value(change.value);
    if (!change.attribute->polymorphic()) continue;
    sql.Add(", " + SqlName(TypeColumn(change.attribute->name)));
    values.Add(", ");
    if (change.target.empty()) {
      values.Add("NULL");
    } else {
      values.Value(change.target);
    }
  }
  sql.Add(") VALUES (").Add(values).Add(")");
  if (auto ran = Run(call.database, sql); !ran) return Refuse(ran.error());
  // A row that comes back must not be reported as deleted.
  Sql unearth;
  unearth.Add("DELETE FROM " + SqlName(kTombstoneTable) + " WHERE entity = ").Value(table.name);
  unearth.Add(" AND id = ").Value(key);
  if (auto ran = Run(call.database, unearth); !ran) return Refuse(ran.error());
  NoteWrite(call, table);
  return key;
}

Answer<> CheckRight(Call& call, const Table& table, Right right, const Guid& id) {
  auto may = call.security().May(call.database, call.actor, right, table.name, id);
  if (!may) return AccessDenied(may.error());
  return {};
}

Answer<> UpdateRow(Call& call, const Table& table, const Guid& id, std::vector<Change> changes) {
  if (auto may = CheckRight(call, table, Right::kWrite, id); !may) return may;
  std::erase_if(changes,
                [&](const Change& change) { return change.attribute->name == table.primary_id; });
  if (Find(changes, "ownerid") != nullptr) {
    if (auto may = CheckRight(call, table, Right::kAssign, id); !may) return may;
  }
  if (auto unique = CheckKeys(call, table, changes, id); !unique) return unique;
  SettleOwner(call, changes, table);
  SettleDocument(changes, table);
  SettleState(changes, table, false);
  SetAlways(changes, table, "modifiedon", call.crm.Now().ticks);
  SetAlways(changes, table, "modifiedby", call.actor.user(), "systemuser");
  const auto version = Version(call);
  if (!version) return Refuse(version.error());
  Sql sql;
  sql.Add("UPDATE " + SqlName(table.name) + " SET " + SqlName(kVersionColumn) + " = ");
  sql.Value(*version);
  for (const Change& change : changes) {
    sql.Add(", " + SqlName(change.attribute->name) + " = ").Value(change.value);
    if (!change.attribute->polymorphic()) continue;
    sql.Add(", " + SqlName(TypeColumn(change.attribute->name)) + " = ");
    if (change.target.empty()) {
      sql.Add("NULL");
    } else {
      sql.Value(change.target);
    }
  }
  sql.Add(" WHERE " + SqlName(table.primary_id) + " = ").Value(id);
  NoteWrite(call, table);
  return Run(call.database, sql);
}

Answer<> DeleteRow(Call& call, const Table& table, const Guid& id) {
  if (auto may = CheckRight(call, table, Right::kDelete, id); !may) return may;
  return Remove(call, table, id, 0);
}

Answer<> Connect(Call& call, const ManyToManyRelationship& many, const Guid& one, const Guid& two) {
  const Table* table = call.metadata().Find(many.intersect_entity);
  Sql known;
  known.Add("SELECT " + SqlName(table->primary_id) + " FROM " + SqlName(table->name) + " WHERE " +
            SqlName(many.entity1_attribute) + " = ");
  known.Value(one).Add(" AND " + SqlName(many.entity2_attribute) + " = ").Value(two);
  const auto ids = Ids(call.database, known);
  if (!ids) return Refuse(ids.error());
  if (!ids->empty()) {
    return Refuse(412, kCodeDuplicate, "Cannot insert duplicate key.");
  }
  const auto version = Version(call);
  if (!version) return Refuse(version.error());
  Sql sql;
  sql.Add("INSERT INTO " + SqlName(table->name) + " (" + SqlName(table->primary_id) + ", " +
          SqlName(many.entity1_attribute) + ", " + SqlName(many.entity2_attribute) + ", " +
          SqlName(kVersionColumn) + ") VALUES (");
  sql.Value(NewGuid()).Add(", ").Value(one).Add(", ").Value(two).Add(", ").Value(*version).Add(")");
  NoteWrite(call, *table);
  return Run(call.database, sql);
}

Answer<> Disconnect(Call& call, const ManyToManyRelationship& many, const Guid& one,
                    const Guid& two) {
  const Table* table = call.metadata().Find(many.intersect_entity);
  Sql known;
  known.Add("SELECT " + SqlName(table->primary_id) + " FROM " + SqlName(table->name) + " WHERE " +
            SqlName(many.entity1_attribute) + " = ");
  known.Value(one).Add(" AND " + SqlName(many.entity2_attribute) + " = ").Value(two);
  const auto ids = Ids(call.database, known);
  if (!ids) return Refuse(ids.error());
  for (const Guid& id : *ids) {
    if (auto removed = Remove(call, *table, id, 0); !removed) return removed;
  }
  return {};
}

}  // namespace satchel::sandbox
