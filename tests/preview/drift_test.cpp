#include "preview/compare/drift.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "preview/report/drift_report.h"
#include "preview/run/preview.h"
#include "tests/preview/two_readers.h"
#include "tests/support/is.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

constexpr const char* kPump = "bbbbbbbb-0000-4000-8000-000000000001";
constexpr const char* kValve = "bbbbbbbb-0000-4000-8000-000000000002";
constexpr const char* kSeal = "bbbbbbbb-0000-4000-8000-000000000003";
constexpr const char* kCustomer = "aaaaaaaa-0000-4000-8000-000000000001";

DataSet Visits() {
  auto data = ParseDataSet(R"({"schema":{
    "account":{"key":"accountid","label":"Account","primary_name":"name","version":"versionnumber","modified":"modifiedon",
      "fields":{"accountid":"uniqueidentifier","name":"string","versionnumber":"bigint","modifiedon":"datetime",
        "statecode":{"type":"state","options":{"0":"Active","1":"Inactive"},"label":"Status"}}},
    "visit":{"key":"visitid","label":"Visit","primary_name":"subject","version":"versionnumber","modified":"modifiedon",
      "fields":{"visitid":"uniqueidentifier","subject":"string","versionnumber":"bigint","modifiedon":"datetime",
        "createdon":"datetime","start":{"type":"datetime","label":"Start"},
        "statecode":{"type":"state","options":{"0":"Open","1":"Done"},"label":"Status"},
        "accountid":{"type":"lookup","targets":["account"],"label":"Account"}}}},
   "rows":{"account":[{"accountid":"aaaaaaaa-0000-4000-8000-000000000001","name":"Contoso","statecode":0}],
   "visit":[
    {"visitid":"bbbbbbbb-0000-4000-8000-000000000001","subject":"Pump","start":"2026-01-03T08:00:00Z","statecode":0,"accountid":"aaaaaaaa-0000-4000-8000-000000000001"},
    {"visitid":"bbbbbbbb-0000-4000-8000-000000000002","subject":"Valve","start":"2026-01-17T08:00:00Z","statecode":0}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return data ? std::move(*data) : DataSet();
}

class DriftTest : public testing::Test {
 protected:
  DriftTest() {
    request.policy.project.name = "field";
    request.policy.entities = {{.name = "visit", .fields = {"subject", "start"}}};
    request.as = "eva";
    request.now = ParseInstant("2026-01-15T12:00:00Z");
    request.since = folder / "base.db";
  }
  Entity& visit() { return request.policy.entities[0]; }
  void MakeBase() {
    const auto base = RunPreview(
        {.policy = request.policy, .as = request.as, .now = request.now, .database = request.since},
        server, {}, {});
    ASSERT_TRUE(base) << base.error().message;
  }
  void FiveDaysLater() { request.now = ParseInstant("2026-01-20T12:00:00Z"); }
  DriftResult Drift() {
    auto drift = MeasureDrift(request, server, {}, {});
    EXPECT_TRUE(drift) << drift.error().message;
    return drift ? *drift : DriftResult();
  }
  // "missed bbbb… date-window", one for each record.
  static std::vector<std::string> Told(const DriftResult& drift) {
    std::vector<std::string> told;
    for (const DriftRecord& record : drift.records) {
      told.push_back(std::string(Name(record.kind)) + " " + record.name + " " +
                     std::string(Name(record.cause)));
    }
    return told;
  }
  void Put(const std::string& id, const std::vector<FieldValue>& values) {
    server.Put("visit", *ParseGuid(id), values);
  }
  // What is as new as the mark comes with every sync, so nothing can go wrong with it.
  void PutTheNewest() { Put(kSeal, {{"subject", std::string("Seal")}}); }
  using Lines = std::vector<std::string>;

  const TempFolder folder;
  TwoReaders server{Visits()};
  DriftRequest request;
};

TEST_F(DriftTest, IsNoneWhereChangesTellEverything) {
  visit().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  MakeBase();
  Put(kValve, {{"statecode", std::int64_t{1}}});
  Put(kSeal, {{"statecode", std::int64_t{0}}, {"subject", std::string("Seal")}});
  const DriftResult drift = Drift();
  EXPECT_TRUE(drift.none());
  EXPECT_EQ(Told(drift), Lines());
  EXPECT_EQ(drift.entities.at(0).base, 2);
  EXPECT_EQ(drift.entities.at(0).full, 2);
  EXPECT_EQ(server.write_calls, 0);
}

TEST_F(DriftTest, SeesWhatADateWindowLetsInAndOut) {
  visit().filter.nodes = {NodeIs("start", Operator::kLastXDays, {"14"})};
  PutTheNewest();
  MakeBase();
  FiveDaysLater();
  const DriftResult drift = Drift();
  ASSERT_EQ(Told(drift), (Lines{"missed Valve date-window", "stale Pump date-window"}));
  EXPECT_EQ(drift.records[1].sentence,
            "Start is 2026-01-03 08:00: “Start is in the last 14 days” no longer holds (from "
            "2026-01-06 00:00 until 2026-01-20 12:00)");
  EXPECT_FALSE(drift.none());
  // What the policy says about reconciling brings both right …
  EXPECT_TRUE(drift.records[0].settled);
  EXPECT_EQ(drift.entities[0].unsettled, 0);
  // … unless it says never.
  visit().incremental.reconcile = Reconcile{.kind = Reconcile::Kind::kNever};
  const DriftResult never = Drift();
  EXPECT_FALSE(never.records.at(0).settled);
  EXPECT_EQ(never.entities[0].unsettled, 2);
  EXPECT_EQ(Words(drift.totals.at(0)),
            "the policy's reconcile: auto brings it right with the next sync");
  EXPECT_EQ(Words(never.totals.at(0)),
            "reconcile: never never brings it right; auto, or a time, does");
  // A sweep that is not due yet leaves it wrong until then.
  visit().incremental.reconcile = Reconcile{.kind = Reconcile::Kind::kSyncs, .syncs = 10};
  EXPECT_EQ(
      Words(Drift().totals.at(0)),
      "reconcile: 10 brings it right only when a sweep is due; always, or a shorter time, does "
      "sooner");
}

TEST_F(DriftTest, SeesThatALinkedRecordChanged) {
  visit().links = {{.entity = "account",
                    .from = "accountid",
                    .to = "accountid",
                    .filter = {.nodes = {NodeIs("statecode", Operator::kEq, {"0"})}}}};
  MakeBase();
  server.Put("account", *ParseGuid(kCustomer), {{"statecode", std::int64_t{1}}});
  const DriftResult drift = Drift();
  ASSERT_EQ(Told(drift), (Lines{"stale Pump linked"}));
  EXPECT_EQ(drift.records[0].sentence, "the linked Account Contoso changed, the record did not");
}

TEST_F(DriftTest, SeesWhatTheUserMayReadNowOrNoMore) {
  PutTheNewest();  // And it stays: the mark never goes back.
  server.hidden = {kPump};
  MakeBase();
  server.hidden = {kValve};
  const DriftResult drift = Drift();
  EXPECT_EQ(Told(drift), (Lines{"missed Pump access", "stale Valve access"}));
}

TEST_F(DriftTest, SeesDeletionsThatNothingTold) {
  MakeBase();
  server.Remove("visit", *ParseGuid(kPump));
  const DriftResult drift = Drift();
  // The name is the device's: nobody else has it any more.
  EXPECT_EQ(Told(drift), (Lines{"stale Pump untracked-deletion"}));
}

TEST_F(DriftTest, SeesWhatWasEditedOutWhereOnlyWhatMeetsTheFilterIsAskedFor) {
  visit().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  visit().incremental.changes = Changes::kMatching;
  MakeBase();
  Put(kPump, {{"statecode", std::int64_t{1}}});
  EXPECT_EQ(Told(Drift()), (Lines{"stale Pump edited-out"}));
}

TEST_F(DriftTest, SeesWhatLiesBeforeTheMark) {
  server.able.row_versions = false;  // Only times tell, and they can be back-dated.
  MakeBase();
  Put(kSeal, {{"subject", std::string("Seal")},
              {"createdon", ParseInstant("2026-01-16T08:00:00Z")->ticks}});
  auto* seal = const_cast<FakeServer::Record*>(server.Find("visit", *ParseGuid(kSeal)));
  seal->values["modifiedon"] = ParseInstant("2020-01-01T00:00:00Z")->ticks;
  FiveDaysLater();
  EXPECT_EQ(Told(Drift()), (Lines{"missed Seal mark"}));
}

TEST_F(DriftTest, CountsWhatCameOnlyToBeThrownAway) {
  visit().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};
  MakeBase();
  Put(kSeal, {{"statecode", std::int64_t{1}}, {"subject", std::string("Seal")}});
  const DriftResult drift = Drift();
  EXPECT_EQ(Told(drift), (Lines{"wasted Seal outside-filter"}));
  EXPECT_TRUE(drift.none());
  visit().incremental.changes = Changes::kMatching;
  EXPECT_EQ(Told(Drift()), Lines());
}

TEST_F(DriftTest, LeavesOutWhatCannotBeFollowed) {
  request.policy.entities.push_back({.name = "account", .fields = {"name"}, .always_full = true});
  MakeBase();
  server.Remove("account", *ParseGuid(kCustomer));
  const DriftResult drift = Drift();
  EXPECT_TRUE(drift.none());
  EXPECT_TRUE(drift.entities.at(0).followed);
  EXPECT_FALSE(drift.entities.at(1).followed);
  EXPECT_EQ(drift.entities.at(1).why, "the policy asks for a full read every time");
}

TEST_F(DriftTest, RefusesABaseThatIsNoBase) {
  MakeBase();
  request.as = "";
  const auto other = MeasureDrift(request, server, {}, {});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kDenied);
  request.as = "eva";
  visit().filter.nodes = {NodeIs("statecode", Operator::kEq, {"0"})};  // Another policy.
  const auto changed = MeasureDrift(request, server, {}, {});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kInvalid);
  EXPECT_NE(changed.error().message.find("preview --db"), std::string::npos);
}

TEST_F(DriftTest, ReadsWellOnATerminalAndAsJson) {
  visit().filter.nodes = {NodeIs("start", Operator::kLastXDays, {"14"})};
  PutTheNewest();
  MakeBase();
  FiveDaysLater();
  const DriftResult drift = Drift();
  const std::string text = DriftText(drift);
  EXPECT_NE(text.find("Entity  Base  Now  Missed  Stale  Wasted\n"
                      "Visit      1    1       1      1       0\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Visit: 1 missed, a date window passed\n"), std::string::npos) << text;
  const auto json = nlohmann::json::parse(DriftJson(drift));
  EXPECT_EQ(json["entities"][0]["missed"], 1);
  EXPECT_EQ(json["totals"][1]["cause"], "date-window");
  EXPECT_EQ(json["records"][0]["id"], kValve);
}

}  // namespace
}  // namespace satchel
