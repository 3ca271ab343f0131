// Changes whose answer was lost, and what becomes of them and of what their user changes next.
#include <gtest/gtest.h>

#include "engine/store/conflict.h"
#include "engine/store/overlay.h"
#include "engine/sync/tuning.h"
#include "engine/sync/upload_runner.h"
#include "tests/engine/sync/upload_company.h"

namespace satchel {
namespace {

using Text = std::string;
using Fault = FakeServer::WriteFault;
using Company = UploadCompany;

// B50, B51, I14: whatever answer is lost, and wherever, the effect is there exactly once.
TEST(LostAnswer, B50LostAnswersAtEveryPointLeaveOneRecordEach) {
  for (const bool tells_versions : {true, false}) {
    for (const Fault::Kind kind :
         {Fault::Kind::kAway, Fault::Kind::kLostBefore, Fault::Kind::kLostAfter}) {
      for (int call = 1; call <= 3; ++call) {
        for (std::size_t after = 0; after < 4; ++after) {
          SCOPED_TRACE(std::to_string(tells_versions) + " fault " +
                       std::to_string(static_cast<int>(kind)) + " at call " + std::to_string(call) +
                       " after " + std::to_string(after));
          Company it;
          it.server.tells_versions = tells_versions;
          it.server.write_fault = [&](int at) { return at == call ? Fault{kind, after} : Fault{}; };
          it.Edit("name", "Alza.cz");
          const Text parent = *it.edits.Create("account", {{"name", "Parent"}});
          const Text child =
              *it.edits.Create("account", {{"name", "Child"}, {"parentaccountid", parent}});
          ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 2)));
          EXPECT_LE(it.UploadAll(), 2);
          EXPECT_EQ(it.Outbox().size(), 0u);
          EXPECT_EQ(it.server.Count("account"), 3u);
          EXPECT_EQ(it.Created(parent), 1);
          EXPECT_EQ(it.Created(child), 1);
          EXPECT_EQ(it.OnServer("name"), Value(Text("Alza.cz")));
          EXPECT_EQ(it.Theirs("account", IdOf('e', 2), "parentaccountid"), Value(IdOf('e', 1)));
          it.ExpectSound();
        }
      }
    }
  }
}

// B42: killed between the server's doing it and our writing it down.
TEST(LostAnswer, B42WhatWasOnItsWayWhenKilledIsAskedAboutFirst) {
  for (const Fault::Kind kind : {Fault::Kind::kLostBefore, Fault::Kind::kLostAfter}) {
    Company it;
    it.Edit("name", "Alza.cz");
    const Text id = *it.edits.Create("account", {{"name", "New"}});
    it.server.write_fault = [&](int call) {
      if (call > 1) return Fault{};
      it.stop.request_stop();  // Nothing more is asked of the server by this process.
      return Fault{kind, 0};
    };
    EXPECT_EQ(it.Upload().stopped->code, ErrorCode::kCancelled);
    EXPECT_EQ(CountOutbox(it.database)->sending, 2);
    it.stop = {};
    const UploadOutcome outcome = it.Upload();
    EXPECT_FALSE(outcome.stopped);
    EXPECT_EQ(outcome.waiting, 0);
    EXPECT_EQ(it.Created(id), 1);
    EXPECT_EQ(it.OnServer("name"), Value(Text("Alza.cz")));
    EXPECT_EQ(it.server.write_calls, kind == Fault::Kind::kLostBefore ? 2 : 1);
    EXPECT_EQ(it.Version(), it.ServerVersion());
  }
}

// The user went on from what he sent; what others wrote after that he has not seen.
TEST(LostAnswer, B42WhatOthersWroteAfterALostAnswerIsNotOverwrittenByALaterEdit) {
  for (const bool create : {true, false}) {
    for (const bool removes : {true, false}) {
      SCOPED_TRACE(std::to_string(create) + std::to_string(removes));
      Company it;
      it.Rule(ConflictRule::kManual);
      // What the server gives a new record is nobody's work.
      it.server.fills_in = {{"statecode", std::int64_t{0}}};
      const Text id = create ? *it.edits.Create("account", {{"name", "One"}, {"revenue", "1"}})
                             : TextOf('a', 1);
      if (!create) it.Edit("name", "One");
      it.SendAndDie();
      if (removes) {
        ASSERT_TRUE(it.edits.Delete("account", id));
      } else {
        ASSERT_TRUE(it.edits.Edit("account", id, {{"revenue", "7"}}));
      }
      const Value key = *ParseGuid(id);
      it.server.Put("account", key, {{"revenue", std::int64_t{900}}});
      const UploadOutcome outcome = it.Upload();
      EXPECT_EQ(outcome.conflicts, 1);
      EXPECT_EQ(it.Theirs("account", key, "revenue"), Value(std::int64_t{900}));
      EXPECT_EQ(it.Theirs("account", key, "name"), Value(Text("One")));
      EXPECT_EQ(it.Only().state, EntryState::kConflict);
    }
  }
}

// A read side that lags does not show what arrived. "It exists already" is then the server's word
// for the create as it was sent, and not for what its user did since.
TEST(LostAnswer, B42ACreateThatIsNotShownIsNotMixedWithWhatTheUserDoesNext) {
  for (const bool removes : {true, false}) {
    SCOPED_TRACE(removes);
    Company it;
    bool shown = false;
    it.server.readable = [&](const Text&, const Value&) { return shown; };
    const Text id = *it.edits.Create("account", {{"name", "One"}});
    it.SendAndDie();
    if (removes) {
      ASSERT_TRUE(it.edits.Delete("account", id));
    } else {
      ASSERT_TRUE(it.edits.Edit("account", id, {{"name", "Two"}}));
    }
    const UploadOutcome unseen = it.Upload();
    EXPECT_EQ(unseen.sent, 1) << "the create";
    EXPECT_EQ(unseen.waiting, 1);
    EXPECT_EQ(unseen.dropped + unseen.conflicts + unseen.parked, 0);
    EXPECT_EQ(it.Created(id), 1);
    shown = true;
    EXPECT_EQ(it.Upload().sent, 1);
    EXPECT_EQ(it.Outbox().size(), 0u);
    const Value key = *ParseGuid(id);
    if (removes) {
      EXPECT_EQ(it.server.Find("account", key), nullptr);
    } else {
      EXPECT_EQ(it.Theirs("account", key, "name"), Value(Text("Two")));
    }
  }
}

// For so long as a read side may lag. A record that does not come then is gone, and the edit of it
// is not to wait until it is given up.
TEST(LostAnswer, B59AnEditOfARecordThatNeverComesMeetsTheRuleInTheEnd) {
  Company it;
  it.Rule(ConflictRule::kServerWins);
  it.server.tells_versions = false;
  const Text id = *it.edits.Create("account", {{"name", "One"}});
  EXPECT_EQ(it.Upload().sent, 1);
  it.server.Remove("account", *ParseGuid(id));
  ASSERT_TRUE(it.edits.Edit("account", id, {{"name", "Two"}}));
  for (std::int64_t downloads = 0; downloads <= kDownloadsThatMayLag; ++downloads) {
    const UploadOutcome unseen = it.Upload();
    EXPECT_EQ(unseen.waiting, 1) << downloads << " downloads came without it";
    EXPECT_EQ(unseen.dropped, 0);
    ASSERT_TRUE(ReleaseWritten(it.database, "account", {}));
  }
  EXPECT_EQ(it.Upload().dropped, 1);
  EXPECT_EQ(it.Only().state, EntryState::kDropped);
  EXPECT_EQ(it.Only().message, "the record was deleted on the server");
}

// The update met what looks like a deletion. That its user deleted the record since is no less to
// be told to the server, which alone knows whether it is there.
TEST(LostAnswer, B42ADeletionAfterAnUncertainUpdateIsSentWhateverTheRule) {
  for (const ConflictRule rule : {ConflictRule::kServerWins, ConflictRule::kDeviceWins,
                                  ConflictRule::kDeviceWinsFull, ConflictRule::kManual}) {
    SCOPED_TRACE(static_cast<int>(rule));
    Company it;
    it.Rule(rule);
    it.Edit("name", "One");
    it.SendAndDie();
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    it.server.readable = [](const Text&, const Value&) { return false; };
    const UploadOutcome unseen = it.Upload();
    EXPECT_EQ(unseen.dropped + unseen.conflicts + unseen.parked, 0);
    EXPECT_EQ(unseen.waiting, 1) << "it is looked for twice";
    EXPECT_EQ(it.Only().kind, ChangeKind::kDelete);
    EXPECT_EQ(it.Upload().sent, 1);
    EXPECT_EQ(it.server.Find("account", IdOf('a', 1)), nullptr);
    EXPECT_EQ(it.Outbox().size(), 0u);
  }
}

// A create that was given up may be there all the same, as it was then.
TEST(LostAnswer, B42WhatIsMadeOfACreateThatWasGivenUpIsNotTakenForArrived) {
  for (const bool removes : {true, false}) {
    SCOPED_TRACE(removes);
    Company it;
    it.Rule(ConflictRule::kDeviceWins);
    bool shown = false;
    it.server.readable = [&](const Text&, const Value&) { return shown; };
    it.server.write_fault = [](int) { return Fault{Fault::Kind::kLostAfter, 0}; };
    const Text id = *it.edits.Create("account", {{"name", "One"}});
    const Value key = *ParseGuid(id);
    for (int uploads = 0; it.Only().state != EntryState::kError; ++uploads) {
      ASSERT_LT(uploads, kMaxAttempts);
      (void)it.Upload();
    }
    ASSERT_NE(it.server.Find("account", key), nullptr);
    it.server.write_fault = {};
    if (removes) {
      ASSERT_TRUE(it.edits.Delete("account", id));
      it.UploadAll();
      EXPECT_EQ(it.server.Find("account", key), nullptr);
    } else {
      ASSERT_TRUE(it.edits.Edit("account", id, {{"name", "Two"}}));
      EXPECT_EQ(it.Upload().parked, 1) << "it exists already, and is not shown";
      shown = true;
      ASSERT_TRUE(RetryEntry(it.database, it.Only().seq));
      EXPECT_EQ(it.Upload().sent, 1);
      EXPECT_EQ(it.Theirs("account", key, "name"), Value(Text("Two")));
    }
    EXPECT_EQ(it.Outbox().size(), 0u);
  }
}

// What may have arrived stays apart for as long as nobody knows, through whatever else goes wrong.
TEST(LostAnswer, B42WhatIsUncertainStaysSoUntilTheServerIsHeard) {
  Company it;
  const Text id = *it.edits.Create("account", {{"name", "One"}});
  it.server.write_fault = [](int) { return Fault{Fault::Kind::kLostBefore, 0}; };
  EXPECT_EQ(it.Upload().stopped->code, ErrorCode::kOffline);
  EXPECT_EQ(it.Only().state, EntryState::kSending);
  const int attempts = it.Only().attempts;
  EXPECT_GT(attempts, 0);
  it.server.write_fault = [](int) { return Fault{Fault::Kind::kAway}; };
  EXPECT_EQ(it.Upload().stopped->code, ErrorCode::kOffline);
  EXPECT_EQ(it.Only().state, EntryState::kSending);
  ASSERT_TRUE(it.edits.Edit("account", id, {{"name", "Two"}}));
  EXPECT_EQ(it.Outbox().size(), 2u);
  it.server.write_fault = {};
  EXPECT_EQ(it.Upload().sent, 2);
  EXPECT_EQ(it.Created(id), 1);
  EXPECT_EQ(it.Theirs("account", *ParseGuid(id), "name"), Value(Text("Two")));
}

// The same of a deletion: also what was empty when the user saw it, and is filled since.
TEST(LostAnswer, B42ADeletionAfterALostAnswerSeesWhatOthersFilledIn) {
  for (const bool create : {true, false}) {
    for (const bool theirs : {true, false}) {
      SCOPED_TRACE(std::to_string(create) + std::to_string(theirs));
      Company it;
      it.Rule(ConflictRule::kManual);
      // What the server gives a new record is nobody's work.
      it.server.fills_in = {{"statecode", std::int64_t{0}}};
      const Text id = create ? *it.edits.Create("account", {{"name", "One"}}) : TextOf('a', 1);
      if (!create) it.Edit("name", "One");
      it.SendAndDie();
      ASSERT_TRUE(it.edits.Delete("account", id));
      const Value key = *ParseGuid(id);
      if (theirs) it.server.Put("account", key, {{"tags", Text(",3,")}});
      const UploadOutcome outcome = it.Upload();
      EXPECT_EQ(outcome.conflicts, theirs ? 1 : 0);
      EXPECT_EQ(it.server.Find("account", key) != nullptr, theirs);
      EXPECT_EQ(it.Outbox().size(), theirs ? 1u : 0u);
    }
  }
}

// Nor is an edit given up for what the server itself filled in.
TEST(LostAnswer, B56AnEditAfterALostCreateIsNotInConflictWithWhatTheServerFilledIn) {
  Company it;
  it.Rule(ConflictRule::kManual);
  it.server.fills_in = {{"statecode", std::int64_t{0}}};
  const Text id = *it.edits.Create("account", {{"name", "One"}});
  it.SendAndDie();
  ASSERT_TRUE(it.edits.Edit("account", id, {{"statecode", "1"}}));
  EXPECT_EQ(it.Upload().conflicts, 0);
  EXPECT_EQ(it.Theirs("account", *ParseGuid(id), "statecode"), Value(std::int64_t{1}));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

// But what somebody wrote meanwhile is no filling in: the record says when it was made and changed.
// Behind an update of ours, which changed it too, nobody can tell: what is there counts.
TEST(LostAnswer, B42AnEditAfterALostAnswerIsInConflictWithWhatAColleagueChose) {
  for (const bool create : {true, false}) {
    SCOPED_TRACE(create);
    Company it;
    it.Rule(ConflictRule::kManual);
    const Text id = *it.edits.Create("account", {{"name", "One"}});
    if (!create) {
      EXPECT_EQ(it.Upload().sent, 1);
      ASSERT_TRUE(it.edits.Edit("account", id, {{"name", "Two"}}));
    }
    it.SendAndDie();
    ASSERT_TRUE(it.edits.Edit("account", id, {{"statecode", "0"}}));
    const Value key = *ParseGuid(id);
    it.server.Put("account", key, {{"statecode", std::int64_t{1}}});
    EXPECT_EQ(it.Upload().conflicts, 1);
    EXPECT_EQ(it.Theirs("account", key, "statecode"), Value(std::int64_t{1}));
  }
}

// Nobody had when it was looked at: then the edit is based on that, whoever writes it next.
TEST(LostAnswer, B42AnEditAfterALostCreateIsBasedOnTheRecordAsItWasMade) {
  Company it;
  it.Rule(ConflictRule::kManual);
  it.server.fills_in = {{"statecode", std::int64_t{0}}};
  const Text id = *it.edits.Create("account", {{"name", "One"}});
  it.SendAndDie();
  ASSERT_TRUE(it.edits.Edit("account", id, {{"statecode", "0"}, {"name", "Two"}}));
  const Value key = *ParseGuid(id);
  it.server.on_call = [&, calls = 0](std::string_view call) mutable {
    if (calls == 0 && call != "ReadPage") return;
    if (++calls == 2) it.server.Put("account", key, {{"statecode", std::int64_t{1}}});
  };
  EXPECT_EQ(it.Upload().conflicts, 1);
  EXPECT_EQ(it.Theirs("account", key, "statecode"), Value(std::int64_t{1}));
}

TEST(LostAnswer, AnEditDuringTheUploadIsKeptWhenTheAnswerIsLost) {
  for (const Fault::Kind kind : {Fault::Kind::kLostBefore, Fault::Kind::kLostAfter}) {
    Company it;
    it.server.write_fault = [&](int call) { return call == 1 ? Fault{kind, 0} : Fault{}; };
    const Text id = *it.edits.Create("account", {{"name", "One"}, {"revenue", "1"}});
    it.During([&](LocalEdits& user) { ASSERT_TRUE(user.Edit("account", id, {{"name", "Two"}})); });
    it.UploadAll();
    EXPECT_EQ(it.Outbox().size(), 0u);
    EXPECT_EQ(it.Created(id), 1);
    EXPECT_EQ(it.Theirs("account", IdOf('e', 1), "name"), Value(Text("Two")));
    EXPECT_EQ(it.Theirs("account", IdOf('e', 1), "revenue"), Value(std::int64_t{100}));
  }
}

// B16: made and deleted again before the first answer came.
TEST(LostAnswer, B16ARecordDeletedWhileItIsBeingCreatedIsGoneOnBothSides) {
  for (const Fault::Kind kind :
       {Fault::Kind::kNone, Fault::Kind::kLostBefore, Fault::Kind::kLostAfter}) {
    Company it;
    it.server.write_fault = [&](int call) { return call == 1 ? Fault{kind, 0} : Fault{}; };
    const Text id = *it.edits.Create("account", {{"name", "One"}});
    it.During([&](LocalEdits& user) { ASSERT_TRUE(user.Delete("account", id)); });
    it.UploadAll();
    EXPECT_EQ(it.Outbox().size(), 0u);
    EXPECT_EQ(it.server.Find("account", IdOf('e', 1)), nullptr);
    EXPECT_FALSE(it.Row("account", IdOf('e', 1)));
  }
}

}  // namespace
}  // namespace satchel
