#include "engine/store/local_edit.h"

#include <gtest/gtest.h>

#include "engine/store/condense.h"
#include "engine/store/outbox_settle.h"
#include "tests/support/local_world.h"

namespace satchel {
namespace {

using Text = std::string;

Value Mine(const OutboxEntry& entry, std::string_view field) {
  const FieldChange* change = FindChange(entry, field);
  return change ? change->mine : Value(Text("no change of it"));
}

Value Base(const OutboxEntry& entry, std::string_view field) {
  const FieldChange* change = FindChange(entry, field);
  return change ? change->base : Value(Text("no change of it"));
}

// An account the server has, at version 7.
struct Company : LocalWorld {
  Company() {
    Put("account", IdOf('a', 1), "7",
        {{"name", Text("Alza")},
         {"revenue", std::int64_t{125'000}},
         {"statecode", std::int64_t{0}}});
    Put("account", IdOf('a', 2), "8", {{"name", Text("Billa")}});
  }
  // What an upload does just before its request leaves.
  void Send(std::int64_t seq) {
    auto settling = Settling::Make(database);
    ASSERT_TRUE(settling);
    const auto entry = ReadEntry(database, seq);
    const auto sent = settling->MarkSending({{seq, (*entry)->revision, {}}});
    ASSERT_TRUE(sent && sent->front());
  }
  Result<> Edit(const Text& field, const Text& text) {
    return edits.Edit("account", TextOf('a', 1), {{field, text}});
  }
};

TEST(LocalEdits, AnEditShowsAtOnceAndIsPending) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "Alza.cz"));
  EXPECT_EQ(it.At("account", IdOf('a', 1), "name"), Value(Text("Alza.cz")));
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.kind, ChangeKind::kUpdate);
  EXPECT_EQ(entry.id, Value(IdOf('a', 1)));
  EXPECT_EQ(entry.version, "7");
  EXPECT_EQ(entry.state, EntryState::kWaiting);
  ASSERT_EQ(entry.changes.size(), 1u);
  EXPECT_EQ(
      entry.changes[0],
      (FieldChange{
          .field = "name", .mine = Text("Alza.cz"), .base = Text("Alza"), .before = Text("Alza")}));
  it.ExpectSound();
}

TEST(LocalEdits, ReadsEveryTypeAsItIsKept) {
  Company it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1),
                            {{"revenue", "12.5"},
                             {"statecode", "1"},
                             {"parentaccountid", TextOf('a', 2)},
                             {"ownerid", "team/" + TextOf('d', 9)},
                             {"tags", "3,1"},
                             {"founded", "2001-02-03"}}));
  const Value id = IdOf('a', 1);
  EXPECT_EQ(it.At("account", id, "revenue"), Value(std::int64_t{1'250}));
  EXPECT_EQ(it.At("account", id, "statecode"), Value(std::int64_t{1}));
  EXPECT_EQ(it.At("account", id, "parentaccountid"), Value(IdOf('a', 2)));
  EXPECT_EQ(it.At("account", id, "ownerid"), Value(IdOf('d', 9)));
  EXPECT_EQ(it.At("account", id, "ownerid@type"), Value(Text("team")));
  EXPECT_EQ(it.At("account", id, "tags"), Value(Text(",1,3,")));
  EXPECT_EQ(it.At("account", id, "founded"), Value(ParseDay("2001-02-03")->days));
  it.ExpectSound();
}

TEST(LocalEdits, WhatIsPrintedIsReadBack) {
  const EntitySchema& account = *CompanySchema().Find("account");
  const std::vector<FieldText> values = {{"name", "Žito"},
                                         {"revenue", "-0.05"},
                                         {"statecode", "1"},
                                         {"parentaccountid", TextOf('a', 2)},
                                         {"ownerid", "systemuser/" + TextOf('d', 9)},
                                         {"tags", "1,3"},
                                         {"founded", "1999-12-31"}};
  const auto read = ReadEdit(CompanySchema(), account, EditKind::kCreate, values);
  ASSERT_TRUE(read) << read.error().message;
  for (const FieldText& value : values) {
    Value kept;
    Value type;
    for (const FieldValue& one : *read) {
      if (one.field == value.field) kept = one.value;
      if (one.field == TypeColumn(value.field)) type = one.value;
    }
    EXPECT_EQ(PrintValue(*account.Find(value.field), kept, type), value.text);
  }
}

struct BadEdit {
  Text field;
  Text text;
  Text sentence;
};

TEST(LocalEdits, RefusesAWrongValueWithOneSentenceAndChangesNothing) {
  Company it;
  const BadEdit cases[] = {
      {"name", "", "account.name: it must have a value"},
      {"name", "A name of more than twenty",
       "account.name: the text has 26 characters, at most 20 are allowed"},
      {"name", "\xff", "account.name: the text is not valid UTF-8"},
      {"revenue", "a lot",
       "account.revenue: 'a lot' is no money value (write a number of at most 18 digits, such "
       "as 1250.50)"},
      {"statecode", "2", "account.statecode: '2' is not one of its choices: 0 Active, 1 Inactive"},
      {"tags", "1,2", "account.tags: '2' is not one of its choices: 1 New, 3 Key"},
      {"parentaccountid", "contact/" + TextOf('c', 1),
       "account.parentaccountid: it cannot point at 'contact', only at account"},
      {"ownerid", TextOf('d', 9),
       "account.ownerid: it can point at systemuser or team; write 'systemuser/ID'"},
      {"ownerid", "account/" + TextOf('d', 9),
       "account.ownerid: it cannot point at 'account', only at systemuser or team"},
      {"modifiedon", "2026-01-01T00:00:00Z",
       "account.modifiedon: the server sets it; it cannot be changed"},
      {"accountid", TextOf('a', 5), "account.accountid: a record's id cannot be changed"},
      {"nmae", "x", "account: the device keeps no field 'nmae' (did you mean 'name'?)"},
  };
  for (const BadEdit& bad : cases) {
    const auto done = it.Edit(bad.field, bad.text);
    ASSERT_FALSE(done) << bad.sentence;
    EXPECT_EQ(done.error().message, bad.sentence);
  }
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.At("account", IdOf('a', 1), "name"), Value(Text("Alza")));
}

TEST(LocalEdits, OnePieceOfAnEditBeingWrongNothingOfItIsDone) {
  Company it;
  EXPECT_FALSE(it.edits.Edit("account", TextOf('a', 1), {{"name", "New"}, {"statecode", "9"}}));
  EXPECT_EQ(it.At("account", IdOf('a', 1), "name"), Value(Text("Alza")));
}

TEST(LocalEdits, SaysWhatIsNotThere) {
  Company it;
  EXPECT_EQ(it.edits.Edit("acount", TextOf('a', 1), {}).error().message,
            "the policy has no entity 'acount' (did you mean 'account'?)");
  EXPECT_EQ(it.edits.Edit("report", TextOf('a', 1), {}).error().message,
            "report: its records are not kept on the device (go online to change them)");
  EXPECT_EQ(it.edits.Edit("account", TextOf('a', 3), {}).error().message,
            "account " + TextOf('a', 3) + " is not on this device");
  EXPECT_EQ(it.edits.Delete("account", "Alza").error().code, ErrorCode::kInvalid);
}

TEST(LocalEdits, AsksThePolicyFirst) {
  Company it;
  it.policy.Find("account")->allow = {.create = false, .update = false, .remove = false};
  it.edits.SetPolicy(it.policy);
  EXPECT_EQ(it.edits.Create("account", {{"name", "x"}}).error().code, ErrorCode::kDenied);
  EXPECT_EQ(it.Edit("name", "x").error().code, ErrorCode::kDenied);
  EXPECT_EQ(it.edits.Delete("account", TextOf('a', 1)).error().message,
            "account: the policy does not allow to delete its records on the device");
  EXPECT_EQ(it.Outbox().size(), 0u);
}

TEST(LocalEdits, ANewRecordGetsItsIdHere) {
  Company it;
  const auto id = it.edits.Create(
      "contact",
      {{"fullname", "Eva"}, {"age", "41"}, {"parentcustomerid", "account/" + TextOf('a', 1)}});
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, TextOf('e', 1));
  EXPECT_EQ(it.At("contact", IdOf('e', 1), "fullname"), Value(Text("Eva")));
  EXPECT_EQ(it.Row("contact", IdOf('e', 1))->version(), "");
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.kind, ChangeKind::kCreate);
  EXPECT_EQ(entry.version, "");
  EXPECT_EQ(Mine(entry, "parentcustomerid"), Value(IdOf('a', 1)));
  EXPECT_EQ(Mine(entry, "parentcustomerid@type"), Value(Text("account")));
  it.ExpectSound();
}

TEST(LocalEdits, ANewRecordMustHaveWhatTheServerInsistsOn) {
  Company it;
  EXPECT_EQ(it.edits.Create("account", {{"revenue", "1"}}).error().message,
            "account.name: a new record must have it");
}

// The server makes whoever creates a record its owner; the schema calls the field required all the
// same.
TEST(LocalEdits, ANewRecordMayLeaveItsOwnerToTheServer) {
  Company it;
  EXPECT_TRUE(it.edits.Create("account", {{"name", "New"}}));
  EXPECT_EQ(it.edits.Edit("account", TextOf('a', 1), {{"ownerid", ""}}).error().message,
            "account.ownerid: it must have a value");
}

TEST(LocalEdits, ATextKeyIsGivenByTheUserOnce) {
  Company it;
  EXPECT_EQ(it.edits.Create("currency", {{"name", "Crown"}}).error().message,
            "currency.code: a new record must have it");
  const auto made = it.edits.Create("currency", {{"code", "CZK"}, {"name", "Crown"}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made, "CZK");
  EXPECT_EQ(it.edits.Create("currency", {{"code", "CZK"}}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(it.Only().id, Value(Text("CZK")));
}

TEST(LocalEdits, ADeletedRecordIsGoneAtOnceAndItsRowIsKeptToBringItBack) {
  Company it;
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.kind, ChangeKind::kDelete);
  EXPECT_EQ(entry.version, "7");
  EXPECT_EQ(Base(entry, "name"), Value(Text("Alza")));
  EXPECT_EQ(Base(entry, "revenue"), Value(std::int64_t{125'000}));
  EXPECT_EQ(Mine(entry, "name"), Value());
  EXPECT_EQ(it.Edit("name", "x").error().code, ErrorCode::kNotFound);
  it.ExpectSound();
}

// Every pair of changes of one record, the first still waiting.
TEST(LocalEdits, CreateThenUpdateIsOneCreate) {
  Company it;
  const Text id = *it.edits.Create("account", {{"name", "New"}, {"revenue", "1"}});
  ASSERT_TRUE(it.edits.Edit("account", id, {{"name", "Newer"}, {"revenue", ""}, {"tags", "1"}}));
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.kind, ChangeKind::kCreate);
  ASSERT_EQ(entry.changes.size(), 2u);
  EXPECT_EQ(Mine(entry, "name"), Value(Text("Newer")));
  EXPECT_EQ(Base(entry, "name"), Value());
  EXPECT_EQ(Mine(entry, "tags"), Value(Text(",1,")));
}

TEST(LocalEdits, CreateThenDeleteIsNothing) {
  Company it;
  const Text id = *it.edits.Create("account", {{"name", "New"}});
  ASSERT_TRUE(it.edits.Delete("account", id));
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_FALSE(it.Row("account", IdOf('e', 1)));
  it.ExpectSound();
}

TEST(LocalEdits, UpdateThenUpdateIsOneUpdateOnTheFirstBase) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "One"));
  ASSERT_TRUE(it.Edit("name", "Two"));
  ASSERT_TRUE(it.Edit("revenue", "1"));
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.changes.size(), 2u);
  EXPECT_EQ(Mine(entry, "name"), Value(Text("Two")));
  EXPECT_EQ(Base(entry, "name"), Value(Text("Alza")));
  EXPECT_EQ(entry.version, "7");
}

// That it was deleted there was the look of things: the server may only have hidden it.
TEST(LocalEdits, ARecordThatIsMadeAgainAndDeletedIsDeletedThereToo) {
  OutboxEntry again = {.kind = ChangeKind::kCreate,
                       .version = "7",
                       .state = EntryState::kError,
                       .attempts = 3,
                       .changes = {{.field = "name", .mine = Text("Mine")}}};
  const OutboxEntry remove = {
      .kind = ChangeKind::kDelete,
      .changes = {{.field = "name", .base = Text("Mine"), .before = Text("Mine")}}};
  const auto both = Condense(again, remove);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->kind, ChangeKind::kDelete);
  EXPECT_EQ(both->version, "") << "it is looked for before it is sent";
  EXPECT_EQ(both->attempts, 0);
  EXPECT_EQ(both->changes, remove.changes);
  again.version.clear();
  EXPECT_FALSE(Condense(again, remove)) << "the server never had it";
}

TEST(LocalEdits, UpdateThenDeleteIsADeleteOfWhatTheServerHas) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "One"));
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.kind, ChangeKind::kDelete);
  EXPECT_EQ(entry.version, "7");
  EXPECT_EQ(Base(entry, "name"), Value(Text("Alza")));
}

TEST(LocalEdits, AFieldSetBackIsNoChange) {
  Company it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}, {"revenue", "2"}}));
  ASSERT_TRUE(it.Edit("name", "Alza"));
  EXPECT_EQ(it.Only().changes.size(), 1u);
  ASSERT_TRUE(it.Edit("revenue", "1250"));
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.At("account", IdOf('a', 1), "revenue"), Value(std::int64_t{125'000}));
}

TEST(LocalEdits, AnEditThatChangesNothingIsNoChange) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "Alza"));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

TEST(LocalEdits, APolymorphicLookupAndItsTargetGoTogether) {
  Company it;
  it.Put("contact", IdOf('c', 1), "3",
         {{"parentcustomerid", IdOf('a', 1)}, {"parentcustomerid@type", Text("account")}});
  const auto point = [&](const Text& at) {
    return it.edits.Edit("contact", TextOf('c', 1), {{"parentcustomerid", at}});
  };
  ASSERT_TRUE(point("account/" + TextOf('a', 2)));
  // The type is the same as before, and yet the server must be told it.
  EXPECT_EQ(Mine(it.Only(), "parentcustomerid@type"), Value(Text("account")));
  ASSERT_TRUE(point("account/" + TextOf('a', 1)));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

TEST(LocalEdits, WhatIsOnItsWayIsNeverChanged) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "One"));
  it.Send(it.Only().seq);
  const OutboxEntry sent = it.Only();
  ASSERT_TRUE(it.Edit("name", "Two"));
  ASSERT_TRUE(it.Edit("revenue", "3"));
  const auto entries = it.Outbox();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0], sent);
  EXPECT_EQ(entries[1].state, EntryState::kWaiting);
  EXPECT_EQ(entries[1].version, "") << "based on the version the first one earns";
  EXPECT_EQ(Base(entries[1], "name"), Value(Text("One")));
  it.ExpectSound();
}

TEST(LocalEdits, ARecordOnItsWayIsDeletedAfterIt) {
  Company it;
  const Text id = *it.edits.Create("account", {{"name", "New"}});
  it.Send(it.Only().seq);
  ASSERT_TRUE(it.edits.Delete("account", id));
  const auto entries = it.Outbox();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].kind, ChangeKind::kCreate);
  EXPECT_EQ(entries[1].kind, ChangeKind::kDelete);
  EXPECT_FALSE(it.Row("account", IdOf('e', 1)));
}

TEST(LocalEdits, EditingWhatTheServerRefusedSendsItAgain) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "Bad"));
  it.Send(it.Only().seq);
  auto settling = Settling::Make(it.database);
  ASSERT_TRUE(settling->Park(it.Only().seq, "the name is taken"));
  EXPECT_EQ(it.Only().state, EntryState::kError);
  EXPECT_EQ(it.Only().message, "the name is taken");
  ASSERT_TRUE(it.Edit("name", "Good"));
  EXPECT_EQ(it.Only().state, EntryState::kWaiting);
  EXPECT_EQ(it.Only().message, "");
}

TEST(LocalEdits, ARecordNeverSentStaysWhileOthersPointAtIt) {
  Company it;
  const Text parent = *it.edits.Create("account", {{"name", "Parent"}});
  ASSERT_TRUE(it.edits.Create("account", {{"name", "Child"}, {"parentaccountid", parent}}));
  const auto refused = it.edits.Delete("account", parent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "account " + parent + " was never sent, and account " + TextOf('e', 2) +
                " points at it by 'parentaccountid' (clear that field first)");
  ASSERT_TRUE(it.edits.Edit("account", TextOf('e', 2), {{"parentaccountid", ""}}));
  EXPECT_TRUE(it.edits.Delete("account", parent));
}

TEST(LocalEdits, NothingPointsAtWhatWasDeletedHere) {
  Company it;
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 2)));
  EXPECT_EQ(it.Edit("parentaccountid", TextOf('a', 2)).error().message,
            "account.parentaccountid: account " + TextOf('a', 2) + " was deleted on this device");
}

TEST(LocalEdits, AssociatesAndDisassociates) {
  Company it;
  const std::vector<FieldText> pair = {{"campaignid", TextOf('f', 1)},
                                       {"accountid", TextOf('a', 1)}};
  ASSERT_TRUE(it.edits.Associate("campaign_account", pair));
  ASSERT_TRUE(it.edits.Associate("campaign_account", pair)) << "twice is once";
  EXPECT_EQ(it.Only().kind, ChangeKind::kAssociate);
  EXPECT_EQ(it.At("campaign_account", IdOf('e', 1), "accountid"), Value(IdOf('a', 1)));
  ASSERT_TRUE(it.edits.Disassociate("campaign_account", pair));
  ASSERT_TRUE(it.edits.Disassociate("campaign_account", pair));
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_FALSE(it.Row("campaign_account", IdOf('e', 1)));

  it.Put("campaign_account", IdOf('b', 1), "5",
         {{"campaignid", IdOf('f', 1)}, {"accountid", IdOf('a', 1)}});
  ASSERT_TRUE(it.edits.Disassociate("campaign_account", pair));
  EXPECT_EQ(it.Only().kind, ChangeKind::kDisassociate);
  EXPECT_FALSE(it.Row("campaign_account", IdOf('b', 1)));
  ASSERT_TRUE(it.edits.Associate("campaign_account", pair)) << "taking it back";
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.Row("campaign_account", IdOf('b', 1))->version(), "5");
  it.ExpectSound();
}

TEST(LocalEdits, AFullDiskLeavesRecordAndOutboxAsTheyWere) {
  Company it;
  auto pages = it.database.Prepare("PRAGMA page_count");
  ASSERT_TRUE(pages && pages->Step());
  const std::int64_t used = pages->Integer(0);
  pages->Reset();
  ASSERT_TRUE(it.database.Execute("PRAGMA max_page_count=" + std::to_string(used)));
  int done = 0;
  Result<Text> made;
  while ((made = it.edits.Create("contact", {{"fullname", Text(600, 'x')}})) && done < 1000) ++done;
  ASSERT_FALSE(made) << "the disk never filled";
  EXPECT_EQ(made.error().code, ErrorCode::kIo);
  ASSERT_TRUE(it.database.Execute("PRAGMA max_page_count=1000000"));
  EXPECT_EQ(it.Outbox().size(), static_cast<std::size_t>(done));
  for (int i = 1; i <= it.made; ++i) {
    EXPECT_EQ(it.Row("contact", IdOf('e', i)).has_value(), i <= done);
  }
  it.ExpectSound();
}

TEST(LocalEdits, SeesATableThatWasReplaced) {
  Company it;
  ASSERT_TRUE(it.Edit("name", "One"));
  Database other = it.Connect();
  ASSERT_TRUE(
      other.Execute("ALTER TABLE account DROP COLUMN founded;"
                    "DELETE FROM \"@field\" WHERE name='founded'"));
  EXPECT_EQ(it.Edit("founded", "2001-01-01").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(it.Edit("name", "Two"));
}

}  // namespace
}  // namespace satchel
