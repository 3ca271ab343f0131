#include "tests/sim/crm_state.h"

#include <algorithm>
#include <cstdio>

namespace satchel::sim {

namespace {

FieldSchema Field(const std::string& name, FieldType type,
                  const std::vector<std::string>& targets = {}) {
  FieldSchema field = {.name = name, .type = type, .targets = targets};
  if (type == FieldType::kMoney) field.precision = 2;
  if (type == FieldType::kString) field.max_length = 200;
  return field;
}

EntitySchema MakeEntity(const std::string& name, const std::string& key, const Traits& traits,
                        const std::vector<FieldSchema>& fields) {
  EntitySchema entity = {.name = name,
                         .set_name = name + "s",
                         .key = key,
                         .created = "createdon",
                         .modified = "modifiedon",
                         .version = traits.row_versions ? "versionnumber" : "",
                         .change_tracking = traits.change_tracking,
                         .user_owned = true};
  FieldSchema id = Field(key, FieldType::kUniqueIdentifier);
  id.updatable = false;
  entity.fields[key] = id;
  for (const char* stamp : {"createdon", "modifiedon"}) {
    FieldSchema moment = Field(stamp, FieldType::kDateTime);
    moment.creatable = moment.updatable = false;
    entity.fields[stamp] = moment;
  }
  if (traits.row_versions) {
    FieldSchema version = Field("versionnumber", FieldType::kBigInt);
    version.creatable = version.updatable = false;
    entity.fields["versionnumber"] = version;
  }
  for (const FieldSchema& field : fields) entity.fields[field.name] = field;
  return entity;
}

}  // namespace

std::string TextOf(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* id = std::get_if<Guid>(&value)) return ToString(*id);
  return "";
}

Value IdValue(const std::string& guid) {
  const auto id = ParseGuid(guid);
  return id ? Value(*id) : Value();
}

std::string TextField(const std::string& entity) {
  return entity == "account" ? "name" : entity == "contact" ? "fullname" : "subject";
}

std::string MakeId(char family, std::uint64_t number) {
  char text[40];
  std::snprintf(text, sizeof text, "%c%07x-0000-4000-8000-%012llx", family,
                static_cast<unsigned>((number * 2654435761U) & 0xfffffffU),
                static_cast<unsigned long long>(number));
  return text;
}

Schema CrmState::MakeSchema(const Traits& traits) {
  const auto owner = Field("ownerid", FieldType::kOwner, {"systemuser", "team"});
  Schema schema;
  schema.entities["account"] =
      MakeEntity("account", "accountid", traits,
                 {Field("name", FieldType::kString), Field("statecode", FieldType::kState),
                  Field("revenue", FieldType::kMoney), Field("city", FieldType::kString),
                  Field("visiton", FieldType::kDateTime),
                  Field("parentaccountid", FieldType::kLookup, {"account"}), owner});
  schema.entities["contact"] =
      MakeEntity("contact", "contactid", traits,
                 {Field("fullname", FieldType::kString), Field("statecode", FieldType::kState),
                  Field("emailaddress1", FieldType::kString),
                  Field("parentcustomerid", FieldType::kLookup, {"account"}), owner});
  schema.entities["task"] =
      MakeEntity("task", "taskid", traits,
                 {Field("subject", FieldType::kString), Field("statecode", FieldType::kState),
                  Field("scheduledend", FieldType::kDateTime),
                  Field("regardingobjectid", FieldType::kLookup, {"account", "contact"}), owner});
  EntitySchema both = MakeEntity("accountcontact", "accountcontactid", traits,
                                 {Field("accountid", FieldType::kLookup, {"account"}),
                                  Field("contactid", FieldType::kLookup, {"contact"})});
  both.intersect = true;
  both.user_owned = false;
  both.created.clear();
  both.modified.clear();
  both.fields.erase("createdon");
  both.fields.erase("modifiedon");
  schema.entities["accountcontact"] = both;
  schema.entities["account"].many_to_many = {
      {.navigation = "accountcontacts", .intersect = "accountcontact", .other_entity = "contact"}};
  schema.entities["contact"].many_to_many = {
      {.navigation = "accountcontacts", .intersect = "accountcontact", .other_entity = "account"}};
  for (const char* name : {"systemuser", "team"}) {
    EntitySchema people =
        MakeEntity(name, std::string(name) + "id", traits, {Field("fullname", FieldType::kString)});
    people.user_owned = false;
    schema.entities[name] = people;
  }
  return schema;
}

CrmState::CrmState(Traits traits, Instant start)
    : now(start), traits_(traits), schema_(MakeSchema(traits)) {
  for (const auto& [name, entity] : schema_.entities) rows[name];
}

const Row* CrmState::Find(const std::string& entity, const std::string& id) const {
  const auto table = rows.find(entity);
  if (table == rows.end()) return nullptr;
  const auto row = table->second.find(id);
  return row == table->second.end() ? nullptr : &row->second;
}

std::vector<std::string> CrmState::TeamsOf(const std::string& user) const {
  std::vector<std::string> found;
  for (const Team& team : teams) {
    if (team.members.contains(user)) found.push_back(team.id);
  }
  return found;
}

const User& CrmState::UserOf(const std::string& id) const {
  for (const User& user : users) {
    if (user.id == id) return user;
  }
  return users.front();
}

bool CrmState::ReadsAll(const User& user, const std::string& entity) const {
  if (entity == "accountcontact") return ReadsAll(user, "account") && ReadsAll(user, "contact");
  const auto depth = user.depth.find(entity);
  return depth != user.depth.end() && depth->second == User::Depth::kAll;
}

bool CrmState::MayRead(const User& user, const std::string& entity, const std::string& id,
                       const Row& row) const {
  if (entity == "accountcontact") {
    const std::string account = TextOf(row.values.at("accountid"));
    const std::string contact = TextOf(row.values.at("contactid"));
    const Row* one = Find("account", account);
    const Row* two = Find("contact", contact);
    return one && two && MayRead(user, "account", account, *one) &&
           MayRead(user, "contact", contact, *two);
  }
  if (entity == "systemuser" || entity == "team" || ReadsAll(user, entity)) return true;
  const std::vector<std::string> in = TeamsOf(user.id);
  const auto owner = row.values.find("ownerid");
  const std::string owned_by = owner == row.values.end() ? "" : TextOf(owner->second);
  if (owned_by == user.id) return true;
  if (std::find(in.begin(), in.end(), owned_by) != in.end()) return true;
  const std::string prefix = entity + "/" + id + "/";
  if (shares.contains(prefix + user.id)) return true;
  for (const std::string& team : in) {
    if (shares.contains(prefix + team)) return true;
  }
  const auto depth = user.depth.find(entity);
  if (depth == user.depth.end() || depth->second != User::Depth::kUnit) return false;
  for (const User& other : users) {
    if (other.id == owned_by) return other.unit == user.unit;
  }
  for (const Team& team : teams) {
    if (team.id == owned_by) return team.unit == user.unit;
  }
  return false;
}

Value CrmState::VersionCell(const Row& row) const {
  if (traits_.row_versions) return row.version;
  return ETag(row);
}

std::string CrmState::ETag(const Row& row) const {
  // A service without row versions: opaque, and not even growing.
  if (traits_.row_versions) return "W/\"" + std::to_string(row.version) + "\"";
  return "W/\"x" + std::to_string(row.version * 7919 % 1000003) + "\"";
}

std::string CrmState::WhyRefused(const std::string& entity, const Values& values) const {
  for (const auto& [name, value] : values) {
    const FieldSchema* field = schema_.Find(entity, name);
    if (!field) continue;
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->starts_with("poison")) return name + ": a plug-in refuses '" + *text + "'";
    if (field->targets.empty() || !std::holds_alternative<Guid>(value) || name == "ownerid") {
      continue;
    }
    bool found = false;
    for (const std::string& target : field->targets) {
      if (Find(target, TextOf(value))) found = true;
    }
    if (!found) return name + ": there is no record " + TextOf(value);
  }
  return "";
}

void CrmState::Touch(Row& row, bool back_date) {
  row.version = ++commit;
  row.values["modifiedon"] = back_date ? now.ticks - 400 * kTicksADay : now.ticks;
}

void CrmState::PlugIn(const std::string& entity, const Row& row) {
  if (!traits_.plug_ins || entity != "contact") return;
  const auto parent = row.values.find("parentcustomerid");
  if (parent == row.values.end()) return;
  const auto at = rows["account"].find(TextOf(parent->second));
  if (at == rows["account"].end()) return;
  Value& revenue = at->second.values["revenue"];
  const auto* before = std::get_if<std::int64_t>(&revenue);
  revenue = (before ? *before : 0) + 100;
  Touch(at->second, false);
}

void CrmState::Create(const std::string& entity, const std::string& id, Values values,
                      const std::string& owner, bool back_date) {
  journal.push_back({entity, id, "create", values, commit + 1, actor, {}});
  Row row;
  for (auto& [name, value] : values) {
    if (!std::holds_alternative<std::monostate>(value)) row.values[name] = value;
  }
  const EntitySchema& schema = *schema_.Find(entity);
  row.values[schema.key] = IdValue(id);
  if (schema.user_owned && !row.values.contains("ownerid")) {
    row.values["ownerid"] = IdValue(owner);
    row.values["ownerid@type"] = std::string("systemuser");
  }
  if (schema.Find("statecode") && !row.values.contains("statecode")) {
    row.values["statecode"] = std::int64_t{0};
  }
  Touch(row, back_date);
  row.values["createdon"] = row.values["modifiedon"];
  if (schema.modified.empty()) {
    row.values.erase("createdon");
    row.values.erase("modifiedon");
  }
  const Row copy = rows[entity][id] = row;
  PlugIn(entity, copy);
}

void CrmState::Update(const std::string& entity, const std::string& id, const Values& values,
                      bool back_date) {
  Row& row = rows[entity].at(id);
  Values over;
  for (const auto& [name, value] : values) {
    const auto before = row.values.find(name);
    if (!actor.empty() && before != row.values.end()) over.insert(*before);
  }
  journal.push_back({entity, id, "update", values, commit + 1, actor, std::move(over)});
  for (const auto& [name, value] : values) {
    if (std::holds_alternative<std::monostate>(value)) {
      row.values.erase(name);
    } else {
      row.values[name] = value;
    }
  }
  Touch(row, back_date);
  const Row copy = row;
  PlugIn(entity, copy);
}

void CrmState::Delete(const std::string& entity, const std::string& id) {
  Values over;
  if (const Row* row = Find(entity, id); row && !actor.empty()) over = row->values;
  rows[entity].erase(id);
  removals.push_back({entity, id, ++commit});
  journal.push_back({entity, id, "delete", {}, commit, actor, std::move(over)});
  for (auto& [other, table] : rows) {
    const EntitySchema& schema = *schema_.Find(other);
    std::vector<std::string> gone;
    for (auto& [key, row] : table) {
      for (const auto& [name, field] : schema.fields) {
        const bool points =
            std::find(field.targets.begin(), field.targets.end(), entity) != field.targets.end() &&
            row.values.contains(name) && TextOf(row.values.at(name)) == id;
        if (!points || name == "ownerid") continue;
        if (schema.intersect) {
          gone.push_back(key);
          break;
        }
        row.values.erase(name);
        row.values.erase(name + "@type");
        Touch(row, false);
      }
    }
    for (const std::string& key : gone) {
      table.erase(key);
      removals.push_back({other, key, ++commit});
    }
  }
}

}  // namespace satchel::sim
