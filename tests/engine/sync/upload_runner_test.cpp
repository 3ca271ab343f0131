// The outbox against a server in memory: arrange edits, upload, compare both sides.
#include "engine/sync/upload_runner.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/store/condense.h"
#include "engine/store/conflict.h"
#include "engine/sync/tuning.h"
#include "tests/engine/sync/upload_company.h"

namespace satchel {
namespace {

using Text = std::string;
using Fault = FakeServer::WriteFault;
using Company = UploadCompany;

TEST(Upload, SendsWhatWasChangedAndTakesTheNewVersion) {
  Company it;
  it.Edit("name", "Alza.cz");
  const Text id = *it.edits.Create(
      "contact", {{"fullname", "Eva"}, {"parentcustomerid", "account/" + TextOf('a', 1)}});
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 2)));
  const UploadOutcome outcome = it.Upload();
  EXPECT_FALSE(outcome.stopped) << outcome.stopped->message;
  EXPECT_EQ(outcome.sent, 3);
  EXPECT_EQ(outcome.requests, 1);
  EXPECT_EQ(outcome.waiting, 0);
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Alza.cz")));
  EXPECT_EQ(it.Theirs("contact", IdOf('e', 1), "parentcustomerid@type"), Value(Text("account")));
  EXPECT_EQ(it.server.Find("account", IdOf('a', 2)), nullptr);
  EXPECT_EQ(it.Version(), it.ServerVersion());
  EXPECT_EQ(it.Row("contact", *ParseGuid(id))->version(),
            std::to_string(it.server.VersionOf("contact", IdOf('e', 1))));
  it.ExpectSound();
}

TEST(Upload, NothingToSendAsksTheServerNothing) {
  Company it;
  EXPECT_EQ(it.Upload().requests, 0);
  EXPECT_EQ(it.server.write_calls + it.server.pages_read, 0);
}

TEST(Upload, SendsAssociations) {
  Company it;
  it.Both("campaign_account", IdOf('b', 1),
          {{"campaignid", IdOf('f', 1)}, {"accountid", IdOf('a', 1)}});
  ASSERT_TRUE(it.edits.Disassociate(
      "campaign_account", {{"campaignid", TextOf('f', 1)}, {"accountid", TextOf('a', 1)}}));
  ASSERT_TRUE(it.edits.Associate("campaign_account",
                                 {{"campaignid", TextOf('f', 2)}, {"accountid", TextOf('a', 1)}}));
  EXPECT_EQ(it.Upload().sent, 2);
  EXPECT_EQ(it.server.Find("campaign_account", IdOf('b', 1)), nullptr);
  EXPECT_EQ(it.server.Count("campaign_account"), 1u);
}

// B52, B53: whatever stopped an upload, the next one sends what is left.
TEST(Upload, B52B53AFailedUploadIsSentByTheNext) {
  Company it;
  it.Edit("name", "Alza.cz");
  it.server.write_fault = [](int call) { return call == 1 ? Fault{Fault::Kind::kAway} : Fault{}; };
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.stopped->code, ErrorCode::kOffline);
  EXPECT_EQ(outcome.waiting, 1);
  EXPECT_EQ(it.Only().attempts, 0);
  EXPECT_EQ(it.Upload().sent, 1);
}

// B56, I12: an edit made while the one before is on its way.
TEST(Upload, B56AnEditMadeDuringTheUploadIsSentAfterItOnTheNewVersion) {
  Company it;
  it.Edit("name", "One");
  it.During([&](LocalEdits& user) {
    ASSERT_TRUE(user.Edit("account", TextOf('a', 1), {{"name", "Two"}, {"revenue", "7"}}));
  });
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.sent, 2);
  EXPECT_EQ(outcome.conflicts + outcome.dropped, 0);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Two")));
  EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{700}));
  EXPECT_EQ(it.Ours("name"), Value(Text("Two")));
  EXPECT_EQ(it.Version(), it.ServerVersion());
}

TEST(Upload, AnEditThatMovesAnEntryBehindAnotherIsNotSentTooEarly) {
  Company it;
  it.Edit("name", "One");
  // More than one batch, so that the last ones are planned and not sent when the user edits.
  std::vector<Text> ids;
  for (std::size_t i = 0; i <= kOperationsPerBatch; ++i) {
    ids.push_back(*it.edits.Create("account", {{"name", "New"}}));
  }
  Text late;
  it.During([&](LocalEdits& user) {
    late = *user.Create("account", {{"name", "Late parent"}});
    ASSERT_TRUE(user.Edit("account", ids.back(), {{"parentaccountid", late}}));
  });
  it.server.refuse = [&](const WriteOperation& operation) -> std::optional<WriteResult> {
    for (const FieldValue& value : operation.values) {
      if (value.field != "parentaccountid") continue;
      if (!it.server.Find("account", value.value)) {
        return WriteResult{.kind = WriteResult::Kind::kRejected, .error = {{}, "no parent"}};
      }
    }
    return std::nullopt;
  };
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.parked, 0);
  EXPECT_EQ(outcome.waiting, 0);
  EXPECT_EQ(it.server.Count("account"), kOperationsPerBatch + 4);
}

// B57, B58: parents first, circles as create then link, deletions in reverse.
TEST(Upload, B57B58RecordsThatPointAtEachOtherAllArrive) {
  Company it;
  const Text account = *it.edits.Create("account", {{"name", "Firm"}});
  const Text contact = *it.edits.Create(
      "contact", {{"fullname", "Eva"}, {"parentcustomerid", "account/" + account}});
  ASSERT_TRUE(it.edits.Edit("account", account,
                            {{"primarycontactid", contact}, {"parentaccountid", account}}));
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.parked, 0);
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.Theirs("account", IdOf('e', 1), "primarycontactid"), Value(IdOf('e', 2)));
  EXPECT_EQ(it.Theirs("account", IdOf('e', 1), "parentaccountid"), Value(IdOf('e', 1)));
  EXPECT_EQ(it.At("account", IdOf('e', 1), "primarycontactid"), Value(IdOf('e', 2)));
}

// B60, I15: the refused one is put aside with the server's words; the rest goes through.
TEST(Upload, B60ARefusedChangeIsPutAsideAndOnlyItsDependantsWait) {
  Company it;
  const Text bad = *it.edits.Create("account", {{"name", "Bad"}});
  ASSERT_TRUE(it.edits.Create("account", {{"name", "Child"}, {"parentaccountid", bad}}));
  it.Edit("name", "Good");
  it.server.refuse = [](const WriteOperation& operation) -> std::optional<WriteResult> {
    if (operation.values.empty() || operation.values[0].value != Value(Text("Bad"))) return {};
    return WriteResult{.kind = WriteResult::Kind::kRejected, .error = {{}, "name is taken"}};
  };
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.parked, 1);
  EXPECT_EQ(outcome.waiting, 1);
  EXPECT_EQ(outcome.sent, 1);
  const auto errors = ReadOutbox(it.database, EntryState::kError);
  ASSERT_EQ(errors->size(), 1u);
  EXPECT_EQ(errors->front().message, "name is taken");
  // It is not sent again by itself; the user mends it, and the child follows.
  EXPECT_EQ(it.Upload().requests, 0);
  ASSERT_TRUE(it.edits.Edit("account", bad, {{"name", "Mended"}}));
  EXPECT_EQ(it.Upload().sent, 2);
  EXPECT_EQ(it.Outbox().size(), 0u);
}

// What points at itself is sent as create then link: when the create is refused, the link is no
// change of the user's that might have mended it.
TEST(Upload, B60ARefusedRecordThatPointsAtItselfIsPutAside) {
  Company it;
  const Text bad = *it.edits.Create("account", {{"name", "Bad"}});
  ASSERT_TRUE(it.edits.Edit("account", bad, {{"parentaccountid", bad}}));
  it.server.refuse = [](const WriteOperation&) -> std::optional<WriteResult> {
    return WriteResult{.kind = WriteResult::Kind::kRejected, .error = {{}, "name is taken"}};
  };
  EXPECT_EQ(it.Upload().requests, 1);
  EXPECT_EQ(it.Upload().requests, 0);
  const auto errors = ReadOutbox(it.database, EntryState::kError);
  ASSERT_EQ(errors->size(), 1u);
  EXPECT_EQ(errors->front().message, "name is taken");
  const auto& changes = errors->front().changes;
  EXPECT_TRUE(std::any_of(changes.begin(), changes.end(), [](const FieldChange& change) {
    return change.field == "parentaccountid";
  })) << "the link stays with it";
}

TEST(Upload, ARefusedChangeIsRetriedOrDiscardedByTheUser) {
  for (const bool retry : {true, false}) {
    Company it;
    bool refuse = true;
    it.server.refuse = [&](const WriteOperation&) -> std::optional<WriteResult> {
      if (!refuse) return {};
      return WriteResult{.kind = WriteResult::Kind::kRejected, .error = {{}, "not now"}};
    };
    it.Edit("name", "New");
    EXPECT_EQ(it.Upload().parked, 1);
    refuse = false;
    const std::int64_t seq = it.Only().seq;
    if (retry) {
      ASSERT_TRUE(RetryEntry(it.database, seq));
      EXPECT_EQ(it.Upload().sent, 1);
      EXPECT_EQ(it.OnServer("name"), Value(Text("New")));
    } else {
      ASSERT_TRUE(DiscardEntry(it.database, seq));
      EXPECT_EQ(it.Ours("name"), Value(Text("Alza")));
    }
    EXPECT_EQ(it.Outbox().size(), 0u);
    EXPECT_EQ(RetryEntry(it.database, seq).error().code, ErrorCode::kNotFound);
  }
}

// B54: a field the device or the server no longer has.
TEST(Upload, B54AFieldTheServerNoLongerHasIsARefusalAndNotALoop) {
  Company it;
  it.Edit("revenue", "5");
  auto entry = it.Only();
  ChangeOf(entry, "nickname").mine = Text("Al");
  ASSERT_TRUE(PutEntry(it.database, entry));
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.parked, 1);
  EXPECT_EQ(it.Only().message, "account.nickname: the server no longer has this field");
  EXPECT_EQ(it.Upload().requests, 0);
}

TEST(Upload, AFieldTheDeviceNoLongerKeepsIsStillSent) {
  Company it;
  it.Edit("founded", "2001-02-03");
  ASSERT_TRUE(
      it.database.Execute("ALTER TABLE account DROP COLUMN founded;"
                          "DELETE FROM \"@field\" WHERE name='founded'"));
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("founded"), Value(ParseDay("2001-02-03")->days));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

// B61, I18: the sign-in is no fault of the changes.
TEST(Upload, B61AnExpiredSignInLeavesTheOutboxAsItIs) {
  Company it;
  it.Edit("name", "New");
  it.server.write_fault = [](int) { return Fault{Fault::Kind::kAway}; };
  const auto before = it.Only();
  for (int i = 0; i < 3 * kMaxAttempts; ++i) EXPECT_TRUE(it.Upload().stopped);
  const auto after = it.Only();
  EXPECT_EQ(after.state, EntryState::kWaiting);
  EXPECT_EQ(after.attempts, 0);
  EXPECT_EQ(after.changes, before.changes);
}

// B62, I16: another user signs in on the same device.
TEST(Upload, B62AnotherUsersOutboxIsNeitherSentNorDeleted) {
  Company it;
  it.Edit("name", "New");
  it.identity.user_id = "u2";
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.stopped->code, ErrorCode::kDenied);
  EXPECT_EQ(it.server.write_calls, 0);
  EXPECT_EQ(it.Outbox().size(), 1u);
  it.identity = {.user_id = "u1", .organization_id = "o2"};
  EXPECT_EQ(it.Upload().stopped->code, ErrorCode::kDenied);
  EXPECT_EQ(it.server.write_calls, 0);
}

// Some services know no users: whoever signs in has no name.
TEST(Upload, SendsTheChangesOfANamelessUser) {
  Company it;
  ASSERT_TRUE(WriteMeta(it.database, "user", ""));
  it.identity.user_id = "";
  it.Edit("name", "New");
  const UploadOutcome outcome = it.Upload();
  EXPECT_FALSE(outcome.stopped) << outcome.stopped->message;
  EXPECT_EQ(it.OnServer("name"), Value(Text("New")));
}

TEST(Upload, ServerWinsDropsTheChangeAndKeepsItsPayload) {
  Company it;
  it.Edit("name", "Mine");
  it.TheyWrite("Theirs", 500);
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.dropped, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Theirs")));
  EXPECT_EQ(it.Ours("name"), Value(Text("Theirs")));
  EXPECT_EQ(it.Ours("revenue"), Value(std::int64_t{500}));
  EXPECT_EQ(it.Version(), it.ServerVersion());
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.state, EntryState::kDropped);
  EXPECT_EQ(FindChange(entry, "name")->mine, Value(Text("Mine")));
  EXPECT_EQ(FindChange(entry, "name")->theirs, Value(Text("Theirs")));
  EXPECT_EQ(it.Upload().requests, 0);
  // A new edit of the record starts afresh.
  it.Edit("name", "Again");
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Again")));
}

TEST(Upload, ServerWinsBringsADeletedRecordBack) {
  Company it;
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  it.TheyWrite("Theirs", 500);
  EXPECT_EQ(it.Upload().dropped, 1);
  EXPECT_EQ(it.Ours("name"), Value(Text("Theirs")));
  EXPECT_EQ(it.OnServer("name"), Value(Text("Theirs")));
  it.ExpectSound();
}

TEST(Upload, ServerWinsDropsAChangeOfARecordDeletedThere) {
  Company it;
  it.Edit("name", "Mine");
  it.TheyDelete();
  EXPECT_EQ(it.Upload().dropped, 1);
  EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
  EXPECT_EQ(it.server.Find("account", IdOf('a', 1)), nullptr);
  EXPECT_EQ(FindChange(it.Only(), "name")->mine, Value(Text("Mine")));
}

TEST(Upload, DeviceWinsOverwritesOnlyWhatWasChangedHere) {
  Company it;
  it.Rule(ConflictRule::kDeviceWins);
  it.Edit("name", "Mine");
  it.TheyWrite("Theirs", 500);
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{500}));
  EXPECT_EQ(it.Ours("revenue"), Value(std::int64_t{500}));
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.Version(), it.ServerVersion());
}

TEST(Upload, DeviceWinsFullOverwritesTheWholeRecord) {
  Company it;
  it.Rule(ConflictRule::kDeviceWinsFull);
  it.Edit("name", "Mine");
  it.TheyWrite("Theirs", 500);
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{100}));
  EXPECT_EQ(it.Ours("revenue"), Value(std::int64_t{100}));
}

TEST(Upload, DeviceWinsDeletesWhatWasChangedThere) {
  for (const ConflictRule rule : {ConflictRule::kDeviceWins, ConflictRule::kDeviceWinsFull}) {
    Company it;
    it.Rule(rule);
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    it.TheyWrite("Theirs", 500);
    EXPECT_EQ(it.Upload().sent, 1);
    EXPECT_EQ(it.server.Find("account", IdOf('a', 1)), nullptr);
    EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
  }
}

TEST(Upload, DeviceWinsFullMakesARecordAgainThatWasDeletedThere) {
  Company it;
  it.Rule(ConflictRule::kDeviceWinsFull);
  it.Edit("name", "Mine");
  it.TheyDelete();
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{100}));
  EXPECT_EQ(it.Ours("name"), Value(Text("Mine")));
}

TEST(Upload, DeviceWinsAsksTheUserAboutARecordDeletedThere) {
  Company it;
  it.Rule(ConflictRule::kDeviceWins);
  it.Edit("name", "Mine");
  it.TheyDelete();
  EXPECT_EQ(it.Upload().conflicts, 1);
  EXPECT_EQ(it.Only().state, EntryState::kConflict);
  EXPECT_TRUE(it.Only().theirs_gone);
  EXPECT_EQ(it.Ours("name"), Value(Text("Mine"))) << "the user's work stays in sight";
}

struct ManualConflict : Company {
  std::int64_t seq = 0;
  ManualConflict() {
    Rule(ConflictRule::kManual);
    EXPECT_TRUE(edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}, {"tags", "1"}}));
    TheyWrite("Theirs", 500);
    server.Put("account", IdOf('a', 1), {{"tags", Text(",3,")}});
    EXPECT_EQ(Upload().conflicts, 1);
    seq = Only().seq;
  }
};

TEST(Upload, ManualKeepsBothVersions) {
  ManualConflict it;
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.state, EntryState::kConflict);
  EXPECT_EQ(entry.their_version, it.ServerVersion());
  EXPECT_EQ(FindChange(entry, "name")->mine, Value(Text("Mine")));
  EXPECT_EQ(FindChange(entry, "name")->theirs, Value(Text("Theirs")));
  EXPECT_EQ(it.Ours("name"), Value(Text("Mine")));
  EXPECT_EQ(it.Ours("revenue"), Value(std::int64_t{500})) << "nobody disputes it";
  EXPECT_EQ(it.Upload().requests, 0) << "it waits for the user";
}

TEST(Upload, ManualResolvedAsMineIsSentOnTheirVersion) {
  ManualConflict it;
  ASSERT_TRUE(ResolveConflict(it.database, it.seq, Keep::kMine));
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{500}));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

TEST(Upload, ManualResolvedAsTheirsShowsTheirs) {
  ManualConflict it;
  ASSERT_TRUE(ResolveConflict(it.database, it.seq, Keep::kTheirs));
  EXPECT_EQ(it.Ours("name"), Value(Text("Theirs")));
  EXPECT_EQ(it.Ours("tags"), Value(Text(",3,")));
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(ResolveConflict(it.database, it.seq, Keep::kTheirs).error().code, ErrorCode::kNotFound);
}

TEST(Upload, ManualResolvedFieldByField) {
  ManualConflict it;
  EXPECT_EQ(
      ResolveConflict(it.database, it.seq, {{"revenue", Keep::kMine}}, Keep::kTheirs).error().code,
      ErrorCode::kNotFound);
  ASSERT_TRUE(ResolveConflict(it.database, it.seq, {{"tags", Keep::kTheirs}}, Keep::kMine));
  EXPECT_EQ(it.Ours("tags"), Value(Text(",3,")));
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.OnServer("tags"), Value(Text(",3,")));
}

// What the user changes while it waits for a decision is decided with it.
TEST(Upload, AFieldEditedDuringAConflictShowsWhatTheServerHas) {
  ManualConflict it;
  it.Edit("revenue", "7");
  EXPECT_EQ(FindChange(it.Only(), "revenue")->theirs, Value(std::int64_t{500}));
  ASSERT_TRUE(ResolveConflict(it.database, it.seq, {{"name", Keep::kMine}}, Keep::kTheirs));
  EXPECT_EQ(it.Ours("revenue"), Value(std::int64_t{500}));
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{500}));
}

TEST(Upload, AConflictMayComeBack) {
  ManualConflict it;
  ASSERT_TRUE(ResolveConflict(it.database, it.seq, Keep::kMine));
  it.TheyWrite("Theirs again", 600);
  EXPECT_EQ(it.Upload().conflicts, 1);
  EXPECT_EQ(FindChange(it.Only(), "name")->theirs, Value(Text("Theirs again")));
}

struct ConflictWithADeletion : Company {
  ConflictWithADeletion() {
    Rule(ConflictRule::kManual);
    Edit("name", "Mine");
    TheyDelete();
    EXPECT_EQ(Upload().conflicts, 1);
  }
};

TEST(Upload, AConflictWithADeletionIsResolvedBothWays) {
  for (const Keep keep : {Keep::kMine, Keep::kTheirs}) {
    ConflictWithADeletion it;
    const std::int64_t seq = it.Only().seq;
    EXPECT_EQ(ResolveConflict(it.database, seq, {}, keep).error().code, ErrorCode::kInvalid);
    ASSERT_TRUE(ResolveConflict(it.database, seq, keep));
    it.UploadAll();
    EXPECT_EQ(it.Outbox().size(), 0u);
    if (keep == Keep::kMine) {
      EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
      EXPECT_EQ(it.OnServer("revenue"), Value(std::int64_t{100}));
    } else {
      EXPECT_EQ(it.server.Find("account", IdOf('a', 1)), nullptr);
      EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
    }
  }
}

TEST(Upload, ADeletionInConflictIsResolvedBothWays) {
  for (const Keep keep : {Keep::kMine, Keep::kTheirs}) {
    Company it;
    it.Rule(ConflictRule::kManual);
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    it.TheyWrite("Theirs", 500);
    EXPECT_EQ(it.Upload().conflicts, 1);
    EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
    EXPECT_EQ(FindChange(it.Only(), "name")->theirs, Value(Text("Theirs")));
    ASSERT_TRUE(ResolveConflict(it.database, it.Only().seq, keep));
    it.UploadAll();
    EXPECT_EQ(it.Outbox().size(), 0u);
    EXPECT_EQ(it.server.Find("account", IdOf('a', 1)) == nullptr, keep == Keep::kMine);
    EXPECT_EQ(it.Ours("name"), keep == Keep::kMine ? Value() : Value(Text("Theirs")));
    it.ExpectSound();
  }
}

TEST(Upload, B49BothSidesDeletedIt) {
  for (const ConflictRule rule : {ConflictRule::kServerWins, ConflictRule::kDeviceWins,
                                  ConflictRule::kDeviceWinsFull, ConflictRule::kManual}) {
    Company it;
    it.Rule(rule);
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    it.TheyDelete();
    EXPECT_EQ(it.Upload().sent, 1);
    EXPECT_EQ(it.Outbox().size(), 0u);
  }
}

// A read side that lags shows a record no more or not yet, which looks like a deletion. What the
// user deletes then is deleted, when it is shown again.
TEST(Upload, B49ADeletionIsNotLostWhenItsRecordOnlySeemedToBeGone) {
  for (const bool shown_again : {true, false}) {
    Company it;
    it.Rule(ConflictRule::kDeviceWins);
    it.Edit("name", "Mine");
    it.TheyDelete();
    EXPECT_EQ(it.Upload().conflicts, 1);
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    EXPECT_EQ(it.Only().kind, ChangeKind::kDelete);
    EXPECT_EQ(it.Only().state, EntryState::kWaiting);
    if (shown_again) it.TheyWrite("Alza", 100);
    const UploadOutcome outcome = it.Upload();
    EXPECT_EQ(outcome.sent, 1) << "it was looked for when the conflict was met, and now";
    EXPECT_EQ(outcome.conflicts + outcome.waiting, 0);
    EXPECT_EQ(it.Outbox().size(), 0u);
    EXPECT_EQ(it.server.Find("account", IdOf('a', 1)), nullptr);
    it.ExpectSound();
  }
}

// Without a conflict nobody has looked for it before: once is not enough to send it unguarded.
TEST(Upload, B49ADeletionWithoutAVersionWaitsOnceForARecordThatIsNotShown) {
  for (const bool shown_again : {true, false}) {
    Company it;
    it.Rule(ConflictRule::kManual);
    it.server.tells_versions = false;
    it.Edit("name", "One");
    EXPECT_EQ(it.Upload().sent, 1);
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    it.TheyDelete();
    EXPECT_EQ(it.Upload().waiting, 1);
    EXPECT_EQ(it.Only().state, EntryState::kWaiting);
    if (shown_again) it.TheyWrite("Theirs", 500);
    const UploadOutcome outcome = it.Upload();
    EXPECT_EQ(outcome.conflicts, shown_again ? 1 : 0) << "nobody's work goes unseen";
    EXPECT_EQ(outcome.sent, shown_again ? 0 : 1);
  }
}

// B55, I21: somebody who writes faster than we do.
TEST(Upload, B55AnEndlessConflictIsParkedAndNotRetriedForEver) {
  Company it;
  it.Rule(ConflictRule::kDeviceWins);
  it.Edit("name", "Mine");
  int writes = 0;
  it.server.on_call = [&](std::string_view call) {
    if (call == "Write") it.TheyWrite("Theirs " + std::to_string(++writes), 500);
  };
  const UploadOutcome outcome = it.Upload();
  EXPECT_EQ(outcome.conflicts, 1);
  EXPECT_EQ(it.server.write_calls, kMaxConflictRounds + 1);
  EXPECT_EQ(it.Only().state, EntryState::kConflict);
}

TEST(Upload, AServerThatTellsNoVersionsIsNeverOverwrittenBlindly) {
  Company it;
  it.server.tells_versions = false;
  it.Edit("name", "One");
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.Version(), "") << "to be read back";
  it.Edit("name", "Two");
  EXPECT_EQ(it.Upload().sent, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Two")));
  it.Edit("name", "Three");
  it.TheyWrite("Theirs", 500);
  EXPECT_EQ(it.Upload().dropped, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Theirs")));
}

// Tables without optimistic concurrency refuse If-Match (0x8006088D).
TEST(Upload, ComparesWhatTheServerDoesNotCompareBeforeItWrites) {
  Company it;
  it.server.takes_preconditions = false;
  it.Edit("name", "Mine");
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 2)));
  UploadOutcome outcome = it.Upload();
  EXPECT_FALSE(outcome.stopped) << outcome.stopped->message;
  EXPECT_EQ(outcome.sent, 2);
  EXPECT_EQ(it.server.write_calls, 2);  // Refused, looked at, sent without.
  EXPECT_EQ(it.OnServer("name"), Value(Text("Mine")));
  EXPECT_EQ(it.Outbox().size(), 0u);

  it.Edit("name", "Mine again");
  it.TheyWrite("Theirs", 500);
  outcome = it.Upload();
  EXPECT_EQ(outcome.dropped, 1);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Theirs")));
}

TEST(Upload, AnEditMadeWhileItIsComparedIsComparedToo) {
  Company it;
  it.server.takes_preconditions = false;
  it.Edit("name", "One");
  it.server.on_call = [&it, done = false](std::string_view call) mutable {
    if (call != "ReadPage" || done) return;
    done = true;
    Database connection = it.Connect();
    LocalEdits user(connection, it.policy,
                    {.new_id = [] { return IdOf('e', 9); }, .now = [] { return Instant(); }});
    ASSERT_TRUE(user.Edit("account", TextOf('a', 1), {{"name", "Two"}}));
  };
  const UploadOutcome outcome = it.Upload();
  EXPECT_FALSE(outcome.stopped);
  EXPECT_EQ(it.OnServer("name"), Value(Text("Two")));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

TEST(Upload, ATextKeySomebodyElseUsedIsAConflict) {
  for (const ConflictRule rule : {ConflictRule::kServerWins, ConflictRule::kDeviceWins}) {
    Company it;
    it.Rule(rule);
    ASSERT_TRUE(it.edits.Create("currency", {{"code", "CZK"}, {"name", "Mine"}}));
    it.server.Put("currency", Text("CZK"), {{"name", Text("Theirs")}});
    it.UploadAll();
    const bool ours = rule == ConflictRule::kDeviceWins;
    EXPECT_EQ(it.Theirs("currency", Text("CZK"), "name"), Value(Text(ours ? "Mine" : "Theirs")));
    EXPECT_EQ(it.At("currency", Text("CZK"), "name"), Value(Text(ours ? "Mine" : "Theirs")));
  }
}

// The user decides about a key that two chose, as about any conflict.
TEST(Upload, ATextKeySomebodyElseUsedIsResolvedBothWays) {
  for (const Keep keep : {Keep::kMine, Keep::kTheirs}) {
    Company it;
    it.Rule(ConflictRule::kManual);
    ASSERT_TRUE(it.edits.Create("currency", {{"code", "CZK"}, {"name", "Mine"}}));
    it.server.Put("currency", Text("CZK"), {{"name", Text("Theirs")}});
    EXPECT_EQ(it.Upload().conflicts, 1);
    ASSERT_TRUE(ResolveConflict(it.database, it.Only().seq, keep));
    it.UploadAll();
    const Value name = Text(keep == Keep::kMine ? "Mine" : "Theirs");
    EXPECT_EQ(it.Theirs("currency", Text("CZK"), "name"), name);
    EXPECT_EQ(it.At("currency", Text("CZK"), "name"), name);
    EXPECT_EQ(it.Outbox().size(), 0u);
    it.ExpectSound();
  }
}

// Two devices may make the same record again.
TEST(Upload, ARecordThatOthersMadeAgainTooIsResolvedBothWays) {
  for (const Keep keep : {Keep::kMine, Keep::kTheirs}) {
    ConflictWithADeletion it;
    ASSERT_TRUE(ResolveConflict(it.database, it.Only().seq, Keep::kMine));
    it.TheyWrite("Theirs", 500);
    EXPECT_EQ(it.Upload().conflicts, 1);
    ASSERT_TRUE(ResolveConflict(it.database, it.Only().seq, keep));
    it.UploadAll();
    const Value name = Text(keep == Keep::kMine ? "Mine" : "Theirs");
    EXPECT_EQ(it.OnServer("name"), name);
    EXPECT_EQ(it.Ours("name"), name);
    EXPECT_EQ(it.Outbox().size(), 0u);
    it.ExpectSound();
  }
}

TEST(Upload, DiscardingUndoesEveryKindOfChange) {
  Company it;
  it.Edit("name", "Mine");
  ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
  EXPECT_EQ(it.Ours("name"), Value(Text("Alza")));
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
  EXPECT_EQ(it.Ours("name"), Value(Text("Alza")));
  EXPECT_EQ(it.Version(), it.ServerVersion());
  ASSERT_TRUE(it.edits.Create("account", {{"name", "New"}}));
  ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
  EXPECT_FALSE(it.Row("account", IdOf('e', 1)));
  EXPECT_EQ(it.Outbox().size(), 0u);
  it.ExpectSound();
}

TEST(Upload, TellsHowFarItIs) {
  Company it;
  it.Edit("name", "Mine");
  std::vector<SyncProgress> seen;
  (void)RunUpload({.policy = it.policy, .schema = CompanySchema(), .identity = it.identity},
                  it.server, it.database, [&](const SyncProgress& at) { seen.push_back(at); }, {});
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().step, SyncProgress::Step::kUploading);
  EXPECT_EQ(seen.back().records, 1);
  EXPECT_EQ(seen.back().total_records, 1);
}

}  // namespace
}  // namespace satchel
