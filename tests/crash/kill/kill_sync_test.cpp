// kill -9 of the real program at the system calls that last, against the real sandbox: whatever was
// under way, the next process opens the device and leads it to the same end, nothing missing and
// nothing twice, here and there (I8, I11, I14, I19).
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <ostream>

#include "tests/crash/kill/kill_world.h"
#include "tests/support/deep_run.h"

namespace satchel {
namespace {

constexpr const char* kPolicy = R"(satchel: 1
project: {name: crash}
sync: {page_size: 10, conflict: manual}
entities:
  account:
    fields: [name, statecode, telephone1, parentaccountid]
    filter:
      and: [{field: statecode, op: eq, value: "0"}]
  contact:
    fields: [lastname, firstname, emailaddress1, parentcustomerid]
  annotation:
    fields: [subject, filename, filesize, objectid]
    attachments: {max_size: 2 MB, total: 20 MB}
)";
// A field and an entity with files less, a field and an entity more.
constexpr const char* kNewPolicy = R"(satchel: 1
project: {name: crash}
sync: {page_size: 10, conflict: manual}
entities:
  account:
    fields: [name, statecode, revenue, parentaccountid]
    filter:
      and: [{field: statecode, op: eq, value: "0"}]
  contact:
    fields: [lastname, firstname, emailaddress1, parentcustomerid]
  task:
    fields: [subject, regardingobjectid]
)";

struct Scenario {
  std::string name = {};
  std::vector<std::string> words = {};  // Of the command that is killed.
  void (*prepare)(KillWorld& world) = nullptr;
};
void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

void Must(const Ended& ended) {
  if (ended.code != 0) throw std::runtime_error(ended.err + ended.out);
}

std::vector<std::string> Ids(KillWorld& world, const std::string& entity) {
  return world.Ask("SELECT " + entity + "id FROM " + entity + " ORDER BY 1");
}

void Unbound(KillWorld& world) {
  world.WritePolicy(kPolicy);
}

void ChangeTheServer(KillWorld& world) {
  const auto accounts = Ids(world, "account");
  const auto contacts = Ids(world, "contact");
  world.OnServer(Method::kPatch, "accounts(" + accounts[0] + ")", R"({"name":"Renamed"})");
  world.OnServer(Method::kPatch, "accounts(" + accounts[1] + ")",
                 R"({"statecode":1,"statuscode":2})");
  world.OnServer(Method::kPost, "accounts", R"({"name":"New"})");
  world.OnServer(Method::kPatch, "contacts(" + contacts[0] + ")",
                 R"({"emailaddress1":"theirs@x.example"})");
  world.OnServer(Method::kDelete, "contacts(" + contacts[1] + ")");
}

// Files come, change and go.
void ChangeTheFiles(KillWorld& world) {
  const auto with = world.Ask(
      "SELECT annotationid FROM annotation WHERE isdocument=1 AND filename<>'old.txt' ORDER BY 1");
  const auto without =
      world.Ask("SELECT annotationid FROM annotation WHERE coalesce(isdocument,0)=0 ORDER BY 1");
  world.OnServer(Method::kPatch, "annotations(" + without.at(0) + ")",
                 R"({"isdocument":true,"filename":"new.txt","documentbody":"U2F0Y2hlbA=="})");
  world.OnServer(Method::kDelete, "annotations(" + with.at(0) + ")");
  const auto changed =
      world.Ask("SELECT annotationid FROM annotation WHERE filename='old.txt'").at(0);
  world.OnServer(Method::kPatch, "annotations(" + changed + ")", R"({"documentbody":"bmV3ZXI="})");
}

void Filled(KillWorld& world) {
  world.WritePolicy(kPolicy);
  const auto without =
      world.Ask("SELECT annotationid FROM annotation WHERE coalesce(isdocument,0)=0 ORDER BY 1");
  world.OnServer(Method::kPatch, "annotations(" + without.at(1) + ")",
                 R"({"isdocument":true,"filename":"old.txt","documentbody":"b2xk"})");
  Must(world.Device({"sync"}));
}

void Followed(KillWorld& world) {
  Filled(world);
  ChangeTheServer(world);
  ChangeTheFiles(world);
}

void Edited(KillWorld& world) {
  Filled(world);
  const auto accounts = Ids(world, "account");
  const auto contacts = Ids(world, "contact");
  Must(world.Device({"edit", "account/" + accounts[2], "name=Mine"}));
  Must(world.Device({"edit", "contact/" + contacts[0], "emailaddress1=mine@x.example"}));
  Must(world.Device({"delete", "contact/" + contacts[2]}));
  const Ended made = world.Device({"create", "account", "name=Parent", "--json"});
  Must(made);
  const std::size_t at = made.out.find("\"id\": \"");
  const std::string parent = made.out.substr(at + 7, 36);
  Must(world.Device({"create", "account", "name=Child", "parentaccountid=" + parent}));
  Must(world.Device({"create", "contact", "lastname=Eva", "parentcustomerid=account/" + parent}));
  ChangeTheServer(world);  // One of them a conflict.
}

void WithAnotherPolicy(KillWorld& world) {
  Filled(world);
  const auto accounts = Ids(world, "account");
  Must(world.Device({"edit", "account/" + accounts[2], "name=Mine"}));
  ChangeTheServer(world);
  world.WritePolicy(kNewPolicy);
}

class KillSync : public testing::TestWithParam<Scenario> {};

TEST_P(KillSync, EndsTheSameWheneverItIsKilled) {
  KillWorld world;
  GetParam().prepare(world);
  world.Remember();
  Ended ended = world.Device(GetParam().words);
  ASSERT_LE(ended.code, 1) << ended.err;  // 1: the conflict.
  const long calls = world.calls();
  ASSERT_GT(calls, 20);
  const Lasting expected = world.Look();
  EXPECT_FALSE(expected.contains("left of a download"));

  const bool deep = IsDeepRun();
  const long step = deep ? 1 : std::max(1L, calls / 9);
  int killed = 0;
  // An odd place to begin with: the calls come in groups.
  for (long at = deep ? 0 : step / 2; at < calls; at += step) {
    const std::string where =
        "killed at call " + std::to_string(at) + " of " + std::to_string(calls);
    world.Rewind();
    ended = world.Device(GetParam().words, at);
    // Which thread comes first is not always the same: there may be a call or two less.
    if (ended.signal == 0 && at < calls - 10) FAIL() << where << ": it was not";
    if (ended.signal != 0) {
      ASSERT_EQ(ended.signal, SIGKILL) << where;
      ++killed;
    }
    ASSERT_EQ(world.Integrity(), "ok") << where;
    const Ended status = world.Device({"status", "--json"});
    ASSERT_EQ(status.code, 0) << where << ": " << status.err;
    EXPECT_NE(status.out.find("\"outbox\""), std::string::npos) << status.out;
    for (int attempt = 0; attempt < 3; ++attempt) {
      ended = world.Device(GetParam().words);
      if (ended.code <= 1) break;
    }
    ASSERT_LE(ended.code, 1) << where << ": " << ended.err;
    ASSERT_EQ(Differences(world.Look(), expected), "") << where;
  }
  EXPECT_GT(killed, 5);
}

INSTANTIATE_TEST_SUITE_P(, KillSync,
                         testing::Values(Scenario{"Full", {"sync"}, Unbound},
                                         Scenario{"Incremental", {"sync", "--sweep"}, Followed},
                                         Scenario{"Upload", {"sync"}, Edited},
                                         Scenario{"Migration", {"sync"}, WithAnotherPolicy}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace satchel
