#include "preview/explain/explain.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "preview/explain/apply_fix.h"
#include "preview/report/explain_report.h"
#include "tests/preview/two_readers.h"
#include "tests/support/is.h"

namespace satchel {
namespace {

constexpr const char* kContoso = "aaaaaaaa-0000-4000-8000-000000000001";
constexpr const char* kFabrikam = "aaaaaaaa-0000-4000-8000-000000000002";
constexpr const char* kNobody = "aaaaaaaa-0000-4000-8000-000000000009";
constexpr const char* kEva = "eeeeeeee-0000-4000-8000-000000000001";

DataSet Company() {
  auto data = ParseDataSet(R"({"schema":{
    "account":{"key":"accountid","label":"Account","set_name":"accounts","primary_name":"name",
      "hierarchy":"parentaccountid","modified":"modifiedon","fields":{"accountid":"uniqueidentifier",
      "name":{"type":"string","label":"Name"},"revenue":{"type":"money","precision":2,"label":"Revenue"},
      "statecode":{"type":"state","options":{"0":"Active","1":"Inactive"},"label":"Status"},
      "modifiedon":{"type":"datetime","label":"Modified on"},"founded":{"type":"dateonly","label":"Founded"},
      "ownerid":{"type":"owner","label":"Owner"},"parentaccountid":{"type":"lookup","targets":["account"],"label":"Parent"}}},
    "visit":{"key":"visitid","label":"Visit","primary_name":"subject","fields":{"visitid":"uniqueidentifier","subject":"string",
      "accountid":{"type":"lookup","targets":["account"],"label":"Account"},
      "statecode":{"type":"state","options":{"0":"Open","1":"Done"},"label":"Status"}}}},
   "rows":{"account":[
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000001","name":"Contoso","revenue":"12.50","statecode":0,
     "modifiedon":"2026-01-10T09:30:00Z","founded":"2026-01-02","ownerid":"eeeeeeee-0000-4000-8000-000000000001"},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"Fabrikam","statecode":1,
     "modifiedon":"2025-11-20T09:30:00Z","parentaccountid":"aaaaaaaa-0000-4000-8000-000000000001",
     "ownerid":"eeeeeeee-0000-4000-8000-000000000002"}],
   "visit":[
    {"visitid":"bbbbbbbb-0000-4000-8000-000000000001","subject":"Pump","statecode":1,"accountid":"aaaaaaaa-0000-4000-8000-000000000001"},
    {"visitid":"bbbbbbbb-0000-4000-8000-000000000002","subject":"Valve","statecode":0,"accountid":"aaaaaaaa-0000-4000-8000-000000000001"},
    {"visitid":"bbbbbbbb-0000-4000-8000-000000000003","subject":"Seal","statecode":1,"accountid":"aaaaaaaa-0000-4000-8000-000000000002"}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return data ? std::move(*data) : DataSet();
}

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    request.policy.project.name = "field";
    request.policy.entities = {{.name = "account", .fields = {"name"}}};
    request.as = "eva";
    request.now = ParseInstant("2026-01-15T12:00:00Z");
    server.settings.zone = "Europe/Prague";
    server.settings.user = {.id = kEva};
  }
  Entity& account() { return request.policy.entities[0]; }
  Explanation Of(const std::string& record) {
    request.record = record;
    auto explanation = Explain(request, server, {}, {});
    EXPECT_TRUE(explanation) << explanation.error().message;
    return explanation ? *explanation : Explanation{.gates = std::vector<ExplainGate>(6)};
  }
  Explanation OfAccount(const std::string& id) { return Of("account/" + id); }

  TwoReaders server{Company()};
  ExplainRequest request;
};

TEST_F(ExplainTest, PassesEveryGateAndSaysWhy) {
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  const Explanation e = OfAccount(kContoso);
  EXPECT_TRUE(e.on_device);
  EXPECT_EQ(e.name, "Contoso");
  for (const GateKind kind : {GateKind::kProject, GateKind::kEntity, GateKind::kPermission,
                              GateKind::kFilter, GateKind::kCap}) {
    EXPECT_EQ(e.gate(kind).outcome, GateOutcome::kPassed) << Name(kind);
  }
  EXPECT_EQ(e.verdict,
            "Contoso is on Eva's device, because the user may read it and it meets the filter: "
            "Status is Active.");
  EXPECT_TRUE(e.fix.sentence.empty());
}

TEST_F(ExplainTest, ReadsAsTheUserAndWritesNothing) {
  (void)OfAccount(kContoso);
  EXPECT_GT(server.reads_as_eva, 0);
  EXPECT_EQ(server.write_calls, 0);
}

TEST_F(ExplainTest, TakesAnyPastedId) {
  for (const std::string text :
       {"account/{AAAAAAAA-0000-4000-8000-000000000001}",
        "ACCOUNT/aaaaaaaa-0000-4000-8000-000000000001",
        "https://x.example/api/data/v9.2/accounts(AAAAAAAA-0000-4000-8000-000000000001)",
        "https://x.example/main.aspx?etn=account&id=%7BAAAAAAAA-0000-4000-8000-000000000001%7D",
        "AAAAAAAA-0000-4000-8000-000000000001"}) {
    const Explanation e = Of(text);
    EXPECT_EQ(e.entity, "account") << text;
    EXPECT_EQ(e.id, kContoso) << text;
    EXPECT_TRUE(e.on_device) << text;
  }
  request.record = "account/hello";
  const auto wrong = Explain(request, server, {}, {});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalid);
  request.record = kNobody;
  const auto nowhere = Explain(request, server, {}, {});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::kNotFound);
}

TEST_F(ExplainTest, HoldsTheProjectAgainstTheUsersRoles) {
  request.policy.project.roles = {"technician"};
  EXPECT_TRUE(OfAccount(kContoso).on_device);
  request.policy.project.roles = {"Sales"};
  const Explanation e = OfAccount(kContoso);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(e.gate(GateKind::kProject).outcome, GateOutcome::kFailed);
  EXPECT_EQ(e.gate(GateKind::kFilter).outcome,
            GateOutcome::kPassed);  // Nothing else is in the way.
  EXPECT_EQ(e.fix.path, "project.roles");
  EXPECT_NE(e.verdict.find("is for Sales, and Eva is Technician"), std::string::npos) << e.verdict;
  server.able.users = false;
  EXPECT_EQ(OfAccount(kContoso).gate(GateKind::kProject).outcome, GateOutcome::kUnknown);
}

TEST_F(ExplainTest, AnEntityThatIsOnlineOrMissingKeepsNothing) {
  account().mode = DeviceMode::kOnline;
  Explanation e = OfAccount(kContoso);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(e.gate(GateKind::kEntity).outcome, GateOutcome::kFailed);
  EXPECT_EQ(e.gate(GateKind::kPermission).outcome, GateOutcome::kNotReached);
  e = Of(std::string("acount/") + kContoso);
  EXPECT_EQ(e.gate(GateKind::kEntity).sentence,
            "The policy does not have the entity 'acount'; did you mean 'account'?");
}

TEST_F(ExplainTest, TellsWhatIsNotThereFromWhatTheUserMayNotRead) {
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  Explanation e = OfAccount(kNobody);
  EXPECT_EQ(e.gate(GateKind::kPermission).sentence,
            "There is no Account with this id on the server.");
  EXPECT_EQ(e.gate(GateKind::kFilter).outcome, GateOutcome::kNotReached);

  server.hidden = {kContoso, kFabrikam};
  e = OfAccount(kContoso);
  EXPECT_EQ(e.gate(GateKind::kPermission).outcome, GateOutcome::kFailed);
  EXPECT_EQ(
      e.gate(GateKind::kPermission).sentence.find("It is on the server, but Eva may not read"), 0u);
  // The signed-in user sees that nothing else would be in the way …
  EXPECT_EQ(e.filter.outcome, GateOutcome::kPassed);
  EXPECT_NE(e.fix.sentence.find("if Eva might read it"), std::string::npos);
  // … and here that something would.
  EXPECT_TRUE(OfAccount(kFabrikam).fix.sentence.empty());

  server.refused = {"account"};
  e = OfAccount(kContoso);
  EXPECT_EQ(e.gate(GateKind::kPermission).sentence,
            "Eva may read no Account at all: prvRead is missing.");
}

TEST_F(ExplainTest, ShowsEachConditionWithTheRecordsValue) {
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"}),
                            {Group{.conjunction = Conjunction::kOr,
                                   .nodes = {NodeIs("revenue", Operator::kGt, {"100"}),
                                             NodeIs("modifiedon", Operator::kLastXDays, {"14"})}}}};
  const Explanation e = OfAccount(kFabrikam);
  ASSERT_EQ(e.filter.parts.size(), 2u);
  const FilterPart& state = e.filter.parts[0];
  EXPECT_EQ(state.outcome, GateOutcome::kFailed);
  EXPECT_EQ(state.path, "entities.account.filter.and[0]");
  EXPECT_EQ(state.wording, "Status is Active");
  EXPECT_EQ(state.actual, "Inactive");
  const FilterPart& any = e.filter.parts[1];
  EXPECT_EQ(any.kind, FilterPart::Kind::kAny);
  ASSERT_EQ(any.parts.size(), 2u);
  EXPECT_EQ(any.parts[0].actual, "(empty)");
  EXPECT_EQ(any.parts[1].path, "entities.account.filter.and[1].or[1]");
  EXPECT_EQ(any.parts[1].actual, "2025-11-20 10:30");  // Prague.
  EXPECT_EQ(any.parts[1].meaning, "from 2026-01-01 00:00 until 2026-01-15 13:00");
  EXPECT_EQ(any.outcome, GateOutcome::kFailed);
  EXPECT_TRUE(e.fix.sentence.empty());  // Two conditions are in the way.
}

TEST_F(ExplainTest, FindsTheSmallestChangeByTryingIt) {
  account().filter.nodes = {NodeIs("modifiedon", Operator::kLastXDays, {"14"})};
  Explanation e = OfAccount(kFabrikam);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(e.fix.path, "entities.account.filter.and[0]");
  EXPECT_EQ(e.fix.value, "56");  // 2026-01-15 less 56 days is 2025-11-20; 55 would not do.

  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  e = OfAccount(kFabrikam);
  EXPECT_EQ(e.fix.value, "0,1");
  EXPECT_NE(e.fix.sentence.find("“Status is one of Active or Inactive”"), std::string::npos)
      << e.fix.sentence;

  account().filter.nodes = {NodeIs("ownerid", Operator::kEqUserId)};
  e = OfAccount(kFabrikam);
  EXPECT_EQ(e.fix.sentence, "It would be there if the Owner of the record were Eva.");
  EXPECT_TRUE(e.fix.path.empty());
}

TEST_F(ExplainTest, OffersAChangeThatThenPutsTheRecordThere) {
  const auto change = [&] {
    const Explanation e = OfAccount(kFabrikam);
    EXPECT_FALSE(e.on_device);
    const auto changed = WithFix(account(), e.fix);
    ASSERT_TRUE(changed) << e.fix.sentence;
    account() = *changed;
    EXPECT_TRUE(OfAccount(kFabrikam).on_device) << e.fix.sentence;
  };
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  std::get<Condition>(account().filter.nodes[0].item).notes = "Why it is asked";
  change();
  const auto& said = std::get<Condition>(account().filter.nodes[0].item);
  EXPECT_EQ(said.op, Operator::kIn);
  EXPECT_EQ(said.notes, "Why it is asked");

  account().filter.nodes = {NodeIs("statecode", Operator::kNe, {"1"}),
                            NodeIs("name", Operator::kNotNull)};
  change();
  EXPECT_EQ(account().filter.nodes.size(), 1u);

  account().filter.nodes = {};
  account().order = {{.field = "name"}};
  account().max_records = 1;
  change();
  EXPECT_EQ(account().max_records, 2);
}

TEST_F(ExplainTest, ChangesNothingWhereTheFixIsNoEditOfTheFilter) {
  account().filter.nodes = {NodeIs("ownerid", Operator::kEqUserId)};
  const Explanation e = OfAccount(kFabrikam);
  EXPECT_FALSE(WithFix(account(), e.fix));
  account().filter.nodes = {NodeIs("modifiedon", Operator::kLastXDays, {"14"})};
  const ExplainFix wider = OfAccount(kFabrikam).fix;
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  EXPECT_FALSE(WithFix(account(), wider)) << "the filter is another one by now";
}

TEST_F(ExplainTest, NamesTheLinkedRecordThatDecides) {
  account().filter.nodes = {
      {Link{.entity = "visit",
            .from = "accountid",
            .to = "accountid",
            .type = LinkType::kAny,
            .filter = {.nodes = {NodeIs("statecode", Operator::kEq, {"0"})}}}}};
  Explanation e = OfAccount(kContoso);
  EXPECT_TRUE(e.on_device);
  const FilterPart& link = e.filter.parts.at(0);
  EXPECT_EQ(link.kind, FilterPart::Kind::kLink);
  EXPECT_EQ(link.candidates, 2);
  EXPECT_EQ(link.matching, 1);
  EXPECT_EQ(link.linked_name, "Valve");
  e = OfAccount(kFabrikam);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(
      e.verdict,
      "Fabrikam is not on Eva's device, because of the linked Visit Seal: Status is Done where "
      "the filter asks for “Status is Open”.");

  std::get<Link>(account().filter.nodes[0].item).type = LinkType::kNotAny;
  e = OfAccount(kContoso);
  EXPECT_FALSE(e.on_device);
  EXPECT_FALSE(e.filter.parts.at(0).wanted);
  EXPECT_EQ(e.filter.parts.at(0).linked_name, "Valve");
  EXPECT_TRUE(OfAccount(kFabrikam).on_device);

  // "all": there are visits, and none is as the filter says.
  std::get<Link>(account().filter.nodes[0].item).type = LinkType::kAll;
  EXPECT_FALSE(OfAccount(kContoso).on_device);
  EXPECT_TRUE(OfAccount(kFabrikam).on_device);
}

TEST_F(ExplainTest, DoesNotSeeLinkedRecordsThatTheUserMayNotRead) {
  account().links = {{.entity = "visit",
                      .from = "accountid",
                      .to = "accountid",
                      .filter = {.nodes = {NodeIs("statecode", Operator::kEq, {"0"})}}}};
  EXPECT_TRUE(OfAccount(kContoso).on_device);
  server.hidden = {"bbbbbbbb-0000-4000-8000-000000000002"};
  const Explanation e = OfAccount(kContoso);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(e.filter.parts.at(0).candidates, 1);
  EXPECT_EQ(e.filter.parts.at(0).path, "entities.account.links[0]");
}

TEST_F(ExplainTest, HoldsAConditionOnAnAliasAgainstTheLinkedRow) {
  account().links = {{.entity = "account",
                      .from = "accountid",
                      .to = "parentaccountid",
                      .type = LinkType::kOuter,
                      .alias = "parent"}};
  account().filter.nodes = {
      {Condition{.entity = "parent", .field = "name", .op = Operator::kEq, .values = {"contoso"}}}};
  Explanation e = OfAccount(kFabrikam);
  EXPECT_TRUE(e.on_device);
  EXPECT_EQ(e.filter.parts.at(0).field, "Account › Name");
  EXPECT_EQ(e.filter.parts.at(0).actual, "Contoso");
  e = OfAccount(kContoso);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(e.filter.parts.at(0).note, "there is no such Account");
}

TEST_F(ExplainTest, ClimbsHierarchies) {
  account().filter.nodes = {NodeIs("accountid", Operator::kUnder, {kContoso})};
  EXPECT_TRUE(OfAccount(kFabrikam).on_device);
  EXPECT_FALSE(OfAccount(kContoso).on_device);
  account().filter.nodes = {NodeIs("accountid", Operator::kAbove, {kFabrikam})};
  EXPECT_TRUE(OfAccount(kContoso).on_device);
}

TEST_F(ExplainTest, RanksWhereMaxRecordsCuts) {
  account().order = {{.field = "name"}};
  account().max_records = 1;
  Explanation e = OfAccount(kContoso);
  EXPECT_TRUE(e.on_device);
  EXPECT_EQ(e.rank, 1);
  EXPECT_EQ(e.matched, 2);
  e = OfAccount(kFabrikam);
  EXPECT_FALSE(e.on_device);
  EXPECT_EQ(e.rank, 2);
  EXPECT_EQ(e.gate(GateKind::kCap).sentence,
            "It is number 2 of 2 by Name; only the first 1 are kept.");
  EXPECT_EQ(e.fix.path, "entities.account.max_records");
  EXPECT_EQ(e.fix.value, "2");
  account().order = {{.field = "name", .descending = true}};
  EXPECT_TRUE(OfAccount(kFabrikam).on_device);
}

TEST_F(ExplainTest, DecidesItselfWhereTheServerCannotFilter) {
  server.exact = false;
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  EXPECT_TRUE(OfAccount(kContoso).on_device);
  EXPECT_FALSE(OfAccount(kFabrikam).on_device);
}

TEST_F(ExplainTest, SaysWhenADateWindowWillPassTheRecord) {
  account().filter.nodes = {NodeIs("modifiedon", Operator::kLastXDays, {"14"})};
  Explanation e = OfAccount(kContoso);
  ASSERT_TRUE(e.on_device);
  const auto window = [&]() -> const NextSyncNote& {
    for (const NextSyncNote& note : e.next_sync) {
      if (note.cause == NextSyncNote::Cause::kDateWindow) return note;
    }
    static const NextSyncNote kNone;
    return kNone;
  };
  // 10 January and 14 days is the 24th, all of it.
  EXPECT_EQ(window().sentence,
            "It leaves the filter on 2026-01-25 00:00 if nobody touches it: noticed with the next "
            "sync.");
  EXPECT_EQ(e.gate(GateKind::kNextSync).outcome, GateOutcome::kPassed);
  request.policy.sync.incremental.reconcile.kind = Reconcile::Kind::kNever;
  e = OfAccount(kContoso);
  EXPECT_TRUE(e.on_device);  // It is there today all the same.
  EXPECT_EQ(e.gate(GateKind::kNextSync).outcome, GateOutcome::kFailed);
  EXPECT_EQ(window().when, "never");
}

TEST_F(ExplainTest, PassesOnThatItWasCancelledAndWhatTheServerSays) {
  std::stop_source stop;
  server.on_call = [&](std::string_view call) {
    if (call == "ReadPage") stop.request_stop();
  };
  server.before_page = [&](int) -> Result<> {
    return stop.stop_requested() ? Result<>(Fail(ErrorCode::kCancelled, "cancelled")) : Result<>();
  };
  request.record = std::string("account/") + kContoso;
  const auto explanation = Explain(request, server, {}, stop.get_token());
  ASSERT_FALSE(explanation);
  EXPECT_EQ(explanation.error().code, ErrorCode::kCancelled);
}

TEST_F(ExplainTest, ReadsWellOnATerminalAndAsJson) {
  account().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"}),
                            NodeIs("modifiedon", Operator::kLastXDays, {"90"})};
  const Explanation e = OfAccount(kFabrikam);
  const std::string text = ExplanationText(e);
  // What is asked in one column, what is there in the next.
  const std::string asked = "Modified on is in the last 90 days";
  const std::string blanks(asked.size() - std::string("Status is Active").size(), ' ');
  EXPECT_NE(text.find("      ✗ Status is Active" + blanks + "   Inactive\n      ✓ " + asked +
                      "   2025-11-20 10:30   ← from 2025-10-17 00:00 until 2026-01-15 13:00\n"),
            std::string::npos)
      << text;
  const auto json = nlohmann::json::parse(ExplanationJson(e));
  EXPECT_EQ(json["on_device"], false);
  EXPECT_EQ(json["gates"][3]["gate"], "filter");
  EXPECT_EQ(json["gates"][3]["outcome"], "failed");
  EXPECT_EQ(json["gates"][3]["filter"]["parts"][0]["actual"], "Inactive");
  EXPECT_EQ(json["fix"]["value"], "0,1");
}

}  // namespace
}  // namespace satchel
