#include "tests/sim/small_company.h"

#include "tests/support/is.h"

namespace satchel::sim {

Instant Morning() {
  return *ParseInstant("2026-03-27T10:00:00Z");
}

std::string UserId(int number) {
  return MakeId('d', static_cast<std::uint64_t>(number) + 1);
}
std::string TeamId(int number) {
  return MakeId('f', static_cast<std::uint64_t>(number) + 1);
}

void Populate(CrmState& crm, int accounts) {
  using Depth = User::Depth;
  const char* zones[] = {"UTC", "Asia/Tokyo", "Europe/Bratislava", "America/Phoenix"};
  for (int i = 0; i < 4; ++i) {
    const Depth depth = i == 0 ? Depth::kAll : i == 1 ? Depth::kUnit : Depth::kOwn;
    crm.users.push_back({.id = UserId(i), .unit = i % 2, .zone = zones[i]});
    for (const char* entity : {"account", "contact", "task"}) {
      crm.users.back().depth[entity] = depth;
    }
  }
  crm.teams = {{.id = TeamId(0), .unit = 0, .members = {UserId(1), UserId(2)}},
               {.id = TeamId(1), .unit = 1, .members = {UserId(3)}}};
  const auto number = [](int i) { return static_cast<std::uint64_t>(i) + 1; };
  for (int i = 0; i < accounts; ++i) {
    Values values = {{"name", "Account " + std::to_string(i)},
                     {"statecode", std::int64_t{i % 4 == 0}},
                     {"revenue", std::int64_t{i} * 1050},
                     {"visiton", crm.now.ticks + (i % 9 - 4) * kTicksADay}};
    if (i % 3 == 1) values["city"] = std::string("Brno");
    if (i > 2) values["parentaccountid"] = IdValue(MakeId('a', number(i / 2)));
    if (i % 5 == 0) {
      values["ownerid"] = IdValue(TeamId(i % 2));
      values["ownerid@type"] = std::string("team");
    }
    crm.Create("account", MakeId('a', number(i)), values, UserId(i % 4));
  }
  for (int i = 0; i < 2 * accounts; ++i) {
    Values values = {{"fullname", "Contact " + std::to_string(i)},
                     {"statecode", std::int64_t{i % 7 == 0}}};
    if (i % 6 != 5) values["parentcustomerid"] = IdValue(MakeId('a', number(i % accounts)));
    crm.Create("contact", MakeId('c', number(i)), values, UserId(i % 4));
    const bool of_contact = i % 3 == 0;
    crm.Create("task", MakeId('7', number(i)),
               {{"subject", "Task " + std::to_string(i)},
                {"statecode", std::int64_t{i % 5 == 0}},
                {"scheduledend", crm.now.ticks + (i % 11 - 4) * kTicksADay / 2},
                {"regardingobjectid",
                 IdValue(MakeId(of_contact ? 'c' : 'a', number(of_contact ? i : i % accounts)))},
                {"regardingobjectid@type", std::string(of_contact ? "contact" : "account")}},
               UserId((i + 1) % 4));
  }
  for (int i = 0; i < accounts; i += 2) {
    crm.Create("accountcontact", MakeId('e', number(i) + 1'000'000),
               {{"accountid", IdValue(MakeId('a', number(i)))},
                {"contactid", IdValue(MakeId('c', number(2 * i)))}},
               UserId(0));
  }
}

Policy FieldPolicy() {
  Policy policy;
  policy.project.name = "sim";
  policy.sync.page_size = 10;
  policy.sync.include_labels = false;
  Entity account = {
      .name = "account",
      .fields = {"name", "statecode", "revenue", "city", "visiton", "parentaccountid", "ownerid"}};
  Group either = {.conjunction = Conjunction::kOr};
  either.nodes = {{Is("revenue", Operator::kGe, {"20.5"})},
                  {Is("city", Operator::kNull)},
                  {Is("ownerid", Operator::kEqUserOrUserTeams)}};
  account.filter.nodes = {{Is("statecode", Operator::kEq, {"0"})}, {either}};

  Entity contact = {
      .name = "contact",
      .fields = {"fullname", "statecode", "emailaddress1", "parentcustomerid", "ownerid"}};
  Link parent = {.entity = "account",
                 .from = "accountid",
                 .to = "parentcustomerid",
                 .type = LinkType::kInner,
                 .alias = "a"};
  parent.filter.nodes = {{Is("statecode", Operator::kEq, {"0"})}};
  contact.links = {parent};

  Entity task = {
      .name = "task",
      .fields = {"subject", "statecode", "scheduledend", "regardingobjectid", "ownerid"}};
  Group when = {.conjunction = Conjunction::kOr};
  when.nodes = {{Is("scheduledend", Operator::kNextXDays, {"2"})},
                {Is("scheduledend", Operator::kLastXDays, {"1"})}};
  Link closed = {.entity = "account",
                 .from = "accountid",
                 .to = "regardingobjectid",
                 .type = LinkType::kNotAny};
  closed.filter.nodes = {{Is("statecode", Operator::kEq, {"1"})}};
  task.filter.nodes = {{when}, {closed}};

  Entity both = {.name = "accountcontact", .fields = {"accountid", "contactid"}};
  policy.entities = {account, contact, task, both};
  return policy;
}

}  // namespace satchel::sim
