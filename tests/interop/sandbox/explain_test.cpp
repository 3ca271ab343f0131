// What `explain` says and what a preview has are the same, record by record; what drifts is told by
// its cause: over HTTP, against the sandbox's own rights and filters.
#include "preview/explain/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/store/database.h"
#include "policy/yaml/read_policy.h"
#include "preview/compare/drift.h"
#include "preview/run/preview.h"
#include "preview/run/record_text.h"
#include "tests/interop/sandbox/signed_in.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

using sandbox::RunningSandbox;

// Choices, the user and teams, relative dates, children, parents, alternatives, a limit.
constexpr const char* kPolicy = R"(satchel: 1
project:
  name: field
entities:
  account:
    fields: [name, statecode]
    filter:
      and:
        - {field: statecode, op: eq, value: "0"}
        - or:
            - {field: ownerid, op: eq-useroruserteams}
            - link: {entity: msdyn_workorder, from: msdyn_serviceaccount, to: accountid, type: any}
              and:
                - {field: statecode, op: eq, value: "0"}
  contact:
    fields: [fullname]
    links:
      - link: {entity: account, from: accountid, to: parentcustomerid, type: inner, alias: customer}
        and:
          - {field: statecode, op: eq, value: "0"}
          - {field: ownerid, op: eq-useroruserteams}
  incident:
    fields: [title, createdon]
    filter:
      and:
        - {field: createdon, op: last-x-days, value: "60"}
    order: [{field: createdon, descending: true}]
    max_records: 4
  task:
    fields: [subject, scheduledend]
    filter:
      and:
        - {field: scheduledend, op: last-x-days, value: "21"}
    incremental:
      reconcile: never
  phonecall:
    fields: [subject]
    filter:
      and:
        - {field: subject, op: not-null}
)";
constexpr const char* kNow = "2026-06-01T08:00:00Z";

class ExplainSandbox : public testing::Test {
 protected:
  ExplainSandbox() {
    ReadPolicy read = ParsePolicy(kPolicy);
    EXPECT_FALSE(HasErrors(read.findings));
    policy = std::move(read.policy);
    schema = admin.ReadSchema(EntitiesNamed(policy));
  }
  PreviewResult PreviewAs(const std::string& who, const std::filesystem::path& file) {
    auto preview =
        RunPreview({.policy = policy, .as = who, .now = ParseInstant(kNow), .database = file},
                   *admin.server, {}, {});
    EXPECT_TRUE(preview) << preview.error().message;
    return preview ? *preview : PreviewResult();
  }
  std::set<std::string> IdsIn(const std::filesystem::path& file, const std::string& entity) {
    std::set<std::string> ids;
    auto database = Database::Open(file, Database::Use::kReadOnly);
    auto statement = database->Prepare("SELECT " + SqlName(schema.Find(entity)->key) + " FROM " +
                                       SqlName(entity));
    while (*statement->Step()) ids.insert(IdText(statement->At(0)));
    return ids;
  }
  std::vector<std::string> AllIds(const std::string& entity) {
    const EntitySchema& known = *schema.Find(entity);
    return box.AllIds(known.set_name + "?$select=" + known.key, known.key);
  }
  Explanation ExplainAs(const std::string& who, const std::string& record) {
    auto explanation =
        Explain({.policy = policy, .as = who, .record = record, .now = ParseInstant(kNow)},
                *admin.server, {}, {});
    EXPECT_TRUE(explanation) << record << ": " << explanation.error().message;
    return explanation ? *explanation : Explanation();
  }

  RunningSandbox box;
  const TempFolder folder;
  SignedIn admin{box.base()};
  Policy policy = {};
  Schema schema = {};
};

TEST_F(ExplainSandbox, SaysOnTheDeviceExactlyWhereThePreviewHasIt) {
  constexpr std::size_t kSample = 3;  // Of each entity and user: there, and not there.
  std::size_t there = 0;
  std::size_t not_there = 0;
  std::set<std::string> contradicted;
  for (const char* who :
       {"jana@contoso.example", "marta@contoso.example", "aroha@contoso.example"}) {
    const auto file = folder / (std::string(who) + ".db");
    (void)PreviewAs(who, file);
    for (const Entity& entity : policy.entities) {
      const std::set<std::string> kept = IdsIn(file, entity.name);
      std::size_t in = 0;
      std::size_t out = 0;
      for (const std::string& id : AllIds(entity.name)) {
        const bool on = kept.contains(id);
        if (std::size_t& count = on ? in : out; ++count > kSample) continue;
        const Explanation e = ExplainAs(who, entity.name + "/" + id);
        EXPECT_EQ(e.on_device, on) << who << ": " << e.verdict;
        if (!e.filter.note.empty()) contradicted.insert(e.verdict);
        const bool failed =
            std::any_of(e.gates.begin(), e.gates.end(), [](const ExplainGate& gate) {
              return gate.outcome == GateOutcome::kFailed && gate.kind != GateKind::kNextSync;
            });
        EXPECT_EQ(failed, !on) << e.verdict;
        ++(on ? there : not_there);
      }
    }
  }
  EXPECT_GT(there, 15u);
  EXPECT_GT(not_there, 15u);
  // The conditions told are those by which the server decided.
  EXPECT_EQ(contradicted, std::set<std::string>());
}

TEST_F(ExplainSandbox, TellsEachKindOfDriftByItsCause) {
  const std::string who = "marta@contoso.example";
  const auto base = folder / "base.db";
  (void)PreviewAs(who, base);
  const std::set<std::string> contacts = IdsIn(base, "contact");
  ASSERT_FALSE(contacts.empty());
  const std::string contact = *contacts.begin();
  // The oldest two, so that the newest stays and the mark never goes back.
  const std::vector<std::string> calls =
      box.AllIds("phonecalls?$select=activityid&$orderby=versionnumber", "activityid",
                 {{"Authorization", "Bearer user:" + who}});
  ASSERT_GT(calls.size(), 2u);
  const std::string call = calls[0];
  const std::string given = calls[1];

  // Linked: the account of a contact becomes inactive.
  const std::string account = box.Get("contacts(" + contact + ")?$select=_parentcustomerid_value")
                                  .text("_parentcustomerid_value");
  ASSERT_EQ(box.Patch("accounts(" + account + ")", R"({"statecode":1,"statuscode":2})").status,
            204);
  // Deleted.
  ASSERT_EQ(box.Delete("phonecalls(" + call + ")").status, 204);
  // Given to somebody on the other side of the world.
  const auto found = box.AllIds("systemusers?$select=systemuserid&$filter=" +
                                    sandbox::Q("domainname eq 'aroha@contoso.example'"),
                                "systemuserid");
  ASSERT_EQ(found.size(), 1u);
  const std::string bind = "{\"ownerid@odata.bind\":\"/systemusers(" + found.front() + ")\"}";
  ASSERT_EQ(box.Patch("phonecalls(" + given + ")", bind).status, 204);

  auto drift = MeasureDrift(
      {.policy = policy, .as = who, .since = base, .now = ParseInstant("2026-06-15T08:00:00Z")},
      *admin.server, {}, {});
  ASSERT_TRUE(drift) << drift.error().message;
  std::map<std::string, const DriftRecord*> by_id;
  for (const DriftRecord& record : drift->records) by_id[record.id] = &record;
  const auto cause = [&](const std::string& id) {
    const auto at = by_id.find(id);
    return at == by_id.end()
               ? std::string("no drift")
               : std::string(Name(at->second->kind)) + " " + std::string(Name(at->second->cause));
  };
  EXPECT_EQ(cause(contact), "stale linked");
  EXPECT_EQ(cause(call), "stale untracked-deletion");
  EXPECT_EQ(cause(given), "stale access");
  const auto windows =
      std::count_if(drift->records.begin(), drift->records.end(), [](const DriftRecord& record) {
        return record.entity == "task" && record.cause == DriftCause::kDateWindow;
      });
  EXPECT_GT(windows, 0);
  for (const DriftRecord& record : drift->records) {
    EXPECT_NE(record.cause, DriftCause::kUnknown) << record.entity << " " << record.id;
    // The task's policy never reconciles.
    if (record.entity == "task" && record.kind != DriftKind::kWasted) {
      EXPECT_FALSE(record.settled) << record.id;
    }
  }
}

}  // namespace
}  // namespace satchel
