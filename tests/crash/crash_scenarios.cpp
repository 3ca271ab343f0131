#include "tests/crash/crash_scenarios.h"

#include <algorithm>
#include <stdexcept>

namespace satchel::sim {

namespace {

std::string Account(std::uint64_t number) {
  return MakeId('a', number);
}
std::string Contact(std::uint64_t number) {
  return MakeId('c', number);
}

// Somebody else works on the server: something of every entity has another version then.
void ChangeTheServer(CrmState& crm) {
  crm.Update("account", Account(3), {{"statecode", std::int64_t{1}}});  // Leaves, as its contacts.
  crm.Update("account", Account(1), {{"statecode", std::int64_t{0}}});  // Comes, likewise.
  crm.Update("account", Account(4), {{"name", std::string("Renamed")}});
  crm.Delete("contact", Contact(5));
  crm.Update("contact", Contact(13), {{"fullname", std::string("Renamed")}});
  crm.Update("task", MakeId('7', 13), {{"subject", std::string("Renamed")}});
  crm.Create("accountcontact", MakeId('e', 2'000'000),
             {{"accountid", IdValue(Account(7))}, {"contactid", IdValue(Contact(13))}}, UserId(0));
  crm.Create("account", Account(77),
             {{"name", std::string("New")},
              {"statecode", std::int64_t{0}},
              {"revenue", std::int64_t{500'000}}},
             UserId(0));
}

// Filled, swept a day later, which begins tracking; then the company changed.
std::unique_ptr<CrashDevice> Followed(std::int64_t later) {
  auto device = std::make_unique<CrashDevice>(FieldPolicy());
  device->now.ticks += kTicksADay + 1;
  const SyncOutcome outcome = device->Sync();
  if (!outcome.succeeded()) throw std::runtime_error(outcome.WhyNot());
  ChangeTheServer(device->site.state);
  device->now.ticks += later;
  device->Remember();
  return device;
}

std::unique_ptr<CrashDevice> Edited() {
  Policy policy = FieldPolicy();
  policy.sync.conflict = ConflictRule::kManual;
  auto device = std::make_unique<CrashDevice>(policy);
  ChangeTheServer(device->site.state);
  const auto text = [](const char* value) { return std::string(value); };
  bool fine = device->Edit("account", Account(6), "name", "Mine");
  fine &= device->Edit("account", Account(4), "name", "Mine too");  // They renamed it.
  const std::string parent =
      device->Create("account", {{"name", text("Parent")}, {"statecode", text("0")}});
  const std::string child = device->Create(
      "account", {{"name", text("Child")}, {"statecode", text("0")}, {"parentaccountid", parent}});
  fine &= device->Edit("account", parent, "parentaccountid", child);  // A circle.
  fine &=
      !device->Create("contact", {{"fullname", text("Eva")}, {"parentcustomerid", child}}).empty();
  fine &= !device->Create("contact", {{"fullname", text("poison Eva")}}).empty();
  fine &= device->Delete("contact", Contact(11));  // Nothing points at it.
  fine &= device->Connect(Account(6), Contact(8));
  if (!fine) throw std::runtime_error(device->refusal);
  device->WillTouch(Account(8));
  device->Remember();
  return device;
}

void EditDuringTheUpload(CrashDevice& device) {
  device.on_request = [&device, done = false](int, const Request& request) mutable {
    if (request.kind == Request::Kind::kWrite && !done) {
      // One that is on its way, and one that is not.
      done = device.Edit("account", Account(6), "name", "Mine again") &&
             device.Edit("account", Account(8), "city", "Olomouc");
    }
    return std::optional<Fate>();
  };
}

std::unique_ptr<CrashDevice> WithAnotherPolicy() {
  const auto without = [](Policy policy, const std::string& entity, const std::string& field) {
    if (field.empty()) {
      std::erase_if(policy.entities, [&](const satchel::Entity& e) { return e.name == entity; });
    } else {
      for (satchel::Entity& each : policy.entities) {
        if (each.name == entity) std::erase(each.fields, field);
      }
    }
    return policy;
  };
  auto device = std::make_unique<CrashDevice>(
      without(without(FieldPolicy(), "accountcontact", ""), "contact", "emailaddress1"));
  device->style = SyncStyle::kForeground;
  ChangeTheServer(device->site.state);
  bool fine = device->Edit("account", Account(6), "name", "Mine");
  fine &= device->Edit("account", Account(8), "city", "poison Brno");  // The field goes.
  fine &= !device->Create("task", {{"subject", std::string("poison call")}}).empty();  // It, too.
  if (!fine) throw std::runtime_error(device->refusal);
  device->Publish(without(without(FieldPolicy(), "task", ""), "account", "city"));
  device->Remember();
  return device;
}

}  // namespace

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> all = {
      {"Delta", [] { return Followed(kTicksPerSecond); }},
      {"Sweep", [] { return Followed(kTicksADay + 1); }},
      {"Upload", Edited, EditDuringTheUpload},
      {"Migration", WithAnotherPolicy},
  };
  return all;
}

}  // namespace satchel::sim
