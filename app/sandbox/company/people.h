// Who is in the company: users, teams, business units and roles, read once and kept in memory.
//
// Read it again after a write to systemuser, usersettings, team, teammembership, role,
// systemuserroles, teamroles, businessunit or organization.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/guid.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

struct Person {
  Guid id = {};
  std::string full_name = {};
  std::string domain_name = {};
  std::string email = {};
  Guid business_unit = {};
  std::optional<Guid> manager = {};
  std::optional<Guid> object_id = {};  // azureactivedirectoryobjectid, for CallerObjectId.
  bool disabled = false;
  std::string zone = "UTC";  // IANA.
  int language = 1033;       // LCID.
  std::vector<Guid> teams = {};
  std::vector<Guid> roles = {};  // Held directly, not through a team.
};

struct Team {
  Guid id = {};
  std::string name = {};
  Guid business_unit = {};
  bool access_team = false;  // Owns nothing and holds no roles; rows are shared with it.
  std::vector<Guid> roles = {};
};

struct BusinessUnit {
  Guid id = {};
  std::string name = {};
  std::optional<Guid> parent = {};
};

struct People {
  Guid organization = {};
  Guid administrator = {};  // Who a request without a token is: the first enabled System
                            // Administrator.
  Weekday week_start = Weekday::kSunday;
  FiscalCalendar fiscal = {};
  std::map<Guid, Person> users = {};
  std::map<Guid, Team> teams = {};
  std::map<Guid, BusinessUnit> units = {};
  std::map<Guid, std::string> roles = {};  // Names.

  [[nodiscard]] const Person* Find(const Guid& user) const;
  // By id, domain name, e-mail, full name or Entra object id; case-blind.
  [[nodiscard]] const Person* Find(std::string_view who) const;
  // The unit and everything below it.
  [[nodiscard]] std::vector<Guid> Subtree(const Guid& unit) const;
  // Everyone below in the reporting line, any depth.
  [[nodiscard]] std::vector<Guid> Reports(const Guid& user) const;
};

[[nodiscard]] Result<People> ReadPeople(Database& database);

// What operators about the user and dates depend on when this user asks.
[[nodiscard]] FilterContext ContextOf(const People& people, const Guid& user, Instant now);

}  // namespace satchel::sandbox
