#include "engine/sync/upload.h"

#include <gtest/gtest.h>

#include <ostream>

namespace satchel::upload {

// What a failed expectation prints.
void PrintTo(const Action& action, std::ostream* out) {
  struct Print {
    std::ostream& out;
    void operator()(const Send& a) const {
      out << "Send";
      for (const Part& part : a.parts) out << " " << part.seq << (part.later.empty() ? "" : "…");
    }
    void operator()(const Look& a) const {
      out << "Look";
      for (const std::int64_t seq : a.seqs) out << " " << seq;
    }
    void operator()(const Acknowledge& a) const {
      out << "Acknowledge " << a.seq << " " << a.version << (a.seen ? " seen" : "");
    }
    void operator()(const PutBack& a) const { out << "PutBack " << a.seq << " " << a.counts; }
    void operator()(const CountAttempt& a) const { out << "CountAttempt " << a.seq; }
    void operator()(const BaseOn& a) const { out << "BaseOn " << a.seq; }
    void operator()(const Park& a) const { out << "Park " << a.seq << " " << a.words; }
    void operator()(const ParkConflict& a) const { out << "ParkConflict " << a.seq; }
    void operator()(const TakeTheirs& a) const { out << "TakeTheirs " << a.seq; }
    void operator()(const Rebase& a) const { out << "Rebase " << a.seq << " " << a.whole; }
    void operator()(const Reload&) const { out << "Reload"; }
    void operator()(const Finish& a) const {
      out << "Finish " << (a.error ? a.error->message : "well");
    }
  };
  std::visit(Print{*out}, action);
}

namespace {

using Kind = Answer::Kind;

const char* const kChanged = "the record was changed on the server since";
const char* const kDeleted = "the record was deleted on the server";

Item Entry(std::int64_t seq, ChangeKind kind, const std::string& id = "") {
  return {.seq = seq,
          .revision = 1,
          .entity = "account",
          .id = id.empty() ? std::to_string(seq) : id,
          .kind = kind,
          .versioned = kind != ChangeKind::kCreate,
          .only_ours = kind == ChangeKind::kCreate};
}
Item Update(std::int64_t seq) {
  return Entry(seq, ChangeKind::kUpdate);
}
Item Create(std::int64_t seq) {
  return Entry(seq, ChangeKind::kCreate);
}
Item Delete(std::int64_t seq) {
  return Entry(seq, ChangeKind::kDelete);
}
Item Sending(Item item) {
  item.state = EntryState::kSending;
  return item;
}
Item Pointing(Item item, std::int64_t at) {
  item.references.push_back({.field = "parent", .entity = "account", .id = std::to_string(at)});
  return item;
}
Send Sent(const std::vector<std::int64_t>& seqs, bool unguarded = false) {
  Send send;
  for (const std::int64_t seq : seqs) send.parts.push_back({seq, 1, {}, unguarded});
  return send;
}
Answered All(Kind kind, std::size_t count = 1) {
  Answered answered;
  answered.answers.resize(count, {.kind = kind, .version = "9", .words = "no"});
  if (kind != Kind::kDone) {
    for (Answer& answer : answered.answers) answer.version.clear();
  }
  return answered;
}
Looked Found1(Standing standing) {
  return {{{.standing = standing}}};
}
Session By(ConflictRule rule) {
  return Session({.conflict = rule});
}

TEST(UploadSession, SendsIndependentChangesTogetherAndEnds) {
  Session session({});
  EXPECT_EQ(session.On(Begun{{Update(1), Create(2), Delete(3)}}), Actions({Sent({1, 2, 3})}));
  EXPECT_EQ(session.On(All(Kind::kDone, 3)),
            Actions({Acknowledge{1, "9"}, Acknowledge{2, "9"}, Acknowledge{3, "9"}, Finish{}}));
}

TEST(UploadSession, NothingToSendIsDoneAtOnce) {
  Session session({});
  EXPECT_EQ(session.On(Begun{}), Actions({Finish{}}));
}

TEST(UploadSession, WaitsForTheParentBeforeItSendsTheChild) {
  Session session({});
  EXPECT_EQ(session.On(Begun{{Pointing(Create(1), 2), Create(2)}}), Actions({Sent({2})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{2, "9"}, Sent({1})}));
}

TEST(UploadSession, WaitsForEveryRecordItPointsAt) {
  Session session({});
  const Item child = Pointing(Pointing(Create(3), 1), 2);
  EXPECT_EQ(session.On(Begun{{Create(1), Pointing(Create(2), 1), child}}), Actions({Sent({1})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{1, "9"}, Sent({2})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{2, "9"}, Sent({3})}));
}

TEST(UploadSession, OnlyWhatDependsOnARefusedChangeWaits) {
  Session session({});
  EXPECT_EQ(session.On(Begun{{Create(1), Pointing(Create(2), 1), Update(3)}}),
            Actions({Sent({1, 3})}));
  Answered answered = All(Kind::kDone, 2);
  answered.answers[0] = {.kind = Kind::kRejected, .words = "the name is taken"};
  EXPECT_EQ(session.On(answered),
            Actions({Park{1, "the name is taken"}, Acknowledge{3, "9"}, Reload{}}));
  Item parked = Create(1);
  parked.state = EntryState::kError;
  EXPECT_EQ(session.On(Reloaded{{parked, Pointing(Create(2), 1)}}), Actions({Finish{}}));
}

TEST(UploadSession, LeavesALookupOutOfACircleAndSendsItAfterwards) {
  Session session({});
  const Actions first = session.On(Begun{{Pointing(Create(1), 2), Pointing(Create(2), 1)}});
  EXPECT_EQ(first, Actions({Send{{{1, 1, {"parent"}}}}}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{1, "9"}, Sent({2})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{2, "9"}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{{Entry(3, ChangeKind::kUpdate, "1")}}), Actions({Sent({3})}));
}

TEST(UploadSession, AsksAboutWhatIsUncertainBeforeItSendsAnything) {
  Session session({});
  EXPECT_EQ(session.On(Begun{{Update(1), Sending(Update(2)), Sending(Create(3))}}),
            Actions({Look{{2, 3}}}));
  EXPECT_EQ(session.On(Looked{{{.standing = Standing::kOurs}, {.standing = Standing::kGone}}}),
            Actions({Acknowledge{2, "", true}, CountAttempt{3}, Sent({1, 3})}));
}

struct Uncertain {
  ChangeKind kind;
  Standing standing;
  Action action;
};

TEST(UploadSession, DecidesWhatBecameOfAnUncertainChange) {
  const Uncertain cases[] = {
      {ChangeKind::kCreate, Standing::kOurs, Acknowledge{1, "", true}},
      {ChangeKind::kCreate, Standing::kTheirs, Acknowledge{1, "", true}},  // Changed since.
      {ChangeKind::kCreate, Standing::kGone, CountAttempt{1}},
      {ChangeKind::kUpdate, Standing::kOurs, Acknowledge{1, "", true}},
      {ChangeKind::kUpdate, Standing::kBase, CountAttempt{1}},
      {ChangeKind::kUpdate, Standing::kTheirs, TakeTheirs{1, kChanged}},
      {ChangeKind::kUpdate, Standing::kGone, TakeTheirs{1, kDeleted}},
      {ChangeKind::kDelete, Standing::kGone, CountAttempt{1}},  // Or not ours to read.
      {ChangeKind::kDelete, Standing::kBase, CountAttempt{1}},
      {ChangeKind::kDelete, Standing::kTheirs, TakeTheirs{1, kChanged}},
  };
  for (const Uncertain& one : cases) {
    Session session({});
    EXPECT_EQ(session.On(Begun{{Sending(Entry(1, one.kind))}}), Actions({Look{{1}}}));
    EXPECT_EQ(session.On(Found1(one.standing)).front(), one.action);
  }
}

TEST(UploadSession, LinksMayBeSentTwice) {
  Session session({});
  EXPECT_EQ(session.On(Begun{{Sending(Entry(1, ChangeKind::kAssociate))}}),
            Actions({PutBack{1, true}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{{Entry(1, ChangeKind::kAssociate)}}), Actions({Sent({1})}));
  EXPECT_EQ(session.On(All(Kind::kConflict)), Actions({Acknowledge{1, ""}, Finish{}}));
}

TEST(UploadSession, TheOtherEndOfALinkBeingGoneAlreadyIsFine) {
  Session session({});
  (void)session.On(Begun{{Entry(1, ChangeKind::kDisassociate)}});
  EXPECT_EQ(session.On(All(Kind::kGone)), Actions({Acknowledge{1, ""}, Finish{}}));
}

struct Ruled {
  ConflictRule rule;
  ChangeKind kind;
  Standing standing;
  Action action;
};

TEST(UploadSession, ConflictsGoToTheRule) {
  using enum ConflictRule;
  const Ruled cases[] = {
      {kServerWins, ChangeKind::kUpdate, Standing::kTheirs, TakeTheirs{1, kChanged}},
      {kServerWins, ChangeKind::kUpdate, Standing::kGone, TakeTheirs{1, kDeleted}},
      {kServerWins, ChangeKind::kDelete, Standing::kTheirs, TakeTheirs{1, kChanged}},
      {kDeviceWins, ChangeKind::kUpdate, Standing::kTheirs, Rebase{1}},
      {kDeviceWins, ChangeKind::kUpdate, Standing::kGone, ParkConflict{1, kDeleted}},
      {kDeviceWins, ChangeKind::kDelete, Standing::kTheirs, Rebase{1}},
      {kDeviceWinsFull, ChangeKind::kUpdate, Standing::kTheirs, Rebase{1, true}},
      {kDeviceWinsFull, ChangeKind::kUpdate, Standing::kGone, Rebase{1, true}},
      {kDeviceWinsFull, ChangeKind::kDelete, Standing::kTheirs, Rebase{1, true}},
      {kManual, ChangeKind::kUpdate, Standing::kTheirs, ParkConflict{1, kChanged}},
      {kManual, ChangeKind::kUpdate, Standing::kGone, ParkConflict{1, kDeleted}},
      {kManual, ChangeKind::kDelete, Standing::kTheirs, ParkConflict{1, kChanged}},
  };
  for (const Ruled& one : cases) {
    Session session = By(one.rule);
    (void)session.On(Begun{{Entry(1, one.kind)}});
    const bool gone = one.standing == Standing::kGone;
    EXPECT_EQ(session.On(All(gone ? Kind::kGone : Kind::kConflict)), Actions({Look{{1}}}));
    EXPECT_EQ(session.On(Found1(one.standing)), Actions({one.action, Reload{}}));
  }
}

TEST(UploadSession, AnEntityMayHaveARuleOfItsOwn) {
  Session session(
      {.conflict = ConflictRule::kServerWins, .by_entity = {{"account", ConflictRule::kManual}}});
  (void)session.On(Begun{{Update(1)}});
  (void)session.On(All(Kind::kConflict));
  EXPECT_EQ(session.On(Found1(Standing::kTheirs)).front(), Action(ParkConflict{1, kChanged}));
}

TEST(UploadSession, BothWroteTheSameIsNoConflict) {
  Session session = By(ConflictRule::kManual);
  (void)session.On(Begun{{Update(1)}});
  (void)session.On(All(Kind::kConflict));
  EXPECT_EQ(session.On(Found1(Standing::kOurs)), Actions({Acknowledge{1, "", true}, Finish{}}));
}

// B49: both sides deleted it.
TEST(UploadSession, B49BothDeletedItIsNoConflict) {
  Session session = By(ConflictRule::kManual);
  (void)session.On(Begun{{Delete(1)}});
  EXPECT_EQ(session.On(All(Kind::kGone)), Actions({Acknowledge{1, ""}, Finish{}}));
}

// A record in another version that is not shown is there: neither rule nor deletion may take it for
// gone. A server that answers so of what is not there leaves no other meaning.
TEST(UploadSession, B49WhatConflictsAndIsNotShownIsTakenForGoneOnlyWhereThatMayBe) {
  for (const bool removes : {true, false}) {
    Rules rules = {.conflict = ConflictRule::kServerWins};
    const Begun begun = {{removes ? Delete(1) : Update(1)}};
    Session lags(rules);
    (void)lags.On(begun);
    (void)lags.On(All(Kind::kConflict));
    EXPECT_EQ(lags.On(Found1(Standing::kGone)), Actions({PutBack{1, true}, Finish{}}));
    rules.none_conflicts = true;
    Session gone(rules);
    (void)gone.On(begun);
    (void)gone.On(All(Kind::kConflict));
    const Actions actions = gone.On(Found1(Standing::kGone));
    EXPECT_EQ(actions.front(), removes
                                   ? Action(Acknowledge{1, ""})
                                   : Action(TakeTheirs{1, "the record was deleted on the server"}));
  }
}

// For so long as a read side may lag. Then it is no longer the user's to read, and the rule says
// what becomes of the change.
TEST(UploadSession, B49WhatConflictsAndIsNeverShownMeetsTheRuleInTheEnd) {
  for (const int attempts : {2, 3}) {
    Session session = By(ConflictRule::kManual);
    Item update = Update(1);
    update.attempts = attempts;
    (void)session.On(Begun{{update}});
    (void)session.On(All(Kind::kConflict));
    const Actions actions = session.On(Found1(Standing::kGone));
    const Action rule = ParkConflict{
        1, "the record was changed on the server since, and is no longer shown to this user"};
    EXPECT_EQ(actions.front(), attempts == 2 ? Action(PutBack{1, true}) : rule);
  }
}

// B55: a conflict that never ends.
TEST(UploadSession, B55AConflictThatNeverEndsIsParked) {
  Session session = By(ConflictRule::kDeviceWins);
  Actions actions = session.On(Begun{{Update(1)}});
  int rounds = 0;
  while (rounds <= kMaxConflictRounds && actions == Actions({Sent({1})})) {
    EXPECT_EQ(session.On(All(Kind::kConflict)), Actions({Look{{1}}}));
    actions = session.On(Found1(Standing::kTheirs));
    if (actions.front() != Action(Rebase{1})) break;
    ++rounds;
    actions = session.On(Reloaded{{Update(1)}});
  }
  EXPECT_EQ(rounds, kMaxConflictRounds);
  EXPECT_EQ(actions.front(), Action(ParkConflict{1, kChanged}));
}

TEST(UploadSession, ACreateThatIsThereAlreadyIsOurs) {
  Session session({});
  (void)session.On(Begun{{Create(1)}});
  EXPECT_EQ(session.On(All(Kind::kConflict)), Actions({Look{{1}}}));
  EXPECT_EQ(session.On(Found1(Standing::kTheirs)), Actions({Acknowledge{1, "", true}, Finish{}}));
}

TEST(UploadSession, ARecordOfAnIdOthersMayUseIsAConflict) {
  Session session({});
  Item item = Create(1);
  item.only_ours = false;
  (void)session.On(Begun{{item}});
  (void)session.On(All(Kind::kConflict));
  EXPECT_EQ(session.On(Found1(Standing::kTheirs)).front(), Action(TakeTheirs{1, kChanged}));
}

TEST(UploadSession, ARecordTheServerHidesIsNotTakenForOursWhenItWasMadeAgain) {
  Session session({});
  Item item = Create(1);
  item.only_ours = false;
  (void)session.On(Begun{{item}});
  (void)session.On(All(Kind::kConflict));
  EXPECT_EQ(session.On(Found1(Standing::kGone)), Actions({Park{1, "no"}, Reload{}}));
}

TEST(UploadSession, ATargetThatIsGoneIsARefusalAndNotADeletion) {
  Session session({});
  (void)session.On(Begun{{Pointing(Update(1), 77)}});
  EXPECT_EQ(session.On(All(Kind::kGone)), Actions({Look{{1}}}));
  EXPECT_EQ(session.On(Found1(Standing::kBase)), Actions({Park{1, "no"}, Reload{}}));
}

// What it points at is edited, turns out to be gone and is made again: then it is no refusal.
TEST(UploadSession, WhatPointsAtARecordThatIsMadeAgainIsSentAfterIt) {
  Session session = By(ConflictRule::kDeviceWinsFull);
  EXPECT_EQ(session.On(Begun{{Update(1), Pointing(Create(2), 1)}}), Actions({Sent({1, 2})}));
  EXPECT_EQ(session.On(Answered{{{.kind = Kind::kGone, .words = "not found"},
                                 {.kind = Kind::kRejected, .words = "there is no record 1"}}}),
            Actions({PutBack{2}, Look{{1}}}));
  EXPECT_EQ(session.On(Found1(Standing::kGone)), Actions({Rebase{1, true}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{{Create(1), Pointing(Create(2), 1)}}), Actions({Sent({1})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{1, "9"}, Sent({2})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{2, "9"}, Finish{}}));
}

TEST(UploadSession, WhatIsRefusedBesideAChangedTargetIsSentOnceMoreAndThenParked) {
  Session session({});
  const std::vector<Item> items = {Update(1), Pointing(Create(2), 1)};
  EXPECT_EQ(session.On(Begun{items}), Actions({Sent({1, 2})}));
  EXPECT_EQ(session.On(Answered{{{.kind = Kind::kTryLater}, {.kind = Kind::kRejected}}}),
            Actions({PutBack{1, true}, PutBack{2}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{items}), Actions({Sent({2})}));
  EXPECT_EQ(session.On(Answered{{{.kind = Kind::kRejected, .words = "no"}}}),
            Actions({Park{2, "no"}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{{Update(1)}}), Actions({Finish{}}));
}

TEST(UploadSession, WhereTheReadSideLagsItTriesAgainLater) {
  Session session({});
  (void)session.On(Begun{{Update(1)}});
  (void)session.On(All(Kind::kConflict));
  EXPECT_EQ(session.On(Found1(Standing::kBase)), Actions({PutBack{1, true}, Finish{}}));
}

TEST(UploadSession, TriesLaterWhatTheServerCannotTakeNow) {
  Session session({});
  (void)session.On(Begun{{Update(1), Update(2)}});
  Answered answered = All(Kind::kDone, 2);
  answered.answers[0] = {.kind = Kind::kTryLater, .words = "busy"};
  EXPECT_EQ(session.On(answered), Actions({PutBack{1, true}, Acknowledge{2, "9"}, Finish{}}));
}

// B60, I15: nothing is tried for ever.
TEST(UploadSession, B60WhatIsTriedTooOftenIsParked) {
  Session session({});
  Item item = Update(1);
  item.attempts = kMaxAttempts - 1;
  (void)session.On(Begun{{item}});
  EXPECT_EQ(session.On(All(Kind::kTryLater)), Actions({Park{1, "no"}, Finish{}}));
}

TEST(UploadSession, ALostAnswerIsAskedAboutAtOnce) {
  Session session({});
  (void)session.On(Begun{{Create(1), Update(2)}});
  Answered answered = All(Kind::kDone, 2);
  answered.answers[1] = {.kind = Kind::kUnknown, .words = "lost"};
  EXPECT_EQ(session.On(answered), Actions({Acknowledge{1, "9"}, Look{{2}}}));
  EXPECT_EQ(session.On(Found1(Standing::kBase)), Actions({CountAttempt{2}, Sent({2})}));
}

TEST(UploadSession, SendsLessAtOnceAfterEveryLostAnswer) {
  Session session({});
  std::vector<Item> items;
  for (int i = 1; i <= 200; ++i) items.push_back(Update(i));
  Actions actions = session.On(Begun{items});
  std::size_t expected = kOperationsPerBatch;
  for (int loss = 0; loss <= kMaxLostAnswers; ++loss) {
    const auto* send = std::get_if<Send>(&actions.back());
    ASSERT_NE(send, nullptr);
    EXPECT_EQ(send->parts.size(), expected);
    actions = session.On(All(Kind::kUnknown, expected));
    while (std::holds_alternative<Look>(actions.back())) {
      Looked looked;
      looked.found.resize(std::get<Look>(actions.back()).seqs.size(),
                          {.standing = Standing::kBase});
      actions = session.On(looked);
    }
    if (std::holds_alternative<Reload>(actions.back())) actions = session.On(Reloaded{items});
    expected = std::max<std::size_t>(1, expected / 2);
  }
  EXPECT_EQ(actions.back(), Action(Finish{Error{ErrorCode::kOffline, "no"}}));
}

TEST(UploadSession, WhatWasNotSentForOthersSakeIsNoAttempt) {
  Session session({});
  (void)session.On(Begun{{Update(1)}});
  EXPECT_EQ(session.On(All(Kind::kNotSent)), Actions({PutBack{1, false}, Reload{}}));
}

// B61, I18: a sign-in that expired costs no attempt.
TEST(UploadSession, B61ARefusedSignInStopsAndCostsNothing) {
  for (const ErrorCode code : {ErrorCode::kDenied, ErrorCode::kOffline, ErrorCode::kCancelled}) {
    Session session({});
    (void)session.On(Begun{{Update(1), Update(2)}});
    const Error error = {code, "sign in again"};
    EXPECT_EQ(session.On(Refused{error}),
              Actions({PutBack{1, false}, PutBack{2, false}, Finish{error}}));
    EXPECT_EQ(session.On(Reloaded{}), Actions());
  }
}

TEST(UploadSession, OneThatCannotBeSentDoesNotHoldUpTheOthers) {
  Session session({});
  const std::vector<Item> items = {Update(1), Update(2)};
  const Error error = {ErrorCode::kInvalid, "no such field"};
  (void)session.On(Begun{items});
  EXPECT_EQ(session.On(Refused{error}), Actions({PutBack{1, false}, PutBack{2, false}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{items}), Actions({Sent({1})}));
  EXPECT_EQ(session.On(Refused{error}), Actions({Park{1, "no such field"}, Sent({2})}));
}

TEST(UploadSession, WhatTheUserChangedMeanwhileIsReadAgain) {
  Session session({});
  (void)session.On(Begun{{Update(1)}});
  EXPECT_EQ(session.On(All(Kind::kChanged)), Actions({Reload{}}));
  Item changed = Update(1);
  changed.revision = 2;
  EXPECT_EQ(session.On(Reloaded{{changed}}), Actions({Send{{{1, 2, {}}}}}));
}

TEST(UploadSession, ReadsTheOutboxAgainWhenTheUserEditedMeanwhile) {
  Session session({});
  (void)session.On(Begun{{Update(1)}});
  Answered answered = All(Kind::kDone);
  answered.edited = true;
  EXPECT_EQ(session.On(answered), Actions({Acknowledge{1, "9"}, Reload{}}));
  EXPECT_EQ(session.On(Reloaded{{Update(2)}}), Actions({Sent({2})}));
}

// I21: a user who never stops typing.
TEST(UploadSession, ItEndsAlthoughTheUserGoesOn) {
  Session session({});
  Actions actions = session.On(Begun{{Update(1)}});
  int passes = 1;
  while (actions == Actions({Sent({1})})) {
    actions = session.On(All(Kind::kChanged));
    if (actions != Actions({Reload{}})) break;
    actions = session.On(Reloaded{{Update(1)}});
    ++passes;
  }
  EXPECT_EQ(passes, kMaxUploadPasses);
  EXPECT_EQ(actions, Actions({Finish{}}));
}

TEST(UploadSession, LooksForAVersionBeforeItSendsWithoutOne) {
  Session session({});
  Item item = Update(1);
  item.versioned = false;
  EXPECT_EQ(session.On(Begun{{item}}), Actions({Look{{1}}}));
  const Looked found = {{{.standing = Standing::kBase, .versioned = true}}};
  EXPECT_EQ(session.On(found), Actions({BaseOn{1}, Sent({1})}));
}

TEST(UploadSession, SendsWithoutAVersionWhatItComparedWhereTheServerTellsNone) {
  Session session({});
  Item item = Update(1);
  item.versioned = false;
  (void)session.On(Begun{{item}});
  EXPECT_EQ(session.On(Found1(Standing::kBase)), Actions({Sent({1}, true)}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{1, "9"}, Finish{}}));
}

// What may have arrived must not be mixed with what its user changed since: "it exists already"
// would be taken for both.
TEST(UploadSession, B42WhatMayHaveArrivedIsSentAgainAsItWas) {
  for (const ChangeKind kind : {ChangeKind::kCreate, ChangeKind::kUpdate, ChangeKind::kDelete}) {
    Session session({});
    (void)session.On(Begun{{Entry(1, kind)}});
    (void)session.On(All(Kind::kUnknown));
    const bool create = kind == ChangeKind::kCreate;
    EXPECT_EQ(session.On(Found1(create ? Standing::kGone : Standing::kBase)),
              Actions({CountAttempt{1}, Sent({1})}));
    // Whatever keeps it from being sent: it does not become a change that waits.
    EXPECT_EQ(session.On(All(Kind::kNotSent)), Actions({Reload{}}));
    EXPECT_EQ(session.On(Reloaded{{Sending(Entry(1, kind))}}), Actions({Look{{1}}}));
    (void)session.On(Found1(create ? Standing::kGone : Standing::kBase));
    EXPECT_EQ(session.On(All(Kind::kTryLater)), Actions({CountAttempt{1}, Finish{}}));
  }
}

TEST(UploadSession, WhatIsSentAgainWaitsForWhatItPointsAt) {
  Session session({});
  const Item child = Sending(Pointing(Create(2), 1));
  EXPECT_EQ(session.On(Begun{{Sending(Create(1)), child}}), Actions({Look{{1, 2}}}));
  EXPECT_EQ(session.On(Looked{{{.standing = Standing::kGone}, {.standing = Standing::kGone}}}),
            Actions({CountAttempt{1}, CountAttempt{2}, Sent({1})}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{1, "9"}, Sent({2})}));
}

TEST(UploadSession, ARecordMadeHereThatIsNotShownYetIsNotTakenForDeleted) {
  Session session({});
  Item item = Update(1);
  item.versioned = false;
  item.unread = true;
  EXPECT_EQ(session.On(Begun{{item}}), Actions({Look{{1}}}));
  EXPECT_EQ(session.On(Found1(Standing::kGone)), Actions({PutBack{1, true}, Finish{}}));
}

TEST(UploadSession, ComparesItselfWhereTheEntityTakesNoPrecondition) {
  Session session({});
  EXPECT_EQ(session.On(Begun{{Update(1), Update(2)}}), Actions({Sent({1, 2})}));
  EXPECT_EQ(session.On(All(Kind::kUnguarded, 2)),
            Actions({PutBack{1, false}, PutBack{2, false}, Look{{1, 2}}}));
  EXPECT_EQ(session.On(Looked{{{.standing = Standing::kBase}, {.standing = Standing::kTheirs}}}),
            Actions({TakeTheirs{2, kChanged}, Sent({1}, true)}));
  EXPECT_EQ(session.On(All(Kind::kDone)), Actions({Acknowledge{1, "9"}, Reload{}}));
  // It remembers, and does not trust an older look.
  EXPECT_EQ(session.On(Reloaded{{Update(1)}}), Actions({Look{{1}}}));
  EXPECT_EQ(session.On(Found1(Standing::kBase)), Actions({Sent({1}, true)}));
  // A server that refuses that, too, is not asked for ever.
  EXPECT_EQ(session.On(All(Kind::kUnguarded)), Actions({Park{1, "no"}, Reload{}}));
}

TEST(UploadSession, EndsWhereNothingMoreCanBeSentNow) {
  Session session({});
  (void)session.On(Begun{{Update(1), Update(2), Create(4)}});
  Answered answered = All(Kind::kDone, 3);
  answered.answers[1] = answered.answers[2] = {.kind = Kind::kNotSent};
  answered.halted = Error{ErrorCode::kOffline, "busy"};
  EXPECT_EQ(session.On(answered),
            Actions({Acknowledge{1, "9"}, PutBack{2, false}, PutBack{4, false},
                     Finish{Error{ErrorCode::kOffline, "busy"}}}));
}

TEST(UploadSession, LeavesWhatWaitsForTheUserAlone) {
  Session session({});
  Item conflict = Update(1);
  conflict.state = EntryState::kConflict;
  Item error = Update(2);
  error.state = EntryState::kError;
  EXPECT_EQ(session.On(Begun{{conflict, error}}), Actions({Finish{}}));
}

TEST(UploadSession, AFailedLookEndsItAndLeavesTheChangeUncertain) {
  Session session({});
  (void)session.On(Begun{{Sending(Update(1))}});
  const Error error = {ErrorCode::kOffline, "no connection"};
  EXPECT_EQ(session.On(Failed{error}), Actions({Finish{error}}));
}

}  // namespace
}  // namespace satchel::upload
