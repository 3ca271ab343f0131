#include "app/sandbox/company/people.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "engine/record/text_order.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// organization.fiscalperiodtype, as the platform numbers it.
constexpr std::int64_t kFirstPeriodType = 2000;

// "Central Europe Standard Time" → "Europe/Budapest"; UTC for what ICU does not know.
std::string ZoneOf(std::string_view windows_name) {
  std::array<UChar, 128> name = {};
  std::array<UChar, 128> zone = {};
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t length = 0;
  u_strFromUTF8(name.data(), static_cast<std::int32_t>(name.size()), &length, windows_name.data(),
                static_cast<std::int32_t>(windows_name.size()), &status);
  const std::int32_t found = ucal_getTimeZoneIDForWindowsID(
      name.data(), length, "001", zone.data(), static_cast<std::int32_t>(zone.size()), &status);
  if (U_FAILURE(status) || found <= 0) return "UTC";
  std::string text;
  for (std::int32_t i = 0; i < found; ++i)
    text += static_cast<char>(zone[static_cast<std::size_t>(i)]);
  return text;
}

std::optional<Guid> OptionalId(const Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.Id(column);
}

// Runs a query and hands every row to `each`.
Result<> ForEach(Database& database, std::string_view sql,
                 const std::function<void(const Statement&)>& each) {
  auto statement = database.Prepare(sql);
  if (!statement) return Fail(statement.error());
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) return {};
    each(*statement);
  }
}

Result<> ReadUnits(Database& database, People& people) {
  if (auto read = ForEach(
          database, "SELECT businessunitid, name, parentbusinessunitid FROM businessunit",
          [&](const Statement& row) {
            people.units[row.Id(0)] = {row.Id(0), std::string(row.Text(1)), OptionalId(row, 2)};
          });
      !read) {
    return read;
  }
  if (auto read = ForEach(
          database, "SELECT roleid, name FROM role",
          [&](const Statement& row) { people.roles[row.Id(0)] = std::string(row.Text(1)); });
      !read) {
    return read;
  }
  return ForEach(database, "SELECT teamid, name, businessunitid, teamtype FROM team",
                 [&](const Statement& row) {
                   Team& team = people.teams[row.Id(0)];
                   team.id = row.Id(0);
                   team.name = row.Text(1);
                   team.business_unit = row.Id(2);
                   team.access_team = row.Integer(3) == 1;
                 });
}

Result<> ReadUsers(Database& database, People& people) {
  if (auto read =
          ForEach(database,
                  "SELECT u.systemuserid, u.fullname, u.domainname, u.internalemailaddress, "
                  "u.businessunitid, "
                  "u.parentsystemuserid, u.azureactivedirectoryobjectid, u.isdisabled, "
                  "s.uilanguageid, z.standardname "
                  "FROM systemuser u LEFT JOIN usersettings s ON s.systemuserid = u.systemuserid "
                  "LEFT JOIN timezonedefinition z ON z.timezonecode = s.timezonecode",
                  [&](const Statement& row) {
                    Person& person = people.users[row.Id(0)];
                    person.id = row.Id(0);
                    person.full_name = row.Text(1);
                    person.domain_name = row.Text(2);
                    person.email = row.Text(3);
                    person.business_unit = row.Id(4);
                    person.manager = OptionalId(row, 5);
                    person.object_id = OptionalId(row, 6);
                    person.disabled = row.Integer(7) != 0;
                    if (!row.IsNull(8)) person.language = static_cast<int>(row.Integer(8));
                    if (!row.IsNull(9)) person.zone = ZoneOf(row.Text(9));
                  });
      !read) {
    return read;
  }
  if (auto read =
          ForEach(database, "SELECT systemuserid, teamid FROM teammembership ORDER BY teamid",
                  [&](const Statement& row) {
                    const auto user = people.users.find(row.Id(0));
                    if (user != people.users.end()) user->second.teams.push_back(row.Id(1));
                  });
      !read) {
    return read;
  }
  if (auto read =
          ForEach(database, "SELECT systemuserid, roleid FROM systemuserroles ORDER BY roleid",
                  [&](const Statement& row) {
                    const auto user = people.users.find(row.Id(0));
                    if (user != people.users.end()) user->second.roles.push_back(row.Id(1));
                  });
      !read) {
    return read;
  }
  return ForEach(database, "SELECT teamid, roleid FROM teamroles ORDER BY roleid",
                 [&](const Statement& row) {
                   const auto team = people.teams.find(row.Id(0));
                   if (team != people.teams.end()) team->second.roles.push_back(row.Id(1));
                 });
}

}  // namespace

const Person* People::Find(const Guid& user) const {
  const auto at = users.find(user);
  return at == users.end() ? nullptr : &at->second;
}

const Person* People::Find(std::string_view who) const {
  if (const auto id = ParseGuid(who)) {
    if (const Person* person = Find(*id)) return person;
    for (const auto& [user, person] : users) {
      if (person.object_id == *id) return &person;
    }
    return nullptr;
  }
  for (const auto& [user, person] : users) {
    for (const std::string& name : {person.domain_name, person.email, person.full_name}) {
      if (!name.empty() && CompareText(name, who) == 0) return &person;
    }
  }
  return nullptr;
}

std::vector<Guid> People::Subtree(const Guid& unit) const {
  std::vector<Guid> found = {unit};
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [id, each] : units) {
      const bool below = each.parent == found[i];
      if (below && std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
    }
  }
  return found;
}

std::vector<Guid> People::Reports(const Guid& user) const {
  std::vector<Guid> found = {user};  // Guards against circles; taken off at the end.
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const auto& [id, person] : users) {
      const bool below = person.manager == found[i];
      if (below && std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
    }
  }
  found.erase(found.begin());
  return found;
}

Result<People> ReadPeople(Database& database) {
  People people;
  if (auto read = ForEach(database,
                          "SELECT organizationid, weekstartdaycode, fiscalcalendarstart, "
                          "fiscalperiodtype FROM organization",
                          [&](const Statement& row) {
                            people.organization = row.Id(0);
                            people.week_start = static_cast<Weekday>(row.Integer(1) % 7);
                            const std::string start = ToString(Instant{row.Integer(2)});
                            if (!row.IsNull(2)) {
                              people.fiscal.start_month = std::stoi(start.substr(5, 2));
                              people.fiscal.start_day = std::stoi(start.substr(8, 2));
                            }
                            const std::int64_t period = row.Integer(3) - kFirstPeriodType;
                            if (period >= 0 && period <= 4)
                              people.fiscal.period = static_cast<FiscalPeriod>(period);
                          });
      !read) {
    return Fail(read.error());
  }
  if (auto read = ReadUnits(database, people); !read) return Fail(read.error());
  if (auto read = ReadUsers(database, people); !read) return Fail(read.error());
  for (const auto& [id, person] : people.users) {
    const bool administrator =
        std::any_of(person.roles.begin(), person.roles.end(),
                    [&](const Guid& role) { return people.roles[role] == "System Administrator"; });
    if (administrator && !person.disabled && people.administrator == Guid{})
      people.administrator = id;
  }
  return people;
}

FilterContext ContextOf(const People& people, const Guid& user, Instant now) {
  FilterContext context;
  context.now = now;
  context.week_start = people.week_start;
  context.fiscal = people.fiscal;
  const Person* person = people.Find(user);
  if (person == nullptr) return context;
  context.zone = person->zone;
  context.user.id = ToString(person->id);
  context.user.business_unit = ToString(person->business_unit);
  context.user.language = person->language;
  for (const Guid& team : person->teams) context.user.teams.push_back(ToString(team));
  std::set<Guid> report_teams;
  for (const Guid& report : people.Reports(user)) {
    context.user.reports.push_back(ToString(report));
    const Person* below = people.Find(report);
    if (below != nullptr) report_teams.insert(below->teams.begin(), below->teams.end());
  }
  for (const Guid& team : report_teams) context.user.report_teams.push_back(ToString(team));
  return context;
}

}  // namespace satchel::sandbox
