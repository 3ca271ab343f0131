#include "app/sandbox/company/security.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/record/cell.h"

namespace satchel::sandbox {

namespace {

constexpr std::string_view kAdministratorRole = "System Administrator";

// x'00112233…': an id as SQL, from its bytes alone.
std::string Literal(const Guid& id) {
  std::string hex = ToString(id);
  hex.erase(std::remove(hex.begin(), hex.end(), '-'), hex.end());
  return "x'" + hex + "'";
}

std::string In(const std::string& column, const std::vector<Guid>& ids) {
  std::string list;
  for (const Guid& id : ids) list += (list.empty() ? "" : ",") + Literal(id);
  return column + " IN (" + list + ")";
}

// The column that says which business unit a row belongs to; empty for tables without one.
std::string UnitColumn(const Table& table) {
  if (table.ownership == Ownership::kUser) return "owningbusinessunit";
  return table.ownership == Ownership::kBusinessUnit ? "businessunitid" : "";
}

RowAccess Both(const RowAccess& a, const RowAccess& b) {
  if (a.kind == RowAccess::Kind::kAll) return b;
  if (b.kind == RowAccess::Kind::kAll) return a;
  if (a.kind == RowAccess::Kind::kNone || b.kind == RowAccess::Kind::kNone) return {};
  if (a.condition == b.condition) return a;
  return {RowAccess::Kind::kSome, "(" + a.condition + " AND " + b.condition + ")"};
}

// prvReadAccount: the privilege's name in messages.
std::string PrivilegeName(const Metadata& metadata, std::string_view entity, Right right) {
  const Table* table = metadata.Find(entity);
  return "prv" + std::string(Name(right)) + (table ? table->schema_name : std::string(entity));
}

}  // namespace

std::string_view Name(Right right) {
  switch (right) {
    case Right::kRead:
      return "Read";
    case Right::kWrite:
      return "Write";
    case Right::kAppend:
      return "Append";
    case Right::kAppendTo:
      return "AppendTo";
    case Right::kCreate:
      return "Create";
    case Right::kDelete:
      return "Delete";
    case Right::kShare:
      return "Share";
    case Right::kAssign:
      return "Assign";
  }
  return {};
}

Result<Security> Security::Read(Database& database, const Metadata& metadata,
                                const People& people) {
  Security security;
  security.metadata_ = &metadata;
  security.people_ = &people;
  auto statement = database.Prepare("SELECT role, entity, \"right\", depth FROM \"@privilege\"");
  if (!statement) return Fail(statement.error());
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) break;
    const RoleRight key{statement->Id(0), std::string(statement->Text(1)),
                        static_cast<Right>(statement->Integer(2))};
    security.rights_[key] = static_cast<Depth>(statement->Integer(3));
  }
  for (const auto& [id, person] : people.users) {
    Principal& principal = security.principals_[id];
    principal.owners = {id};
    principal.roles.emplace_back(person.business_unit, person.roles);
    for (const Guid& team : person.teams) {
      principal.owners.push_back(team);
      const auto at = people.teams.find(team);
      if (at != people.teams.end() && !at->second.roles.empty()) {
        principal.roles.emplace_back(at->second.business_unit, at->second.roles);
      }
    }
    for (const auto& [unit, roles] : principal.roles) {
      for (const Guid& role : roles) {
        const auto name = people.roles.find(role);
        principal.administrator = principal.administrator || (name != people.roles.end() &&
                                                              name->second == kAdministratorRole);
      }
    }
  }
  return security;
}

std::vector<Security::Grant> Security::Grants(const Principal& principal, std::string_view entity,
                                              Right right) const {
  std::vector<Grant> grants;
  for (const auto& [unit, roles] : principal.roles) {
    Depth widest = Depth::kNone;
    for (const Guid& role : roles) {
      const auto at = rights_.find(RoleRight{role, std::string(entity), right});
      if (at != rights_.end()) widest = std::max(widest, at->second);
    }
    if (widest != Depth::kNone) grants.push_back({widest, unit});
  }
  return grants;
}

Depth Security::DepthOf(const Guid& user, std::string_view entity, Right right) const {
  const auto principal = principals_.find(user);
  if (principal == principals_.end()) return Depth::kNone;
  if (principal->second.administrator) return Depth::kOrganization;
  Depth widest = Depth::kNone;
  for (const Grant& grant : Grants(principal->second, entity, right))
    widest = std::max(widest, grant.depth);
  return widest;
}

RowAccess Security::ReachOf(const Guid& user, std::string_view entity, Right right,
                            std::string_view alias) const {
  const Table* table = metadata_->Find(entity);
  const auto at = principals_.find(user);
  if (table == nullptr || at == principals_.end()) return {};
  const RowAccess all{RowAccess::Kind::kAll, "1"};
  const Principal& principal = at->second;
  if (principal.administrator) return all;

  if (table->intersect) {
    // Rows of an N:N are there for who may read both tables at all.
    for (const ManyToManyRelationship& each : metadata_->many_to_many) {
      if (each.intersect_entity != entity) continue;
      const bool both = DepthOf(user, each.entity1, Right::kRead) != Depth::kNone &&
                        DepthOf(user, each.entity2, Right::kRead) != Depth::kNone;
      return both ? all : RowAccess{};
    }
  }
  const std::vector<Grant> grants = Grants(principal, entity, right);
  const std::string column_prefix = std::string(alias) + ".";
  const std::string key = column_prefix + SqlName(table->primary_id);
  const bool self = table->name == "systemuser" || table->name == "usersettings";
  if (grants.empty()) {
    // Users always own themselves.
    return self ? RowAccess{RowAccess::Kind::kSome, "(" + In(key, {user}) + ")"} : RowAccess{};
  }
  const std::string unit_column = UnitColumn(*table);
  std::set<Guid> units;
  for (const Grant& grant : grants) {
    if (grant.depth == Depth::kOrganization || unit_column.empty()) return all;
    if (grant.depth == Depth::kBusinessUnit) units.insert(grant.unit);
    if (grant.depth == Depth::kParentChild) {
      for (const Guid& unit : people_->Subtree(grant.unit)) units.insert(unit);
    }
  }
  std::vector<std::string> ways;
  if (table->ownership == Ownership::kUser)
    ways.push_back(In(column_prefix + "\"ownerid\"", principal.owners));
  if (self) ways.push_back(In(key, {user}));
  if (!units.empty()) {
    ways.push_back(
        In(column_prefix + SqlName(unit_column), std::vector<Guid>(units.begin(), units.end())));
  }
  ways.push_back(key + " IN (SELECT objectid FROM principalobjectaccess WHERE " +
                 In("principalid", principal.owners) + " AND (accessrightsmask & " +
                 std::to_string(static_cast<std::uint32_t>(right)) + ") <> 0)");
  std::string condition;
  for (const std::string& way : ways) condition += (condition.empty() ? "" : " OR ") + way;
  return {RowAccess::Kind::kSome, "(" + condition + ")"};
}

Result<RowAccess> Security::Reach(const Actor& actor, std::string_view entity, Right right,
                                  std::string_view alias) const {
  RowAccess access = ReachOf(actor.caller, entity, right, alias);
  if (actor.as) access = Both(access, ReachOf(*actor.as, entity, right, alias));
  if (access.kind == RowAccess::Kind::kNone) {
    return Fail(ErrorCode::kDenied, "Principal user (Id=" + ToString(actor.user()) +
                                        ") is missing " + PrivilegeName(*metadata_, entity, right) +
                                        " privilege");
  }
  return access;
}

RowAccess Security::VisibleRows(const Actor& actor, std::string_view entity,
                                std::string_view alias) const {
  return Reach(actor, entity, Right::kRead, alias).value_or(RowAccess{});
}

Result<> Security::MayCreate(const Actor& actor, std::string_view entity,
                             const std::optional<Guid>& owner) const {
  const Table* table = metadata_->Find(entity);
  const auto may = [&](const Guid& user) {
    const auto at = principals_.find(user);
    if (table == nullptr || at == principals_.end()) return false;
    if (at->second.administrator) return true;
    const std::vector<Grant> grants = Grants(at->second, entity, Right::kCreate);
    if (grants.empty()) return false;
    if (table->ownership != Ownership::kUser || !owner) return true;
    const std::vector<Guid>& owners = at->second.owners;
    if (std::find(owners.begin(), owners.end(), *owner) != owners.end()) return true;
    const Person* person = people_->Find(*owner);
    const auto team = people_->teams.find(*owner);
    if (person == nullptr && team == people_->teams.end()) return false;
    const Guid unit = person != nullptr ? person->business_unit : team->second.business_unit;
    return std::any_of(grants.begin(), grants.end(), [&](const Grant& grant) {
      if (grant.depth == Depth::kOrganization) return true;
      if (grant.depth == Depth::kBusinessUnit) return grant.unit == unit;
      const std::vector<Guid> below = people_->Subtree(grant.unit);
      return grant.depth == Depth::kParentChild &&
             std::find(below.begin(), below.end(), unit) != below.end();
    });
  };
  if (may(actor.caller) && (!actor.as || may(*actor.as))) return {};
  return Fail(ErrorCode::kDenied, "Principal user (Id=" + ToString(actor.user()) + ") is missing " +
                                      PrivilegeName(*metadata_, entity, Right::kCreate) +
                                      " privilege");
}

Result<> Security::May(Database& database, const Actor& actor, Right right, std::string_view entity,
                       const Guid& id) const {
  const Table* table = metadata_->Find(entity);
  if (table == nullptr)
    return Fail(ErrorCode::kNotFound, "there is no table " + std::string(entity));
  const auto access = Reach(actor, entity, right, "t");
  const std::string condition = access ? access->condition : "0";
  auto statement = database.Prepare("SELECT " + condition + " FROM " + SqlName(table->name) +
                                    " AS t WHERE t." + SqlName(table->primary_id) + " = ?1");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, id);
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  if (!*row)
    return Fail(ErrorCode::kNotFound,
                table->name + " With Id = " + ToString(id) + " Does Not Exist");
  if (!access) return Fail(access.error());
  if (statement->Integer(0) != 0) return {};
  return Fail(ErrorCode::kDenied, "Principal user (Id=" + ToString(actor.user()) + ") is missing " +
                                      std::string(Name(right)) + " access to " + table->name + " " +
                                      ToString(id));
}

}  // namespace satchel::sandbox
