#include "engine/server/dataverse/people.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "engine/filter/odata_part.h"
#include "engine/http/broken_answer.h"
#include "engine/record/guid.h"
#include "engine/record/instant.h"
#include "engine/server/dataverse/time_zone.h"
#include "policy/support/text.h"

namespace satchel::dataverse {

namespace {

constexpr const char* kUserSelect =
    "$select=systemuserid,fullname,domainname,internalemailaddress,isdisabled,"
    "_businessunitid_value";
constexpr std::size_t kIdsPerRequest = 40;
// The role template behind every "System Administrator", whatever its name is translated to.
constexpr const char* kAdministratorTemplate = "627090ff-40a3-4053-8790-584edc5be201";

UserInfo UserFrom(const Json& row) {
  UserInfo user;
  user.id = LowerAscii(row["systemuserid"].AsText());
  user.name = row["fullname"].AsText();
  user.domain_name = row["domainname"].AsText();
  user.email = row["internalemailaddress"].AsText();
  user.enabled = !row["isdisabled"].AsBoolean(false);
  return user;
}

// id → name of a whole table.
Result<std::map<std::string, std::string>> ReadNames(Connection& connection, const std::string& set,
                                                     const std::string& key, std::stop_token stop) {
  const auto rows = connection.GetList(set + "?$select=" + key + ",name", {}, stop);
  if (!rows) return Fail(rows.error());
  std::map<std::string, std::string> names;
  for (const Json& row : *rows) names[LowerAscii(row[key].AsText())] = row["name"].AsText();
  return names;
}

// Rows of `set` whose `field` is one of `ids`, in as few requests as URLs allow.
Result<std::vector<Json>> ReadByIds(Connection& connection, const std::string& set,
                                    const std::string& select, const std::string& field,
                                    const std::vector<std::string>& ids, std::stop_token stop) {
  std::vector<Json> all;
  for (std::size_t from = 0; from < ids.size(); from += kIdsPerRequest) {
    std::string filter;
    for (std::size_t i = from; i < std::min(ids.size(), from + kIdsPerRequest); ++i) {
      filter += (filter.empty() ? "" : " or ") + field + " eq " + ids[i];
    }
    auto rows = connection.GetList(set + "?" + (select.empty() ? "" : "$select=" + select + "&") +
                                       "$filter=" + EncodeQuery(filter),
                                   {}, stop);
    if (!rows) return Fail(rows.error());
    for (Json& row : *rows) all.push_back(std::move(row));
  }
  return all;
}

std::vector<std::string> Ids(const std::vector<Json>& rows, std::string_view field) {
  std::vector<std::string> ids;
  for (const Json& row : rows) {
    if (std::string id = LowerAscii(row[field].AsText()); !id.empty()) ids.push_back(std::move(id));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// Business unit, roles and teams of users by name.
Result<> AddMemberships(Connection& connection, const std::vector<Json>& rows,
                        std::vector<UserInfo>& users, std::stop_token stop) {
  const auto units = ReadNames(connection, "businessunits", "businessunitid", stop);
  if (!units) return Fail(units.error());
  const auto roles = ReadNames(connection, "roles", "roleid", stop);
  if (!roles) return Fail(roles.error());
  const auto teams = ReadNames(connection, "teams", "teamid", stop);
  if (!teams) return Fail(teams.error());
  std::map<std::string, UserInfo*> by_id;
  for (std::size_t i = 0; i < users.size(); ++i) {
    by_id[users[i].id] = &users[i];
    const auto unit = units->find(LowerAscii(rows[i]["_businessunitid_value"].AsText()));
    if (unit != units->end()) users[i].business_unit = unit->second;
  }
  const auto join = [&](const std::string& set, const std::string& field,
                        const std::map<std::string, std::string>& names,
                        std::vector<std::string> UserInfo::*list) -> Result<> {
    const std::string select = "systemuserid," + field;
    const auto links = users.size() == 1
                           ? ReadByIds(connection, set, select, "systemuserid", {users[0].id}, stop)
                           : connection.GetList(set + "?$select=" + select, {}, stop);
    if (!links) return Fail(links.error());
    for (const Json& link : *links) {
      const auto user = by_id.find(LowerAscii(link["systemuserid"].AsText()));
      const auto name = names.find(LowerAscii(link[field].AsText()));
      if (user != by_id.end() && name != names.end()) {
        (user->second->*list).push_back(name->second);
      }
    }
    for (UserInfo& user : users) std::sort((user.*list).begin(), (user.*list).end());
    return {};
  };
  if (const auto read = join("systemuserrolescollection", "roleid", *roles, &UserInfo::roles);
      !read) {
    return read;
  }
  return join("teammemberships", "teamid", *teams, &UserInfo::teams);
}

Result<UserContext> ReadUserContext(Connection& connection, const std::string& user_id,
                                    std::stop_token stop) {
  UserContext user;
  user.id = LowerAscii(user_id);
  const auto row =
      connection.GetJson("systemusers(" + user.id + ")?$select=_businessunitid_value", {}, stop);
  if (!row) return Fail(row.error());
  user.business_unit = LowerAscii((*row)["_businessunitid_value"].AsText());
  const auto teams = ReadByIds(connection, "teammemberships", "systemuserid,teamid", "systemuserid",
                               {user.id}, stop);
  if (!teams) return Fail(teams.error());
  user.teams = Ids(*teams, "teamid");

  // Down the reporting line, level by level; a manager who reports to a report closes a cycle.
  std::set<std::string> seen = {user.id};
  std::vector<std::string> level = {user.id};
  while (!level.empty()) {
    const auto below = ReadByIds(connection, "systemusers", "systemuserid",
                                 "_parentsystemuserid_value", level, stop);
    if (!below) return Fail(below.error());
    level.clear();
    for (std::string& id : Ids(*below, "systemuserid")) {
      if (seen.insert(id).second) level.push_back(std::move(id));
    }
    user.reports.insert(user.reports.end(), level.begin(), level.end());
  }
  std::sort(user.reports.begin(), user.reports.end());
  const auto report_teams = ReadByIds(connection, "teammemberships", "systemuserid,teamid",
                                      "systemuserid", user.reports, stop);
  if (!report_teams) return Fail(report_teams.error());
  user.report_teams = Ids(*report_teams, "teamid");
  return user;
}

Result<std::string> ReadZone(Connection& connection, std::int64_t code, std::stop_token stop) {
  const auto zones =
      connection.GetList("timezonedefinitions?$select=standardname,timezonecode&$filter=" +
                             EncodeQuery("timezonecode eq " + std::to_string(code)),
                         {}, stop);
  if (!zones) return Fail(zones.error());
  const std::string windows = zones->empty() ? "" : zones->front()["standardname"].AsText();
  auto zone = windows.empty() ? std::nullopt : IanaZone(windows);
  if (!zone) {
    return Fail(ErrorCode::kUnsupported,
                "the user's time zone " +
                    (windows.empty() ? "number " + std::to_string(code) : Quoted(windows)) +
                    " is not known here (choose another in the user's personal settings)");
  }
  return *zone;
}

// organization.fiscalperiodtype.
FiscalPeriod PeriodOf(std::int64_t type) {
  switch (type) {
    case 2000:
      return FiscalPeriod::kAnnual;
    case 2001:
      return FiscalPeriod::kSemiannual;
    case 2003:
      return FiscalPeriod::kMonthly;
    case 2004:
      return FiscalPeriod::kFourWeek;
    default:
      return FiscalPeriod::kQuarterly;
  }
}

// Of a server that is away there is nothing to say about a user, least of all an id.
Error About(const std::string& who, const Error& error) {
  if (error.code == ErrorCode::kOffline) return error;
  return error.While("look for the user " + Quoted(who));
}

}  // namespace

Result<Identity> ReadIdentity(Connection& connection, std::stop_token stop) {
  const auto json = connection.GetJson("WhoAmI", {}, stop);
  if (!json) return Fail(json.error());
  Identity identity;
  identity.user_id = LowerAscii((*json)["UserId"].AsText());
  identity.business_unit_id = LowerAscii((*json)["BusinessUnitId"].AsText());
  identity.organization_id = LowerAscii((*json)["OrganizationId"].AsText());
  if (!ParseGuid(identity.user_id)) {
    return Fail(ErrorCode::kCorrupt,
                "the server does not say who is signed in (check that the "
                "address is that of a Dataverse Web API)");
  }
  const auto user =
      connection.GetJson("systemusers(" + identity.user_id + ")?$select=fullname", {}, stop);
  if (!user) return Fail(user.error().While("read the signed-in user"));
  identity.user_name = (*user)["fullname"].AsText();
  return identity;
}

Result<std::vector<UserInfo>> ReadUsers(Connection& connection, std::stop_token stop) {
  const auto rows = connection.GetList(std::string("systemusers?") + kUserSelect, {}, stop);
  if (!rows) return Fail(rows.error().While("read the users"));
  std::vector<UserInfo> users;
  for (const Json& row : *rows) {
    users.push_back(UserFrom(row));
    if (!ParseGuid(users.back().id)) {
      return BrokenAnswer("read the users: the server sent a user without an id");
    }
  }
  if (const auto added = AddMemberships(connection, *rows, users, stop); !added) {
    return Fail(added.error().While("read roles and teams"));
  }
  std::sort(users.begin(), users.end(), [](const UserInfo& a, const UserInfo& b) {
    return std::tie(a.name, a.id) < std::tie(b.name, b.id);
  });
  return users;
}

Result<UserInfo> FindUser(Connection& connection, const std::string& who, std::stop_token stop) {
  std::string filter;
  if (const auto id = ParseGuid(who)) {
    filter =
        "systemuserid eq " + ToString(*id) + " or azureactivedirectoryobjectid eq " + ToString(*id);
  } else {
    filter = "domainname eq " + QuotedText(who) + " or internalemailaddress eq " + QuotedText(who) +
             " or fullname eq " + QuotedText(who);
  }
  const auto rows = connection.GetList(
      std::string("systemusers?") + kUserSelect + "&$filter=" + EncodeQuery(filter), {}, stop);
  if (!rows) return Fail(About(who, rows.error()));
  if (rows->size() > 1) {
    std::vector<std::string> ids;
    for (const Json& row : *rows) ids.push_back(row["domainname"].AsText());
    return Fail(ErrorCode::kInvalid,
                Quoted(who) + " are " + std::to_string(rows->size()) +
                    " users (say which by domain name: " + Quoted(Join(ids, ", "), 200) + ")");
  }
  if (rows->size() == 1) {
    std::vector<UserInfo> users = {UserFrom(rows->front())};
    if (const auto added = AddMemberships(connection, *rows, users, stop); !added) {
      return Fail(About(who, added.error()));
    }
    return users.front();
  }
  const auto all = connection.GetList(std::string("systemusers?") + kUserSelect, {}, stop);
  if (!all) return Fail(About(who, all.error()));
  std::vector<std::string> names;
  for (const Json& row : *all) {
    for (const char* field : {"fullname", "domainname", "internalemailaddress"}) {
      if (std::string name = row[field].AsText(); !name.empty()) names.push_back(std::move(name));
    }
  }
  std::string near = Nearest(who, names);
  for (const std::string& name : names) {  // "jana" for jana@contoso.example.
    if (near.empty() && LowerAscii(name).starts_with(LowerAscii(who))) near = name;
  }
  return Fail(ErrorCode::kNotFound, "no user is called " + Quoted(who) +
                                        (near.empty() ? " (satchel users lists them)"
                                                      : " (did you mean " + Quoted(near) + "?)"));
}

Result<FilterContext> ReadContext(Connection& connection, const Identity& me,
                                  const std::string& user_id, std::stop_token stop) {
  const std::string id = user_id.empty() ? me.user_id : user_id;
  const auto failed = [](const Error& error) {
    return Fail(error.While("read the user's settings"));
  };
  if (!ParseGuid(id)) {
    return Fail(ErrorCode::kInvalid, Quoted(id) + " is no user id (look it up with satchel users)");
  }
  FilterContext context;
  auto user = ReadUserContext(connection, id, stop);
  if (!user) return failed(user.error());
  context.user = std::move(*user);
  const auto settings = connection.GetJson(
      "usersettingscollection(" + id + ")?$select=timezonecode,uilanguageid", {}, stop);
  if (!settings) return failed(settings.error());
  context.user.language = static_cast<int>((*settings)["uilanguageid"].AsInteger(1033));
  auto zone = ReadZone(connection, (*settings)["timezonecode"].AsInteger(-1), stop);
  if (!zone) return failed(zone.error());
  context.zone = std::move(*zone);
  const auto organizations = connection.GetList(
      "organizations?$select=weekstartdaycode,fiscalcalendarstart,fiscalperiodtype", {}, stop);
  if (!organizations) return failed(organizations.error());
  if (!organizations->empty()) {
    const Json& organization = organizations->front();
    const std::int64_t week_start = organization["weekstartdaycode"].AsInteger(0);
    if (week_start >= 0 && week_start <= 6) {
      context.week_start = static_cast<Weekday>(week_start);
    }
    context.fiscal.period = PeriodOf(organization["fiscalperiodtype"].AsInteger(0));
    if (const auto start = ParseInstant(organization["fiscalcalendarstart"].AsText())) {
      const std::string day = ToString(*start);  // "2024-04-01T…"
      context.fiscal.start_month = std::stoi(day.substr(5, 2));
      context.fiscal.start_day = std::stoi(day.substr(8, 2));
    }
  }
  return context;
}

Result<std::string> WhyNotExact(Connection& connection, const Identity& me,
                                const std::string& user_id,
                                const std::vector<std::string>& entities, std::stop_token stop) {
  if (user_id.empty() || LowerAscii(user_id) == me.user_id) return std::string();
  const auto held = ReadByIds(connection, "systemuserrolescollection", "systemuserid,roleid",
                              "systemuserid", {me.user_id}, stop);
  if (!held) return Fail(held.error().While("read the caller's roles"));
  // Without $select: not every server has the template column.
  const auto roles = ReadByIds(connection, "roles", "", "roleid", Ids(*held, "roleid"), stop);
  if (!roles) return Fail(roles.error().While("read the caller's roles"));
  for (const Json& role : *roles) {
    if (LowerAscii(role["_roletemplateid_value"].AsText()) == kAdministratorTemplate ||
        role["name"].AsText() == "System Administrator") {
      return std::string();
    }
  }
  // Reading as somebody else gives what both may read. Only an organisation-wide read of every
  // entity makes that the user's own view.
  std::vector<std::string> missing;
  const auto privileges = connection.GetJson(
      "systemusers(" + me.user_id + ")/Microsoft.Dynamics.CRM.RetrieveUserPrivileges()", {}, stop);
  if (!privileges && privileges.error().code == ErrorCode::kCancelled) {
    return Fail(privileges.error());
  }
  for (const std::string& entity : entities) {
    bool all = false;
    if (privileges) {
      for (const Json& privilege : (*privileges)["RolePrivileges"].items) {
        all = all || (LowerAscii(privilege["PrivilegeName"].AsText()) == "prvread" + entity &&
                      privilege["Depth"].AsText() == "Global");
      }
    }
    if (!all) missing.push_back(entity);
  }
  if (missing.empty()) return std::string();
  return "the signed-in user " + Quoted(me.user_name) +
         " is no system administrator and may not read every " + Join(missing, ", ") +
         ", so records that only the other user sees are missing (sign in as an administrator)";
}

}  // namespace satchel::dataverse
