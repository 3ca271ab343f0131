// What a device has half done, and whose it is (B44 – B67).
#include <gtest/gtest.h>

#include "tests/scenario/field_device.h"

namespace satchel::sim {
namespace {

TEST(Scenario, B44ARestartReplaysNoPageTwiceAndSkipsNone) {
  for (int dies = 1; dies <= 8; ++dies) {
    FieldDevice device(OnlyAccounts(), {.traits = {.page_size = 2}, .accounts = 20, .fill = false});
    int pages = 0;
    device.on_request = [&](int, const Request& request) {
      if (request.kind == Request::Kind::kPage && ++pages == dies) device.vfs.Die();
      return std::optional<Fate>();
    };
    (void)device.Sync();
    ASSERT_TRUE(device.vfs.dead());
    device.vfs.Revive();
    // The page before the kill comes again, and the server changed meanwhile.
    device.site.state.Update("account", Account(1), {{"name", std::string("Changed")}});
    device.site.state.Delete("account", Account(2));
    device.on_request = [](int, const Request& request) {
      return request.kind == Request::Kind::kPage ? std::optional<Fate>(Fate::kRepeatRows)
                                                  : std::nullopt;
    };
    (void)device.Must();
    EXPECT_EQ(device.Wrong(), "") << "killed at page " << dies;
  }
}

TEST(Scenario, B46AFirstDownloadIsNotGoneOnWithForAnotherCompany) {
  FieldDevice device(OnlyAccounts(), {.traits = {.page_size = 2}, .fill = false});
  int pages = 0;
  device.on_request = [&](int, const Request& request) {
    const bool breaks = request.kind == Request::Kind::kPage && ++pages > 2;
    return breaks ? std::optional<Fate>(Fate::kUnsent) : std::nullopt;
  };
  EXPECT_FALSE(device.Sync().succeeded());
  const std::string id = device.Create("account", {{"name", std::string("For the first")}});
  ASSERT_FALSE(id.empty());
  device.on_request = {};
  const std::string ours =
      std::exchange(device.site.state.organization, "0f000000-0000-4000-8000-0000000000ff");
  const SyncOutcome other = device.Sync();
  EXPECT_FALSE(other.succeeded());
  EXPECT_EQ(other.error->code, ErrorCode::kDenied);
  EXPECT_EQ(device.Created(id), 0) << "their queue is not sent to another company";
  EXPECT_EQ(device.Outbox().size(), 1u);
  device.site.state.organization = ours;
  (void)device.Must();
  EXPECT_EQ(device.Created(id), 1);
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B47ASyncThatDidNotReadEverythingDoesNotSayThatItDid) {
  FieldDevice device(FieldPolicy());
  const Rows before = device.Here();
  device.site.state.Update("account", Account(4), {{"name", std::string("Renamed")}});
  device.site.state.Update("contact", Contact(7), {{"fullname", std::string("Renamed")}});
  device.on_request = [](int, const Request& request) {
    return request.entity == "contact" ? std::optional<Fate>(Fate::kDenied) : std::nullopt;
  };
  const SyncOutcome outcome = device.Sync();
  EXPECT_FALSE(outcome.succeeded());
  EXPECT_NE(outcome.WhyNot().find("contact"), std::string::npos) << outcome.WhyNot();
  EXPECT_TRUE(Of(outcome, "contact").error);
  EXPECT_FALSE(Of(outcome, "account").error);
  EXPECT_EQ(device.Here()["contact"], before.at("contact")) << "as it was, not half";
  EXPECT_EQ(TextOf(device.Here()["account"][Account(4)]["name"]), "Renamed");
  device.on_request = {};
  (void)device.Must();
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B48AServerPutBackOverwritesNoNewerEditUnseen) {
  Policy policy = OnlyAccounts();
  policy.sync.conflict = ConflictRule::kManual;
  FieldDevice device(policy);
  const CrmState backup = device.site.state;
  device.site.state.Update("account", Account(4), {{"name", std::string("After the backup")}});
  (void)device.Must();
  ASSERT_TRUE(device.Edit("account", Account(4), "name", "Mine"));
  ASSERT_TRUE(device.Edit("account", Account(6), "name", "Mine too"));
  device.site.Restore(backup);
  (void)device.Sync();
  (void)device.Must();
  // Each is on the server, or waits for the user with what both sides have.
  for (const std::uint64_t number : {4U, 6U}) {
    const std::string mine = number == 4 ? "Mine" : "Mine too";
    const bool there =
        TextOf(device.site.state.Find("account", Account(number))->values.at("name")) == mine;
    bool waits = false;
    for (const OutboxEntry& entry : device.Outbox()) {
      waits =
          waits || (IdText(entry.id) == Account(number) && entry.state == EntryState::kConflict &&
                    !entry.changes.empty() && TextOf(entry.changes[0].mine) == mine);
    }
    EXPECT_TRUE(there || waits) << number;
  }
}

TEST(Scenario, B51ARetryIsTheSameRequestWhateverWasAddedMeanwhile) {
  FieldDevice device(OnlyAccounts());
  const std::string first = device.Create("account", {{"name", std::string("First")}});
  device.on_request = [](int, const Request& request) {
    return request.kind == Request::Kind::kWrite ? std::optional<Fate>(Fate::kAnswerLost)
                                                 : std::nullopt;
  };
  (void)device.Sync();
  const std::string second = device.Create("account", {{"name", std::string("Second")}});
  device.on_request = {};
  EXPECT_NE(device.SyncToTheEnd(), 0);
  EXPECT_EQ(device.Created(first), 1);
  EXPECT_EQ(device.Created(second), 1);
  EXPECT_TRUE(device.Outbox().empty());
  EXPECT_EQ(device.Wrong(), "");
}

TEST(Scenario, B67ChangesWaitingWhenThePolicysStructureChangesAreSentOrShown) {
  Policy before = FieldPolicy();
  before.entities.pop_back();
  FieldDevice device(before);
  device.style = SyncStyle::kForeground;
  ASSERT_TRUE(device.Edit("account", Account(4), "city", "poison Brno")) << device.refusal;
  ASSERT_TRUE(device.Edit("account", Account(4), "name", "poison Firm"));
  const std::string task = device.Create("task", {{"subject", std::string("poison call")}});
  ASSERT_TRUE(device.Edit("account", Account(6), "name", "Fine"));
  Policy after = FieldPolicy();
  after.entities.erase(after.entities.begin() + 2);  // No tasks, but relations.
  std::erase(after.entities[0].fields, std::string("city"));
  device.Publish(after);
  (void)device.Must();
  EXPECT_EQ(TextOf(device.site.state.Find("account", Account(6))->values.at("name")), "Fine");
  std::set<std::string> shown;
  for (const OutboxEntry& entry : device.Outbox()) {
    EXPECT_FALSE(entry.message.empty());
    for (const FieldChange& change : entry.changes) shown.insert(TextOf(change.mine));
  }
  EXPECT_TRUE(shown.contains("poison Brno") && shown.contains("poison Firm") &&
              shown.contains("poison call"));
  EXPECT_FALSE(device.Here()["accountcontact"].empty());
}

}  // namespace
}  // namespace satchel::sim
