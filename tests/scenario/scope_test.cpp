// Who should hold what: filters over other records, rights, deletions (B06 – B20).
#include <gtest/gtest.h>

#include "tests/scenario/field_device.h"

namespace satchel::sim {
namespace {

TEST(Scenario, B06AParentToggledTwiceWhileItsChildrenAreOnTheirWay) {
  for (int at = 1; at <= 40; at += 2) {
    FieldDevice device(FieldPolicy());
    device.Set(Account(2), 1);
    bool done = false;
    device.on_request = [&](int count, const Request&) {
      if (count == at) {
        device.Set(Account(2), 0);
        device.Set(Account(2), 1);
        device.Set(Account(2), 0);
        done = true;
      }
      return std::optional<Fate>();
    };
    (void)device.Must();
    device.on_request = {};
    (void)device.Must();
    EXPECT_EQ(device.Wrong(), "") << "at request " << at;
    if (!done) return;
  }
}

TEST(Scenario, B07AParentThatComesIntoANotInFilterTakesItsChildrenOut) {
  FieldDevice device(FieldPolicy());
  // A task of the next days that regards account 7, which is open.
  device.site.state.Create("task", Task(500),
                           {{"subject", std::string("Visit")},
                            {"statecode", std::int64_t{0}},
                            {"scheduledend", device.now.ticks + kTicksADay},
                            {"regardingobjectid", IdValue(Account(7))},
                            {"regardingobjectid@type", std::string("account")}},
                           device.user());
  (void)device.Must();
  ASSERT_TRUE(device.Has("task", Task(500)));
  device.Set(Account(7), 1);
  (void)device.Must();
  EXPECT_FALSE(device.Has("task", Task(500)));
  EXPECT_EQ(device.Wrong(), "");
  device.Set(Account(7), 0);
  (void)device.Must();
  EXPECT_TRUE(device.Has("task", Task(500)));
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B08OneTransactionOverSeveralEntitiesMissesNone) {
  for (int at = 1; at <= 40; at += 2) {
    FieldDevice device(FieldPolicy());
    bool done = false;
    device.on_request = [&](int count, const Request&) {
      if (count != at) return std::optional<Fate>();
      CrmState& crm = device.site.state;
      crm.Create("account", Account(90),
                 {{"name", std::string("New")}, {"statecode", std::int64_t{0}}}, device.user());
      crm.Create("contact", Contact(90),
                 {{"fullname", std::string("Eva")}, {"parentcustomerid", IdValue(Account(90))}},
                 device.user());
      crm.Create("accountcontact", MakeId('e', 3'000'000),
                 {{"accountid", IdValue(Account(90))}, {"contactid", IdValue(Contact(90))}},
                 device.user());
      done = true;
      return std::optional<Fate>();
    };
    (void)device.Must();
    device.on_request = {};
    (void)device.Must();
    EXPECT_EQ(device.Wrong(), "") << "at request " << at;
    EXPECT_EQ(device.Has("contact", Contact(90)), done);
    if (!done) return;
  }
}

TEST(Scenario, B09AFilterOverOtherRecordsLosesNothingWhileNothingChanges) {
  for (const bool exact : {true, false}) {
    FieldDevice device(FieldPolicy(), {.traits = {.links_exact = exact}});
    const Rows before = device.Here();
    ASSERT_FALSE(before.at("contact").empty());
    for (int i = 0; i < 6; ++i) {
      const SyncOutcome outcome = device.Must(i % 2 == 1);
      for (const EntityChange& entity : outcome.entities) {
        EXPECT_EQ(entity.removed, 0) << entity.name;
        EXPECT_EQ(entity.added, 0) << entity.name;
      }
      device.Later(60);
    }
    EXPECT_EQ(Differences(device.Here(), before), "");
  }
}

// The child's filter is the policy's, whatever the parent's says: nothing is lost or added by a
// parent that is not here, and previews and checks say what that means.
TEST(Scenario, B10AChildFilterThatDoesNotRepeatItsParentsKeepsExactlyItsOwn) {
  Policy policy = FieldPolicy();
  policy.entities[1].links.clear();  // Contacts of all accounts, accounts only those with work.
  FieldDevice device(policy);
  int orphans = 0;
  const Rows here = device.Here();
  for (const auto& [id, values] : here.at("contact")) {
    const auto parent = values.find("parentcustomerid");
    if (parent != values.end()) orphans += !here.at("account").contains(TextOf(parent->second));
  }
  EXPECT_GT(orphans, 0);
  EXPECT_EQ(device.Wrong(), "");
  device.Set(Account(7), 1);
  (void)device.Must();
  EXPECT_EQ(device.Wrong(), "") << "its contacts stay";
}

TEST(Scenario, B12AnAbsenceLongerThanDeletionsAreRememberedMissesNone) {
  FieldDevice device(OnlyAccounts(), {.traits = {.token_life = 5}});
  device.Later(86'401);
  (void)device.Must();  // Sweeps, which begins tracking.
  device.site.state.Delete("account", Account(3));
  for (int i = 0; i < 20; ++i) device.Set(Account(4), i % 2);
  device.Later(3600);
  const SyncOutcome outcome = device.Must();
  EXPECT_FALSE(Of(outcome, "account").full) << "one sweep is enough";
  EXPECT_FALSE(device.Has("account", Account(3)));
  EXPECT_EQ(device.Wrong(), "");
  EXPECT_FALSE(Of(device.Must(), "account").full);
}

TEST(Scenario, B14ARowThatTwoPartsOfAFilterKeepLeavesWithTheLast) {
  FieldDevice device(FieldPolicy());
  const std::string id = Account(6);
  device.site.state.Update("account", id,
                           {{"city", std::string("Brno")},
                            {"revenue", std::int64_t{990'000}},
                            {"ownerid", IdValue(device.user())},
                            {"ownerid@type", std::string("systemuser")}});
  (void)device.Must();
  device.site.state.Update("account", id, {{"revenue", std::int64_t{1}}});
  (void)device.Must(true);
  EXPECT_TRUE(device.Has("account", id)) << "it is still the user's own";
  device.site.state.Update("account", id, {{"ownerid", IdValue(UserId(3))}});
  (void)device.Must(true);
  EXPECT_FALSE(device.Has("account", id));
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B18AFilterThatCannotBeDecidedLetsNothingIn) {
  // The server sends a superset, and the device has to decide.
  FieldDevice device(FieldPolicy(), {.traits = {.links_exact = false}});
  const Rows before = device.Here();
  Policy policy = FieldPolicy();
  policy.entities[1].filter.nodes.push_back({Where("nosuchfield", Operator::kEq, {"1"})});
  device.Publish(policy);
  device.site.state.Create("contact", Contact(95), {{"fullname", std::string("Eva")}}, UserId(3));
  const SyncOutcome outcome = device.Sync();
  EXPECT_FALSE(outcome.succeeded());
  EXPECT_NE(outcome.WhyNot().find("nosuchfield"), std::string::npos) << outcome.WhyNot();
  const Rows here = device.Here();
  for (const auto& [id, values] : here.at("contact")) {
    EXPECT_TRUE(before.at("contact").contains(id)) << id;
  }
}

TEST(Scenario, B19HundredsOfChangesThatTheFilterRejectsAreLeftBehind) {
  FieldDevice device(OnlyAccounts({Where("statecode", Operator::kEq, {"0"})}), {.accounts = 300});
  for (std::uint64_t i = 1; i <= 300; ++i) device.Set(Account(i), 1);
  int requests = 0;
  device.on_request = [&](int count, const Request&) {
    requests = count;
    return std::optional<Fate>();
  };
  EXPECT_EQ(Of(device.Must(), "account").kept, 0);
  EXPECT_EQ(device.Wrong(), "");
  (void)device.Must();
  EXPECT_LE(requests, 12) << "they are not asked for again";
}

TEST(Scenario, B20TheDeviceFiltersAsTheServerDoes) {
  FieldDevice here(FieldPolicy(), {.traits = {.links_exact = false}});
  FieldDevice there(FieldPolicy(), {.traits = {.links_exact = true}});
  EXPECT_EQ(Differences(here.Here(), there.Here()), "");
  for (FieldDevice* device : {&here, &there}) {
    device->Set(Account(2), 1);
    device->Set(Account(9), 0);
    device->site.state.Update("account", Account(3), {{"city", Value()}});
    (void)device->Must();
  }
  EXPECT_EQ(Differences(here.Here(), there.Here()), "");
  EXPECT_EQ(here.Wrong(), "");
}

}  // namespace
}  // namespace satchel::sim
