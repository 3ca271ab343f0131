#include <array>

#include "app/sandbox/company/security.h"
#include "app/sandbox/company/world.h"

namespace satchel::sandbox {

namespace {

struct Unit {
  const char* name;
  int parent;  // Index; -1 for the root.
};
constexpr std::array<Unit, 9> kUnits = {{{"Contoso Field Service", -1},
                                         {"Europe", 0},
                                         {"Czechia", 1},
                                         {"United Kingdom", 1},
                                         {"Americas", 0},
                                         {"United States", 4},
                                         {"Asia Pacific", 0},
                                         {"India", 6},
                                         {"New Zealand", 6}}};

struct Zone {
  int code;  // As Windows numbers it.
  const char* standard;
  const char* shown;
  int bias;  // Minutes from local standard time to UTC.
};
constexpr std::array<Zone, 6> kZones = {
    {{92, "UTC", "(GMT) Coordinated Universal Time", 0},
     {95, "Central Europe Standard Time", "(GMT+01:00) Budapest, Prague", -60},
     {85, "GMT Standard Time", "(GMT+00:00) London", 0},
     {35, "Eastern Standard Time", "(GMT-05:00) Eastern Time", 300},
     {190, "India Standard Time", "(GMT+05:30) Kolkata", -330},
     {290, "New Zealand Standard Time", "(GMT+12:00) Auckland", -720}}};

// By the unit's index.
constexpr std::array<int, 9> kZoneOfUnit = {1, 1, 1, 2, 3, 3, 5, 4, 5};
constexpr std::array<int, 9> kLanguageOfUnit = {1033, 1033, 1029, 2057, 1033,
                                                1033, 1033, 1033, 5129};

enum RoleIndex : int {
  kAdministrator,
  kTechnician,
  kDispatcher,
  kSales,
  kServiceManager,
  kRoleCount
};
constexpr std::array<const char*, kRoleCount> kRoles = {"System Administrator", "Technician",
                                                        "Dispatcher", "Sales", "Service manager"};

struct Persona {
  const char* first;
  const char* last;
  const char* sign_in;
  int unit;
  int role;
  int manager;  // Index of a persona; -1: nobody.
};
constexpr std::array<Persona, 10> kPersonas = {{
    {"Eva", "Kováčová", "eva", 0, kAdministrator, -1},
    {"Jana", "Nováková", "jana", 2, kTechnician, 3},
    {"Petr", "Dvořák", "petr", 2, kDispatcher, 3},
    {"Marta", "Svobodová", "marta", 1, kServiceManager, 0},
    {"John", "O'Neil", "john", 5, kTechnician, 7},
    {"Priya", "Sharma", "priya", 7, kTechnician, 8},
    {"Aroha", "Walker", "aroha", 8, kTechnician, 8},
    {"Grace", "Miller", "grace", 4, kServiceManager, 0},
    {"Ravi", "Iyer", "ravi", 6, kServiceManager, 0},
    {"Oliver", "Smith", "oliver", 3, kSales, 3},
}};

constexpr const char* kFirstNames[] = {"Tomáš", "Lucie", "Jürgen", "Zoë",    "Νίκος", "Ольга",
                                       "İpek",  "Seán",  "Anaïs",  "Łukasz", "Mei",   "Arjun",
                                       "Hana",  "Emily", "Mateo",  "Freya"};
constexpr const char* kLastNames[] = {"Novotný",     "Weiß",    "Παπαδόπουλος", "Иванова", "Yıldız",
                                      "Ó Briain",    "Lefèvre", "Wójcik",       "Chen",    "Patel",
                                      "Procházková", "Taylor",  "García",       "Hansen"};

struct TeamSeed {
  const char* name;
  int unit;
  bool access;
};
constexpr std::array<TeamSeed, 6> kTeams = {{{"Team Morava", 2, false},
                                             {"Team London", 3, false},
                                             {"Team East Coast", 5, false},
                                             {"Team Auckland", 8, false},
                                             {"Key accounts", 0, false},
                                             {"Project Aurora", 0, true}}};

struct Privilege {
  const char* entity;
  // Reading, by role in the order of RoleIndex from kTechnician on.
  std::array<Depth, 4> read;
  // Creating and changing.
  std::array<Depth, 4> write;
};
constexpr Depth kNo = Depth::kNone;
constexpr Depth kOwn = Depth::kUser;
constexpr Depth kUnit = Depth::kBusinessUnit;
constexpr Depth kDeep = Depth::kParentChild;
constexpr Depth kAllRows = Depth::kOrganization;
constexpr std::array<Privilege, 17> kPrivileges = {{
    {"account", {kUnit, kDeep, kDeep, kDeep}, {kOwn, kOwn, kDeep, kDeep}},
    {"contact", {kUnit, kDeep, kDeep, kDeep}, {kUnit, kUnit, kDeep, kDeep}},
    {"opportunity", {kOwn, kNo, kDeep, kDeep}, {kNo, kNo, kUnit, kUnit}},
    {"incident", {kUnit, kDeep, kUnit, kDeep}, {kUnit, kDeep, kOwn, kDeep}},
    {"msdyn_workorder", {kOwn, kDeep, kNo, kDeep}, {kOwn, kDeep, kNo, kDeep}},
    {"bookableresourcebooking", {kOwn, kDeep, kNo, kDeep}, {kOwn, kDeep, kNo, kDeep}},
    {"product", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kAllRows}},
    {"pricelevel", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kAllRows}},
    {"productpricelevel", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kAllRows}},
    {"task", {kOwn, kUnit, kUnit, kDeep}, {kOwn, kUnit, kUnit, kDeep}},
    {"phonecall", {kOwn, kUnit, kUnit, kDeep}, {kOwn, kUnit, kUnit, kDeep}},
    {"annotation", {kUnit, kUnit, kUnit, kDeep}, {kOwn, kOwn, kOwn, kDeep}},
    {"list", {kAllRows, kNo, kAllRows, kAllRows}, {kNo, kNo, kUnit, kNo}},
    {"systemuser", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kNo}},
    {"team", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kNo}},
    {"businessunit", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kNo}},
    {"role", {kAllRows, kAllRows, kAllRows, kAllRows}, {kNo, kNo, kNo, kNo}},
}};
constexpr std::array<const char*, 5> kReadByAll = {
    "organization", "timezonedefinition", "transactioncurrency", "savedquery", "usersettings"};

Result<> WritePrivileges(World& world) {
  auto insert = world.database.Prepare("INSERT INTO \"@privilege\" VALUES (?1, ?2, ?3, ?4)");
  if (!insert) return Fail(insert.error());
  const auto grant = [&](int role, std::string_view entity, Right right, Depth depth) -> Result<> {
    if (depth == Depth::kNone) return {};
    const Guid id = world.Id("role", role);
    insert->Bind(1, id);
    insert->Bind(2, entity);
    insert->Bind(3, static_cast<std::int64_t>(right));
    insert->Bind(4, static_cast<std::int64_t>(depth));
    return insert->Run();
  };
  for (int role = kTechnician; role < kRoleCount; ++role) {
    const auto column = static_cast<std::size_t>(role - kTechnician);
    for (const Privilege& privilege : kPrivileges) {
      if (auto done = grant(role, privilege.entity, Right::kRead, privilege.read[column]); !done)
        return done;
      for (const Right right : {Right::kCreate, Right::kWrite, Right::kAppend, Right::kAppendTo,
                                Right::kDelete, Right::kAssign, Right::kShare}) {
        if (auto done = grant(role, privilege.entity, right, privilege.write[column]); !done)
          return done;
      }
    }
    for (const char* entity : kReadByAll) {
      if (auto done = grant(role, entity, Right::kRead, Depth::kOrganization); !done) return done;
    }
  }
  return {};
}

Result<> WriteOrganization(World& world) {
  auto organization = world.Open("organization");
  if (!organization) return Fail(organization.error());
  organization->Set("organizationid", world.Id("organization", 0));
  organization->Set("name", "Contoso Field Service");
  organization->Set("weekstartdaycode", 1);
  organization->Set("fiscalcalendarstart", *ParseInstant("2020-04-01T00:00:00Z"));
  organization->Set("fiscalperiodtype", 2002);
  organization->Set("expirechangetrackingindays", 7);
  if (auto done = world.Write(*organization); !done) return done;

  auto zone = world.Open("timezonedefinition");
  if (!zone) return Fail(zone.error());
  for (std::size_t i = 0; i < kZones.size(); ++i) {
    zone->Set("timezonedefinitionid", world.Id("timezonedefinition", static_cast<std::int64_t>(i)));
    zone->Set("timezonecode", kZones[i].code);
    zone->Set("standardname", kZones[i].standard);
    zone->Set("userinterfacename", kZones[i].shown);
    zone->Set("bias", kZones[i].bias);
    if (auto done = world.Write(*zone); !done) return done;
  }
  auto currency = world.Open("transactioncurrency");
  if (!currency) return Fail(currency.error());
  world.currency = world.Id("transactioncurrency", 0);
  currency->Set("transactioncurrencyid", world.currency);
  currency->Set("currencyname", "Euro");
  currency->Set("isocurrencycode", "EUR");
  currency->Set("currencysymbol", "€");
  currency->Set("currencyprecision", 2);
  currency->Set("exchangerate", std::int64_t{10'000'000'000});  // 1.0 at ten decimals.
  if (auto done = world.Write(*currency); !done) return done;

  auto unit = world.Open("businessunit");
  if (!unit) return Fail(unit.error());
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    unit->Set("businessunitid", world.Id("businessunit", static_cast<std::int64_t>(i)));
    unit->Set("name", kUnits[i].name);
    if (kUnits[i].parent >= 0)
      unit->Set("parentbusinessunitid", world.Id("businessunit", kUnits[i].parent));
    unit->Set("isdisabled", 0);
    if (auto done = world.Write(*unit); !done) return done;
  }
  auto role = world.Open("role");
  if (!role) return Fail(role.error());
  for (int i = 0; i < kRoleCount; ++i) {
    role->Set("roleid", world.Id("role", i));
    role->Set("businessunitid", world.Id("businessunit", 0));
    role->Set("name", kRoles[static_cast<std::size_t>(i)]);
    if (auto done = world.Write(*role); !done) return done;
  }
  return WritePrivileges(world);
}

struct Hire {
  std::string first = {};
  std::string last = {};
  std::string sign_in = {};
  int unit = 0;
  int role = kTechnician;
  int manager = 0;
  bool disabled = false;
};

Hire HireOf(const World& world, int n) {
  if (n < static_cast<int>(kPersonas.size())) {
    const Persona& persona = kPersonas[static_cast<std::size_t>(n)];
    return {persona.first,   persona.last, persona.sign_in, persona.unit, persona.role,
            persona.manager, false};
  }
  Draw draw = world.Row("systemuser", n);
  Hire hire;
  hire.first = draw.Pick(kFirstNames);
  hire.last = draw.Pick(kLastNames);
  hire.sign_in = "user" + std::to_string(n);
  constexpr int kWorkplaces[] = {2, 3, 5, 7, 8};  // Units without units below.
  hire.unit = draw.Pick(kWorkplaces);
  constexpr int kShares[] = {kTechnician, kTechnician, kTechnician, kDispatcher, kSales};
  hire.role = draw.Pick(kShares);
  hire.manager = hire.unit <= 3 ? 3 : hire.unit == 5 ? 7 : 8;
  hire.disabled = draw.Percent(8);
  return hire;
}

Result<> WriteMembership(World& world, std::string_view table, std::string_view key, std::int64_t n,
                         std::string_view left, const Guid& left_id, std::string_view right,
                         const Guid& right_id) {
  auto row = world.Open(table);
  if (!row) return Fail(row.error());
  row->Set(key, world.Id(table, n));
  row->Set(left, left_id);
  row->Set(right, right_id);
  return world.Write(*row);
}

Result<> WriteUsers(World& world) {
  auto user = world.Open("systemuser");
  auto settings = world.Open("usersettings");
  if (!user || !settings) return Fail(user ? settings.error() : user.error());
  std::int64_t memberships = 0;
  for (int n = 0; n < world.options.users; ++n) {
    const Hire hire = HireOf(world, n);
    const auto unit = static_cast<std::size_t>(hire.unit);
    const Guid id = world.Id("systemuser", n);
    const Guid unit_id = world.Id("businessunit", hire.unit);
    user->Set("systemuserid", id);
    user->Set("businessunitid", unit_id);
    user->Set("fullname", hire.first + " " + hire.last);
    user->Set("domainname", hire.sign_in + "@contoso.example");
    user->Set("internalemailaddress", hire.sign_in + "@contoso.example");
    user->Set("title", kRoles[static_cast<std::size_t>(hire.role)]);
    if (hire.manager >= 0) user->Set("parentsystemuserid", world.Id("systemuser", hire.manager));
    user->Set("isdisabled", hire.disabled ? 1 : 0);
    user->Set("azureactivedirectoryobjectid", world.Id("directory object", n));
    Draw draw = world.Row("hired", n);
    world.Stamp(*user, draw, world.Id("systemuser", 0), 1500);
    if (auto done = world.Write(*user); !done) return done;

    settings->Set("systemuserid", id);
    settings->Set("businessunitid", unit_id);
    settings->Set("timezonecode", kZones[static_cast<std::size_t>(kZoneOfUnit[unit])].code);
    settings->Set("uilanguageid", kLanguageOfUnit[unit]);
    if (auto done = world.Write(*settings); !done) return done;

    if (auto done = WriteMembership(world, "systemuserroles", "systemuserroleid", n, "systemuserid",
                                    id, "roleid", world.Id("role", hire.role));
        !done) {
      return done;
    }
    for (std::size_t team = 0; team < kTeams.size(); ++team) {
      const bool home = kTeams[team].unit == hire.unit && hire.role != kAdministrator;
      if (!home && !(kTeams[team].unit == 0 && draw.Percent(12))) continue;
      if (auto done = WriteMembership(world, "teammembership", "teammembershipid", memberships++,
                                      "systemuserid", id, "teamid",
                                      world.Id("team", static_cast<std::int64_t>(team)));
          !done) {
        return done;
      }
    }
    if (hire.disabled) continue;
    if (hire.role != kAdministrator) world.owners.push_back({id, "systemuser", unit_id});
    if (hire.role == kTechnician) world.technicians.push_back({id, "systemuser", unit_id});
  }
  world.administrator = world.Id("systemuser", 0);
  return {};
}

Result<> WriteTeams(World& world) {
  auto team = world.Open("team");
  if (!team) return Fail(team.error());
  for (std::size_t i = 0; i < kTeams.size(); ++i) {
    const auto n = static_cast<std::int64_t>(i);
    const Guid unit = world.Id("businessunit", kTeams[i].unit);
    team->Set("teamid", world.Id("team", n));
    team->Set("businessunitid", unit);
    team->Set("name", kTeams[i].name);
    team->Set("teamtype", kTeams[i].access ? 1 : 0);
    Draw draw = world.Row("team", n);
    world.Stamp(*team, draw, world.Id("systemuser", 0), 1500);
    if (auto done = world.Write(*team); !done) return done;
    if (kTeams[i].access) continue;
    world.owners.push_back({world.Id("team", n), "team", unit});
    // A team owns rows only with a role of its own.
    if (auto done = WriteMembership(world, "teamroles", "teamroleid", n, "teamid",
                                    world.Id("team", n), "roleid", world.Id("role", kTechnician));
        !done) {
      return done;
    }
  }
  return {};
}

}  // namespace

Result<> WriteStaff(World& world) {
  if (auto done = WriteOrganization(world); !done) return done;
  if (auto done = WriteUsers(world); !done) return done;
  return WriteTeams(world);
}

}  // namespace satchel::sandbox
