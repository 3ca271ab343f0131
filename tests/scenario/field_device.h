// A device in the field, for scenarios of the catalogue of sync bugs (docs/testing.md): the real
// engine on a fake CRM, compared with an oracle that shares no code with it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/crash/crash_device.h"

namespace satchel::sim {

class FieldDevice : public CrashDevice {
 public:
  using CrashDevice::CrashDevice;

  // One that must succeed.
  SyncOutcome Must(bool sweep = false) {
    SyncOutcome outcome = Sync(sweep);
    EXPECT_TRUE(outcome.succeeded()) << outcome.WhyNot();
    return outcome;
  }
  [[nodiscard]] Rows Here() {
    auto database = Open();
    if (!database) return {};
    auto rows = ReadRows(*database, site.state.schema(), published());
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? *rows : Rows();
  }
  // From what the device should hold; empty: nothing.
  [[nodiscard]] std::string Wrong() {
    const Scope scope = ScopeOf(site.state, {user(), now}, published());
    return Differences(Here(), RowsOf(site.state, scope, published()));
  }
  [[nodiscard]] bool Has(const std::string& entity, const std::string& id) {
    return Here()[entity].contains(id);
  }
  [[nodiscard]] std::string Cursor(const std::string& entity) {
    auto database = Open();
    auto found = database->Prepare("SELECT mark FROM \"@cursor\" WHERE entity=?1");
    found->Bind(1, std::string_view(entity));
    return *found->Step() ? std::string(found->Text(0)) : std::string();
  }
  [[nodiscard]] std::vector<OutboxEntry> Outbox() {
    auto database = Open();
    return *ReadOutbox(*database);
  }
  [[nodiscard]] int Created(const std::string& id) const {
    int count = 0;
    for (const Written& one : site.state.journal) count += one.what == "create" && one.id == id;
    return count;
  }
  void Later(std::int64_t seconds) {
    now.ticks += seconds * kTicksPerSecond;
    site.state.now.ticks += seconds * kTicksPerSecond;
  }

  void Set(const std::string& account, std::int64_t state) {
    site.state.Update("account", account, {{"statecode", state}});
  }
};

inline std::string Account(std::uint64_t number) {
  return MakeId('a', number);
}
inline std::string Contact(std::uint64_t number) {
  return MakeId('c', number);
}
inline std::string Task(std::uint64_t number) {
  return MakeId('7', number);
}
inline Condition Where(const std::string& field, Operator op,
                       std::vector<std::string> values = {}) {
  return {.field = field, .op = op, .values = std::move(values)};
}
inline const EntityChange& Of(const SyncOutcome& outcome, const std::string& entity) {
  static const EntityChange none = {};
  for (const EntityChange& change : outcome.entities) {
    if (change.name == entity) return change;
  }
  ADD_FAILURE() << "the outcome does not speak of " << entity;
  return none;
}
// Accounts only, with the condition, if one is given.
inline Policy OnlyAccounts(std::vector<Condition> conditions = {}) {
  Policy policy = FieldPolicy();
  policy.entities.resize(1);
  policy.entities[0].filter.nodes.clear();
  for (Condition& condition : conditions) {
    policy.entities[0].filter.nodes.push_back({std::move(condition)});
  }
  return policy;
}

}  // namespace satchel::sim
