// Writes over HTTP: every kind, and every way in which they can go wrong.
#include <gtest/gtest.h>

#include "engine/record/instant.h"
#include "tests/interop/sandbox/signed_in.h"
#include "tests/support/fake_transport.h"

namespace satchel {
namespace {

using sandbox::RunningSandbox;
using Kind = WriteResult::Kind;
using Op = WriteOperation::Kind;

std::string NewId(int number) {
  std::string digits = std::to_string(number);
  return "5a7c4e10-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}
Guid Id(const std::string& text) {
  return *ParseGuid(text);
}

// One sandbox for all tests; each has records of its own.
class Writes : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    box_ = std::make_unique<RunningSandbox>();
    SignedIn admin(box_->base());
    schema_ = admin.ReadSchema({"account", "contact", "task", "listmember", "list"});
  }
  static void TearDownTestSuite() { box_.reset(); }

  static std::string AnyId(const std::string& set, const std::string& key) {
    return box_->Get(set + "?$select=" + key + "&$top=1").rows().front().Find(key)->text;
  }
  static WriteOperation NewAccount(int number, const std::string& name) {
    return {
        .kind = Op::kCreate, .entity = "account", .id = NewId(number), .values = {{"name", name}}};
  }
  static std::string Read(int number, const std::string& field) {
    return box_->Get("accounts(" + NewId(number) + ")?$select=" + field).text(field);
  }
  static int StatusOf(int number) { return box_->Get("accounts(" + NewId(number) + ")").status; }

  static std::unique_ptr<RunningSandbox> box_;
  static Schema schema_;
  SignedIn me{box_->base()};
};
std::unique_ptr<RunningSandbox> Writes::box_;
Schema Writes::schema_;

TEST_F(Writes, KeepEveryTypeOfFieldExactly) {
  const std::string contact = AnyId("contacts", "contactid");
  const std::string parent = AnyId("accounts", "accountid");
  WriteOperation create = NewAccount(1, "Žofia \"& Söhne\"\n\\ 𝄞");
  create.values.insert(
      create.values.end(),
      {{"revenue", std::int64_t{9223372036847800}},  // More digits than a double holds.
       {"creditonhold", std::int64_t{1}},
       {"numberofemployees", std::int64_t{42}},
       {"industrycode", std::int64_t{4}},
       {"contoso_requiredskills", std::string(",1,4,")},
       {"contoso_contractend", std::int64_t{20'000}},
       {"address1_latitude", 48.14816},
       {"primarycontactid", Id(contact)},
       {"parentaccountid", Id(parent)},
       {"description", std::string("line\r\n--satchel_batch--\r\n")},
       {"websiteurl", Value()}});
  const WriteResult made = me.Do(schema_, create);
  ASSERT_EQ(made.kind, Kind::kDone) << made.error.message;
  const auto row = box_->Get("accounts(" + NewId(1) + ")");
  EXPECT_EQ(row.text("name"), "Žofia \"& Söhne\"\n\\ 𝄞");
  EXPECT_NE(row.body.find("\"revenue\":922337203684.7800"), std::string::npos) << row.body;
  EXPECT_NE(row.body.find("\"creditonhold\":true"), std::string::npos);
  EXPECT_EQ(row.text("contoso_requiredskills"), "1,4");
  EXPECT_EQ(row.text("contoso_contractend"), "2024-10-04");
  EXPECT_NE(row.body.find("48.14816"), std::string::npos);
  EXPECT_EQ(row.text("_primarycontactid_value"), contact);
  EXPECT_EQ(row.text("_parentaccountid_value"), parent);
  EXPECT_EQ(row.text("description"), "line\r\n--satchel_batch--\r\n");
  EXPECT_EQ(row.header("ETag"), made.version);

  const WriteResult cleared = me.Do(schema_, {.entity = "account",
                                              .id = NewId(1),
                                              .values = {{"primarycontactid", Value()},
                                                         {"revenue", Value()},
                                                         {"contoso_requiredskills", Value()}},
                                              .if_match = made.version});
  ASSERT_EQ(cleared.kind, Kind::kDone) << cleared.error.message;
  const auto after = box_->Get("accounts(" + NewId(1) + ")");
  EXPECT_NE(after.body.find("\"_primarycontactid_value\":null"), std::string::npos) << after.body;
  EXPECT_NE(after.body.find("\"revenue\":null"), std::string::npos);
  EXPECT_EQ(after.header("ETag"), cleared.version);
}

TEST_F(Writes, SetAndClearLookupsThatMayPointToSeveralEntities) {
  const std::string account = AnyId("accounts", "accountid");
  const std::string contact = AnyId("contacts", "contactid");
  WriteOperation task = {.kind = Op::kCreate,
                         .entity = "task",
                         .id = NewId(2),
                         .values = {{"subject", std::string("Call back")},
                                    {"scheduledend", ParseInstant("2026-06-02T09:30:00Z")->ticks},
                                    {"regardingobjectid", Id(account)},
                                    {TypeColumn("regardingobjectid"), std::string("account")}}};
  ASSERT_EQ(me.Do(schema_, task).kind, Kind::kDone);
  const auto target = [&] {
    const auto row = box_->Get(
        "tasks(" + NewId(2) + ")?$select=_regardingobjectid_value",
        {{"Prefer", "odata.include-annotations=\"Microsoft.Dynamics.CRM.lookuplogicalname\""}});
    return row.text("_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname") + " " +
           row.text("_regardingobjectid_value");
  };
  EXPECT_EQ(target(), "account " + account);
  task.kind = Op::kUpdate;
  task.values = {{"regardingobjectid", Id(contact)},
                 {TypeColumn("regardingobjectid"), std::string("contact")}};
  ASSERT_EQ(me.Do(schema_, task).kind, Kind::kDone);
  EXPECT_EQ(target(), "contact " + contact);
  task.values = {{"regardingobjectid", Value()}, {TypeColumn("regardingobjectid"), Value()}};
  ASSERT_EQ(me.Do(schema_, task).kind, Kind::kDone);
  EXPECT_EQ(target(), " ");
  task.values = {{"regardingobjectid", Id(contact)}};
  EXPECT_EQ(me.Do(schema_, task).kind, Kind::kRejected);
}

TEST_F(Writes, GiveARecordToAUserThatTheSchemaDoesNotKnow) {
  const auto users = box_->Get("systemusers?$select=systemuserid&$top=2").rows();
  const std::string other = users.back().Find("systemuserid")->text;
  ASSERT_EQ(me.Do(schema_, NewAccount(3, "Given")).kind, Kind::kDone);
  const WriteResult given = me.Do(
      schema_,
      {.entity = "account",
       .id = NewId(3),
       .values = {{"ownerid", Id(other)}, {TypeColumn("ownerid"), std::string("systemuser")}}});
  ASSERT_EQ(given.kind, Kind::kDone) << given.error.message;
  EXPECT_EQ(Read(3, "_ownerid_value"), other);
}

TEST_F(Writes, ChangeStateAndStatus) {
  ASSERT_EQ(me.Do(schema_, NewAccount(4, "Active")).kind, Kind::kDone);
  const WriteResult closed =
      me.Do(schema_, {.entity = "account",
                      .id = NewId(4),
                      .values = {{"statecode", std::int64_t{1}}, {"statuscode", std::int64_t{2}}}});
  ASSERT_EQ(closed.kind, Kind::kDone) << closed.error.message;
  EXPECT_EQ(Read(4, "statecode"), "1");
}

TEST_F(Writes, MeetConflictsInsteadOfOverwriting) {
  const WriteResult made = me.Do(schema_, NewAccount(5, "Mine"));
  ASSERT_EQ(made.kind, Kind::kDone);
  const auto theirs = box_->Patch("accounts(" + NewId(5) + ")", R"({"name":"Theirs"})");
  ASSERT_EQ(theirs.status, 204);
  WriteOperation update = NewAccount(5, "Mine again");
  update.kind = Op::kUpdate;
  update.if_match = made.version;
  const WriteResult lost = me.Do(schema_, update);
  EXPECT_EQ(lost.kind, Kind::kConflict);
  EXPECT_EQ(lost.error.code, ErrorCode::kConflict);
  EXPECT_EQ(Read(5, "name"), "Theirs");
  WriteOperation remove = {
      .kind = Op::kDelete, .entity = "account", .id = NewId(5), .if_match = made.version};
  EXPECT_EQ(me.Do(schema_, remove).kind, Kind::kConflict);
  EXPECT_EQ(StatusOf(5), 200);
  update.if_match.clear();
  EXPECT_EQ(me.Do(schema_, update).kind, Kind::kDone);
  EXPECT_EQ(Read(5, "name"), "Mine again");
  remove.if_match.clear();
  EXPECT_EQ(me.Do(schema_, remove).kind, Kind::kDone);
  EXPECT_EQ(me.Do(schema_, remove).kind, Kind::kGone);
  EXPECT_EQ(me.Do(schema_, update).kind, Kind::kGone);
  EXPECT_EQ(StatusOf(5), 404);  // Not made again by the update.
}

TEST_F(Writes, DoNotRepeatTheEffectOfARepeatedCreate) {
  ASSERT_EQ(me.Do(schema_, NewAccount(6, "Once")).kind, Kind::kDone);
  EXPECT_EQ(me.Do(schema_, NewAccount(6, "Twice")).kind, Kind::kConflict);
  EXPECT_EQ(Read(6, "name"), "Once");
}

TEST_F(Writes, LinkAndUnlinkManyToMany) {
  const std::string list = AnyId("lists", "listid");
  const std::string contact = AnyId("contacts", "contactid");
  const WriteOperation link = {.kind = Op::kAssociate,
                               .entity = "listmember",
                               .values = {{"listid", Id(list)}, {"entityid", Id(contact)}}};
  WriteOperation unlink = link;
  unlink.kind = Op::kDisassociate;
  const auto members = [&] {
    const auto rows = box_->Get("listmembers?$filter=" +
                                sandbox::Q("listid eq " + list + " and entityid eq " + contact))
                          .rows();
    return rows.size();
  };
  (void)me.Do(schema_, unlink);
  EXPECT_EQ(members(), 0u);
  const WriteResult linked = me.Do(schema_, link);
  EXPECT_EQ(linked.kind, Kind::kDone) << linked.error.message;
  EXPECT_EQ(members(), 1u);
  EXPECT_EQ(me.Do(schema_, link).kind, Kind::kDone);  // Already so.
  EXPECT_EQ(members(), 1u);
  WriteOperation other = link;
  const auto lists = box_->Get("lists?$select=listid&$top=2").rows();
  other.values[0].value = Id(lists.back().Find("listid")->text);
  WriteOperation undo = other;
  undo.kind = Op::kDisassociate;
  (void)me.Do(schema_, undo);
  // In a set the refusal undoes the other link, so neither counts as done.
  for (const WriteResult& result :
       me.Do(schema_, WriteRequest{.operations = {other, link}, .together = true})) {
    EXPECT_EQ(result.kind, Kind::kConflict);
  }
  EXPECT_EQ(me.Do(schema_, unlink).kind, Kind::kDone);
  EXPECT_EQ(members(), 0u);
}

TEST_F(Writes, GoOnPastWhatIsRefused) {
  WriteOperation bad = NewAccount(12, "Bad");
  bad.values.push_back({"numberofemployees", std::int64_t{-5}});  // Below the least.
  WriteOperation missing = NewAccount(13, "Points to nothing");
  missing.values.push_back({"primarycontactid", Id(NewId(999))});
  WriteOperation unknown = NewAccount(14, "No such field");
  unknown.values.push_back({"nosuch", std::string("x")});
  const auto results =
      me.Do(schema_, WriteRequest{.operations = {NewAccount(11, "One"), bad, missing, unknown,
                                                 NewAccount(15, "Last")}});
  EXPECT_EQ(results[0].kind, Kind::kDone) << results[0].error.message;
  EXPECT_EQ(results[1].kind, Kind::kRejected);
  EXPECT_NE(results[1].error.message, "");
  EXPECT_EQ(results[2].kind, Kind::kRejected);
  EXPECT_EQ(results[3].kind, Kind::kRejected);
  EXPECT_NE(results[3].error.message.find("account.nosuch"), std::string::npos);
  EXPECT_EQ(results[4].kind, Kind::kDone) << results[4].error.message;
  EXPECT_EQ(StatusOf(13), 404);
  EXPECT_EQ(StatusOf(15), 200);
  EXPECT_EQ(me.transport.sent.size(), 1u);  // One $batch.
}

TEST_F(Writes, TellAMissingTargetFromAMissingRecord) {
  ASSERT_EQ(me.Do(schema_, NewAccount(16, "There")).kind, Kind::kDone);
  const WriteResult result = me.Do(
      schema_,
      {.entity = "account", .id = NewId(16), .values = {{"primarycontactid", Id(NewId(999))}}});
  EXPECT_EQ(result.kind, Kind::kRejected) << result.error.message;
}

TEST_F(Writes, AreToldOfATableThatComparesNoVersions) {
  const std::string id = AnyId("transactioncurrencies", "transactioncurrencyid");
  const Schema schema = me.ReadSchema({"transactioncurrency"});
  WriteOperation update = {.kind = Op::kUpdate,
                           .entity = "transactioncurrency",
                           .id = id,
                           .values = {{"currencyname", std::string("Crown")}},
                           .if_match = "W/\"1\""};
  const WriteResult refused = me.Do(schema, update);
  EXPECT_EQ(refused.kind, Kind::kUnguarded) << refused.error.message;
  update.if_match.clear();
  const WriteResult done = me.Do(schema, update);
  EXPECT_EQ(done.kind, Kind::kDone) << done.error.message;
  EXPECT_EQ(box_->Get("transactioncurrencies(" + id + ")").text("currencyname"), "Crown");
}

TEST_F(Writes, StandOrFallTogether) {
  auto results = me.Do(
      schema_,
      WriteRequest{.operations = {NewAccount(21, "One"), NewAccount(22, "Two")}, .together = true});
  EXPECT_EQ(results[0].kind, Kind::kDone) << results[0].error.message;
  EXPECT_EQ(results[1].kind, Kind::kDone);
  EXPECT_NE(results[0].version, results[1].version);
  results =
      me.Do(schema_, WriteRequest{.operations = {NewAccount(23, "Three"), NewAccount(22, "Again")},
                                  .together = true});
  EXPECT_EQ(results[0].kind, Kind::kConflict);
  EXPECT_EQ(results[1].kind, Kind::kConflict);
  EXPECT_EQ(StatusOf(23), 404);
}

TEST_F(Writes, SplitWhatIsTooMuchForOneRequest) {
  WriteRequest request;
  for (int i = 0; i < 450; ++i) {
    request.operations.push_back(NewAccount(1000 + i, "Many " + std::to_string(i)));
  }
  for (const WriteResult& result : me.Do(schema_, request)) {
    ASSERT_EQ(result.kind, Kind::kDone) << result.error.message;
    ASSERT_NE(result.version, "");
  }
  EXPECT_EQ(me.transport.sent.size(), 3u);
  EXPECT_EQ(Read(1449, "name"), "Many 449");
}

TEST_F(Writes, KnowWhatALostAnswerLeavesOpen) {
  using Fate = LossyTransport::Fate;
  int number = 2000;
  for (const auto& [fate, carried_out] :
       {std::pair(Fate::kLostBefore, false), std::pair(Fate::kLostAfter, true)}) {
    WriteRequest request;
    for (int i = 0; i < 450; ++i) request.operations.push_back(NewAccount(number + i, "Lost"));
    int requests = 0;
    me.transport.sent.clear();
    me.transport.fate = [&, fate = fate](const HttpRequest&) {
      return ++requests == 2 ? fate : Fate::kArrives;
    };
    const auto results = me.Do(schema_, request);
    EXPECT_EQ(me.transport.sent.size(), 2u);  // Not repeated, and nothing after it.
    EXPECT_EQ(results[0].kind, Kind::kDone);
    EXPECT_EQ(results[199].kind, Kind::kDone);
    EXPECT_EQ(results[200].kind, Kind::kUnknown);
    EXPECT_EQ(results[399].kind, Kind::kUnknown);
    EXPECT_EQ(results[400].kind, Kind::kNotSent);
    EXPECT_EQ(StatusOf(number + 200), carried_out ? 200 : 404);
    EXPECT_EQ(StatusOf(number + 400), 404);
    number += 1000;
  }
}

TEST_F(Writes, BelieveTheWholePartsOfAnAnswerThatIsCut) {
  me.transport.fate = [](const HttpRequest&) { return LossyTransport::Fate::kCut; };
  WriteRequest request;
  for (int i = 0; i < 10; ++i) request.operations.push_back(NewAccount(4000 + i, "Cut"));
  const auto results = me.Do(schema_, request);
  EXPECT_EQ(results[0].kind, Kind::kDone) << results[0].error.message;
  EXPECT_EQ(results[9].kind, Kind::kUnknown);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(StatusOf(4000 + i), 200);
}

TEST_F(Writes, SayThatNothingHappenedWhereThereIsNoConnection) {
  me.transport.fate = [](const HttpRequest&) { return LossyTransport::Fate::kNeverLeaves; };
  const auto results = me.server->Write({.operations = {NewAccount(31, "Away")}}, schema_, {});
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().code, ErrorCode::kOffline);
  EXPECT_EQ(me.transport.sent.size(), 1u);
}

TEST_F(Writes, StopBeforeTheNextRequest) {
  std::stop_source stop;
  WriteRequest request;
  for (int i = 0; i < 250; ++i) request.operations.push_back(NewAccount(5000 + i, "Stopped"));
  me.transport.fate = [&](const HttpRequest&) {
    stop.request_stop();
    return LossyTransport::Fate::kLostAfter;
  };
  const auto results = me.server->Write(request, schema_, stop.get_token());
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->front().kind, Kind::kUnknown);
  EXPECT_EQ(results->back().kind, Kind::kNotSent);
  const auto again = me.server->Write(request, schema_, stop.get_token());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kCancelled);
}

TEST_F(Writes, RespectWhatTheUserMayNotDo) {
  const auto users = box_->Get("systemusers?$select=systemuserid&$filter=" +
                               sandbox::Q("domainname eq 'ravi@contoso.example'"))
                         .rows();
  ASSERT_EQ(users.size(), 1u);
  const std::string ravi = users.front().Find("systemuserid")->text;
  ASSERT_EQ(me.Do(schema_, NewAccount(41, "The administrator's")).kind, Kind::kDone);
  WriteOperation update = NewAccount(41, "Ravi's");
  update.kind = Op::kUpdate;
  const auto results = me.Do(schema_, WriteRequest{.operations = {update}, .as = ravi});
  EXPECT_EQ(results[0].kind, Kind::kRejected);
  EXPECT_EQ(results[0].error.code, ErrorCode::kDenied) << results[0].error.message;
  EXPECT_EQ(HeaderOf(me.transport.sent.back(), "MSCRMCallerID"), ravi);
  const auto made =
      me.Do(schema_, WriteRequest{.operations = {NewAccount(42, "Ravi's own")}, .as = ravi});
  ASSERT_EQ(made[0].kind, Kind::kDone) << made[0].error.message;
  EXPECT_EQ(Read(42, "_ownerid_value"), ravi);
}

TEST(WritesUnderFaults, WaitWhereTheServerAsksTo) {
  sandbox::SandboxOptions options;
  options.faults = {{sandbox::FaultKind::k429, 0.5}};
  RunningSandbox box(options);
  SignedIn me(box.base());
  const Schema schema = me.ReadSchema({"account"});
  for (int i = 0; i < 20; ++i) {
    const WriteResult made = me.Do(schema, {.kind = Op::kCreate,
                                            .entity = "account",
                                            .id = NewId(i + 1),
                                            .values = {{"name", std::string("Patient")}}});
    ASSERT_EQ(made.kind, Kind::kDone) << made.error.message;
  }
  EXPECT_GT(me.server->TakeTraffic().requests, 25);
}

TEST(WritesUnderFaults, LeaveOpenWhatAFailingServerDid) {
  sandbox::SandboxOptions options;
  options.faults = {{sandbox::FaultKind::kReset, 0.3},
                    {sandbox::FaultKind::kTruncate, 0.3},
                    {sandbox::FaultKind::k500, 0.2}};
  RunningSandbox box(options);
  SignedIn me(box.base());
  Schema schema;
  EntitySchema& account = schema.entities["account"];
  account = {.name = "account", .set_name = "accounts", .key = "accountid"};
  account.fields["accountid"] = {.name = "accountid", .type = FieldType::kUniqueIdentifier};
  account.fields["name"] = {.name = "name"};
  auto database = Database::Open(box.crm().options().file, Database::Use::kReadOnly);
  ASSERT_TRUE(database);
  int done = 0;
  int unknown = 0;
  for (int i = 0; i < 60; ++i) {
    const auto result = me.server->Write({.operations = {{.kind = Op::kCreate,
                                                          .entity = "account",
                                                          .id = NewId(i + 1),
                                                          .values = {{"name", std::string("x")}}}}},
                                         schema, {});
    ASSERT_TRUE(result) << result.error().message;
    const Kind kind = result->front().kind;
    done += kind == Kind::kDone;
    unknown += kind == Kind::kUnknown;
    EXPECT_TRUE(kind == Kind::kDone || kind == Kind::kUnknown) << result->front().error.message;
  }
  EXPECT_GT(done, 5);
  EXPECT_GT(unknown, 5);
  EXPECT_EQ(me.transport.sent.size(), 60u);  // Each exactly once.
}

}  // namespace
}  // namespace satchel
