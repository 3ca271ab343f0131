#include "engine/store/overlay.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "engine/store/condense.h"
#include "engine/store/conflict.h"
#include "engine/store/outbox_settle.h"
#include "tests/support/local_world.h"

namespace satchel {
namespace {

using Text = std::string;

struct Device : LocalWorld {
  Device() {
    Put("account", IdOf('a', 1), "7", {{"name", Text("Alza")}, {"revenue", std::int64_t{100}}});
    Put("account", IdOf('a', 2), "8", {{"name", Text("Billa")}});
  }
  LocalTable Table(const Text& entity = "account") {
    auto tables = LocalTables::Read(database);
    return tables->Rows(entity)->table();
  }
  // What an incremental download does with a row.
  void Arrive(const Value& id, const Text& version, const std::vector<FieldValue>& values) {
    auto tables = LocalTables::Read(database);
    LocalRows* rows = tables->Rows("account");
    const auto row = rows->Find(id);
    ASSERT_TRUE(row);
    std::vector<FieldValue> all = values;
    all.push_back({"accountid", id});
    all.push_back({Text(kVersionColumn), version});
    ASSERT_TRUE(*row ? rows->Update((*row)->row, all) : rows->Insert(all));
    ASSERT_TRUE(database.Execute("CREATE TEMP TABLE arrived(id)"));
    auto put = database.Prepare("INSERT INTO arrived VALUES(?1)");
    put->Bind(1, ToCell(id));
    ASSERT_TRUE(put->Run());
    ASSERT_TRUE(LayOver(database, Table(), "SELECT id FROM arrived"));
    ASSERT_TRUE(database.Execute("DROP TABLE arrived"));
  }
  // What a full download does: the table holds nothing but what the server sent.
  void Replace(const std::vector<std::pair<Guid, Text>>& names, const Text& version) {
    const auto pinned = TakePinnedRows(database);
    ASSERT_TRUE(pinned);
    ASSERT_TRUE(database.Execute("DELETE FROM account"));
    for (const auto& [id, name] : names) Put("account", id, version, {{"name", name}});
    ASSERT_TRUE(LayOverFresh(database, Table(), *pinned));
    ASSERT_TRUE(ForgetStaged(database, "account"));
    ExpectSound();
  }
  Text Name(int number, char family = 'a') {
    const Value value = At("account", IdOf(family, number), "name");
    const auto* text = std::get_if<Text>(&value);
    return text ? *text : "";
  }
  std::set<Text> Pinned() {
    auto ids = database.Prepare(kPinnedIdsSql);
    EXPECT_TRUE(ids);
    ids->Bind(1, std::string_view("account"));
    std::set<Text> found;
    while (*ids->Step()) found.insert(IdText(ToValue(ids->At(0))));
    return found;
  }
  // Which of the records written here a download brought.
  void Came(const std::set<Value>& ids) {
    ASSERT_TRUE(NoteReadBack(database, Table(),
                             [&](const Value& id) { return Result<bool>(ids.contains(id)); }));
  }
  // Sends the only entry and lets the server answer.
  void Upload(const Text& version) {
    auto settling = Settling::Make(database);
    const OutboxEntry entry = Only();
    const auto sent = settling->MarkSending({{entry.seq, entry.revision, {}}});
    ASSERT_TRUE(sent && sent->front());
    ASSERT_TRUE(settling->Acknowledge(*sent->front(), version));
  }
};

TEST(Overlay, ADownloadNeverTouchesPendingFields) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Arrive(IdOf('a', 1), "9", {{"name", Text("Theirs")}, {"revenue", std::int64_t{500}}});
  EXPECT_EQ(it.Name(1), "Mine");
  EXPECT_EQ(it.At("account", IdOf('a', 1), "revenue"), Value(std::int64_t{500}));
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "9");
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.version, "7") << "the conflict is still met at upload";
  EXPECT_EQ(FindChange(entry, "name")->base, Value(Text("Theirs")));
}

TEST(Overlay, ABaseThatMovedIsWhatAnUndoGoesBackTo) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Arrive(IdOf('a', 1), "9", {{"name", Text("Theirs")}});
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Theirs"}}));
  EXPECT_EQ(it.Outbox().size(), 0u);
}

// Where no version is known nothing else tells whether somebody wrote what the user never saw.
TEST(Overlay, WhatTheUserSawStaysWhateverIsDownloaded) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}}));
  it.Upload("");
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Two"}}));
  it.Arrive(IdOf('a', 1), "20", {{"name", Text("Theirs")}});
  EXPECT_EQ(it.Name(1), "Two");
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.changes.front().base, Value(Text("Theirs")));
  EXPECT_EQ(entry.changes.front().before, Value(Text("One")));
  const ServerRow theirs = {.version = "20", .values = {{"name", Text("Theirs")}}};
  EXPECT_EQ(Compare(entry, theirs, nullptr), Standing::kTheirs);
}

// Whatever the user does with the change: who edits next has seen what the row shows then.
TEST(Overlay, AfterAnUndoNoLaterEditOverwritesWhatWasNeverShown) {
  const auto arrive = [](Device& it) {
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}}));
    it.Upload("");
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Two"}}));
    it.Arrive(IdOf('a', 1), "20", {{"name", Text("Theirs")}});
  };
  const ServerRow theirs = {.version = "20", .values = {{"name", Text("Theirs")}}};
  Device back;
  arrive(back);
  ASSERT_TRUE(back.edits.Edit("account", TextOf('a', 1), {{"name", "One"}}));
  EXPECT_EQ(back.Name(1), "One");
  EXPECT_EQ(Compare(back.Only(), theirs, nullptr), Standing::kTheirs);

  Device gone;
  arrive(gone);
  ASSERT_TRUE(DiscardEntry(gone.database, gone.Only().seq));
  EXPECT_EQ(gone.Name(1), "Theirs");
  EXPECT_EQ(gone.Row("account", IdOf('a', 1))->version(), "20");
  ASSERT_TRUE(gone.edits.Edit("account", TextOf('a', 1), {{"name", "Three"}}));
  EXPECT_EQ(gone.Only().version, "20");
}

TEST(Overlay, AConflictThatADownloadBroughtUpToDateKeepsWhatTheUserSaw) {
  for (const bool removes : {true, false}) {
    SCOPED_TRACE(removes);
    Device it;
    if (removes) {
      ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    } else {
      ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
    }
    auto settling = Settling::Make(it.database);
    const auto park = [&](const Text& version, const Text& name) {
      ASSERT_TRUE(settling->ParkConflict(
          it.Only().seq, "met",
          ServerRow{.version = version,
                    .values = {{"name", name}, {"revenue", std::int64_t{500}}}}));
    };
    park("9", "Theirs");
    it.Arrive(IdOf('a', 1), "11", {{"name", Text("Newer")}, {"revenue", std::int64_t{600}}});
    const OutboxEntry entry = it.Only();
    const FieldChange* name = FindChange(entry, "name");
    EXPECT_EQ(name->before, Value(Text("Alza")));
    EXPECT_EQ(name->base, Value(Text("Newer")));
    EXPECT_EQ(name->theirs, Value(Text("Newer")));
  }
}

TEST(Overlay, AConflictWithADeletionIsOneWithTheRecordWhenItIsThereAgain) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  ASSERT_TRUE(Settling::Make(it.database)->ParkConflict(it.Only().seq, "gone", std::nullopt));
  it.Arrive(IdOf('a', 1), "11", {{"name", Text("Theirs")}});
  const OutboxEntry entry = it.Only();
  EXPECT_FALSE(entry.theirs_gone);
  EXPECT_EQ(entry.their_version, "11");
  EXPECT_EQ(entry.message, kChangedThere);
  EXPECT_EQ(FindChange(entry, "name")->theirs, Value(Text("Theirs")));
  EXPECT_EQ(it.Name(1), "Mine");
}

// What a user decided on, or a rule let go over, is not met again: only what others write after it.
TEST(Overlay, WhereTheServerTellsNoVersionsADecisionHolds) {
  const auto theirs = [](const Text& name) {
    return ServerRow{.values = {{"name", name}, {"revenue", std::int64_t{100}}}};
  };
  for (const bool asks : {true, false}) {
    SCOPED_TRACE(asks);
    Device it;
    it.Put("account", IdOf('a', 3), "", {{"name", Text("Cez")}});
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 3), {{"name", "Mine"}}));
    EXPECT_EQ(Compare(it.Only(), theirs("Theirs"), nullptr), Standing::kTheirs);
    auto settling = Settling::Make(it.database);
    if (asks) {
      ASSERT_TRUE(settling->ParkConflict(it.Only().seq, "met", theirs("Theirs")));
      ASSERT_TRUE(ResolveConflict(it.database, it.Only().seq, Keep::kMine));
    } else {
      ASSERT_TRUE(settling->Rebase(it.Only().seq, false, theirs("Theirs")));
    }
    EXPECT_EQ(Compare(it.Only(), theirs("Theirs"), nullptr), Standing::kBase);
    EXPECT_EQ(Compare(it.Only(), theirs("Newer"), nullptr), Standing::kTheirs);
  }
}

// A record made here is not known before the server shows it: at once after it was made, sent or
// not, and by the update that sends a lookup that its create left out.
TEST(Overlay, WhatWasEmptyOfARecordMadeHereIsNotKnownUntilTheServerShowsIt) {
  Device it;
  const auto made =
      it.edits.Create("account", {{"name", "Fresh"}, {"parentaccountid", TextOf('a', 1)}});
  ASSERT_TRUE(made);
  auto settling = Settling::Make(it.database);
  const OutboxEntry create = it.Only();
  const auto sent =
      settling->MarkSending({{create.seq, create.revision, {"parentaccountid"}, false}});
  ASSERT_TRUE(sent && sent->front());
  ASSERT_EQ(it.Outbox().size(), 2u);
  EXPECT_TRUE(it.Outbox().back().unread);
  ASSERT_TRUE(RemoveEntry(it.database, it.Outbox().back().seq));
  ASSERT_TRUE(it.edits.Edit("account", *made, {{"revenue", "7"}}));
  EXPECT_TRUE(it.Outbox().back().unread) << "the create is on its way";
  ASSERT_TRUE(RemoveEntry(it.database, it.Outbox().back().seq));
  ASSERT_TRUE(settling->Acknowledge(*sent->front(), "12"));
  ASSERT_TRUE(it.edits.Edit("account", *made, {{"revenue", "8"}}));
  EXPECT_TRUE(it.Only().unread) << "acknowledged, not shown";
  ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
  it.Came({Value(*ParseGuid(*made))});
  ASSERT_TRUE(it.edits.Edit("account", *made, {{"revenue", "9"}}));
  EXPECT_FALSE(it.Only().unread);
}

// Its values of before are those it was first changed from.
TEST(Overlay, WhatTheUserSawIsOfTheFirstEditOfAField) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Arrive(IdOf('a', 1), "9", {{"name", Text("Theirs")}, {"revenue", std::int64_t{500}}});
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine too"}, {"revenue", "7"}}));
  EXPECT_EQ(FindChange(it.Only(), "name")->before, Value(Text("Alza")));
  EXPECT_EQ(FindChange(it.Only(), "revenue")->before, Value(std::int64_t{500}));
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  EXPECT_EQ(FindChange(it.Only(), "name")->before, Value(Text("Alza")));
  EXPECT_EQ(FindChange(it.Only(), "revenue")->before, Value(std::int64_t{500}));
}

TEST(Overlay, TwoEntriesOfARecordLieOnEachOther) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}, {"revenue", "2"}}));
  auto settling = Settling::Make(it.database);
  ASSERT_TRUE(settling->MarkSending({{it.Only().seq, it.Only().revision, {}}}));
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Two"}}));
  it.Arrive(IdOf('a', 1), "9", {{"name", Text("Theirs")}, {"revenue", std::int64_t{500}}});
  EXPECT_EQ(it.Name(1), "Two");
  EXPECT_EQ(it.At("account", IdOf('a', 1), "revenue"), Value(std::int64_t{200}));
  const auto entries = it.Outbox();
  EXPECT_EQ(FindChange(entries[0], "name")->base, Value(Text("Theirs")));
  EXPECT_EQ(FindChange(entries[1], "name")->base, Value(Text("One")));
}

TEST(Overlay, APendingDeleteHidesTheRowThatArrives) {
  Device it;
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  it.Arrive(IdOf('a', 1), "9", {{"name", Text("Theirs")}});
  EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
  EXPECT_EQ(FindChange(it.Only(), "name")->base, Value(Text("Theirs")));
  EXPECT_EQ(it.Only().version, "7");
  it.ExpectSound();
}

// B17: a record never sent, which the server knows nothing of.
TEST(Overlay, B17AFullDownloadKeepsWhatIsPending) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  ASSERT_TRUE(it.edits.Create("account", {{"name", "New"}}));
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 2)));
  // The filter keeps neither the edited one nor, of course, the new one; the deleted one is there.
  it.Replace({{IdOf('a', 2), "Billa"}, {IdOf('a', 3), "Cez"}}, "9");
  EXPECT_EQ(it.Name(1), "Mine");
  EXPECT_EQ(it.At("account", IdOf('a', 1), "revenue"), Value(std::int64_t{100}));
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "7");
  EXPECT_EQ(it.Name(1, 'e'), "New");
  EXPECT_FALSE(it.Row("account", IdOf('a', 2)));
  EXPECT_EQ(it.Name(3), "Cez");
  const auto entries = it.Outbox();
  EXPECT_EQ(FindChange(entries[0], "name")->base, Value(Text("Alza")))
      << "the server said nothing new about it";
}

TEST(Overlay, AFullDownloadLaysChangesOverItsRows) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Replace({{IdOf('a', 1), "Theirs"}}, "9");
  EXPECT_EQ(it.Name(1), "Mine");
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "9");
  EXPECT_EQ(FindChange(it.Only(), "name")->base, Value(Text("Theirs")));
}

TEST(Overlay, PinsWhatIsPendingAndWhatWasJustWritten) {
  Device it;
  EXPECT_EQ(it.Pinned(), std::set<Text>());
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  EXPECT_EQ(it.Pinned(), std::set<Text>{TextOf('a', 1)});
  it.Upload("12");
  EXPECT_EQ(it.Outbox().size(), 0u);
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "12");
  EXPECT_EQ(it.Pinned(), std::set<Text>{TextOf('a', 1)});
  ASSERT_TRUE(
      ReleaseWritten(it.database, "account", {.kind = HighWater::Kind::kVersion, .version = 12}));
  EXPECT_EQ(it.Pinned(), std::set<Text>());
}

// B59: the read side shows what was before our write.
TEST(Overlay, B59AReadSideThatLagsCannotTakeBackWhatWasWritten) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Upload("12");
  const HighWater behind = {.kind = HighWater::Kind::kVersion, .version = 11};
  ASSERT_TRUE(ReleaseWritten(it.database, "account", behind));
  // An incremental download brings the row as it was.
  const LocalTable table = it.Table();
  ASSERT_TRUE(it.database.Execute(CreateTableSql(table, "incoming")));
  ASSERT_TRUE(
      it.database.Execute("INSERT INTO incoming(\"@version\",accountid,name) SELECT "
                          "'7',accountid,'Alza' FROM account"));
  EXPECT_EQ(*DropStaleRows(it.database, table, "incoming"), 1);
  // A full one too, or it does not have the row at all.
  it.Replace({{IdOf('a', 1), "Alza"}}, "7");
  EXPECT_EQ(it.Name(1), "Mine");
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "12");
  it.Replace({}, "7");
  EXPECT_EQ(it.Name(1), "Mine");
  // By and by the record must have left the view for another reason.
  ASSERT_TRUE(ReleaseWritten(it.database, "account", behind));
  ASSERT_TRUE(ReleaseWritten(it.database, "account", behind));
  it.Replace({}, "7");
  EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
}

// B59: a record that is there, only older, has not left the view.
TEST(Overlay, B59AReadSideThatLagsForLongCannotTakeBackWhatWasWrittenEither) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Upload("12");
  const HighWater behind = {.kind = HighWater::Kind::kVersion, .version = 11};
  for (int download = 0; download < kDownloadsToRemember; ++download) {
    ASSERT_TRUE(ReleaseWritten(it.database, "account", behind));
    it.Replace({{IdOf('a', 1), "Alza"}}, "7");
    ASSERT_EQ(it.Name(1), "Mine") << download;
  }
  // The server was put back without anybody's telling: its word counts in the end.
  ASSERT_TRUE(ReleaseWritten(it.database, "account", behind));
  it.Replace({{IdOf('a', 1), "Alza"}}, "7");
  EXPECT_EQ(it.Name(1), "Alza");
}

// B59: without versions that count, the one before the write is known all the same.
TEST(Overlay, B59AReadSideThatLagsIsKnownByTheVersionThatWasReplaced) {
  Device it;
  it.Put("account", IdOf('a', 3), "x1", {{"name", Text("Cez")}});
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 3), {{"name", "Mine"}}));
  it.Upload("x9");
  const HighWater now = {.kind = HighWater::Kind::kTime, .time = {1}};
  ASSERT_TRUE(ReleaseWritten(it.database, "account", now));
  it.Replace({{IdOf('a', 3), "Cez"}}, "x1");
  EXPECT_EQ(it.Name(3), "Mine");
  it.Replace({{IdOf('a', 3), "Somebody's"}}, "x4");
  EXPECT_EQ(it.Name(3), "Somebody's");
  it.Replace({}, "x4");
  EXPECT_FALSE(it.Row("account", IdOf('a', 3))) << "it is not kept where the server has it not";
}

// B59: nor can it by what was there before the write before.
TEST(Overlay, B59EveryVersionThatWasWrittenOverIsKnown) {
  Device it;
  it.Put("account", IdOf('a', 3), "x1", {{"name", Text("Cez")}});
  const HighWater now = {.kind = HighWater::Kind::kTime, .time = {1}};
  for (const auto& [name, version] : {std::pair("One", "x5"), {"Two", "x3"}, {"Three", "x9"}}) {
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 3), {{"name", name}}));
    it.Upload(version);
  }
  for (const char* old : {"x1", "x5", "x3"}) {
    ASSERT_TRUE(ReleaseWritten(it.database, "account", now));
    it.Replace({{IdOf('a', 3), "Old"}}, old);
    EXPECT_EQ(it.Name(3), "Three") << old;
  }
  it.Replace({{IdOf('a', 3), "Somebody's"}}, "x4");
  EXPECT_EQ(it.Name(3), "Somebody's");
}

// B59: it left meanwhile, and a full read has it as it was before.
TEST(Overlay, B59WhatLeftDoesNotComeBackAsItWasBeforeItWasWritten) {
  Device it;
  it.Put("account", IdOf('a', 3), "x1", {{"name", Text("Cez")}});
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 3), {{"name", "Mine"}}));
  it.Upload("x9");
  ASSERT_TRUE(it.database.Execute("DELETE FROM account WHERE name='Mine'"));
  it.Replace({{IdOf('a', 3), "Cez"}}, "x1");
  EXPECT_FALSE(it.Row("account", IdOf('a', 3)));
  it.Replace({{IdOf('a', 3), "Mine"}}, "x9");
  EXPECT_EQ(it.Name(3), "Mine");
}

// A read that had begun before, and one that only catches up with another, say no more of it.
TEST(Overlay, ASyncCountsOnceForWhatWasWrittenBeforeIt) {
  const HighWater behind = {.kind = HighWater::Kind::kVersion, .version = 11};
  for (const bool staged : {true, false}) {
    Device it;
    if (staged) {
      ASSERT_TRUE(it.database.Execute(
          "INSERT INTO \"@staging\" VALUES('account','',0,'p2',1,1,1,1,1,1,'')"));
    }
    const Text id = *it.edits.Create("account", {{"name", "Fresh"}});
    it.Upload("12");
    for (int reads = 0; reads <= kDownloadsThatMayLag + 1; ++reads) {
      ASSERT_TRUE(ReleaseWritten(it.database, "account", behind, staged));
    }
    EXPECT_TRUE(it.Pinned().contains(id));
    ASSERT_TRUE(ForgetStaged(it.database, "account"));
    for (int reads = 0; reads <= kDownloadsThatMayLag; ++reads) {
      EXPECT_TRUE(it.Pinned().contains(id)) << reads;
      ASSERT_TRUE(ReleaseWritten(it.database, "account", behind));
    }
    EXPECT_FALSE(it.Pinned().contains(id));
  }
}

// B40: a server that was put back knows nothing of what was written here before. That it was put
// back may be no more than its newest record's being gone: what this very sync sent stays.
TEST(Overlay, B40AServerThatWasPutBackDoesNotCountForWhatWasJustWritten) {
  for (const bool before : {true, false}) {
    Device it;
    const auto made = it.edits.Create("account", {{"name", "Fresh"}});
    ASSERT_TRUE(made);
    it.Upload("12");
    if (before) {
      ASSERT_TRUE(ReleaseWritten(it.database, "account",
                                 {.kind = HighWater::Kind::kVersion, .version = 11}));
    }
    ASSERT_TRUE(ForgetWritten(it.database, "account", {}));
    it.Replace({{IdOf('a', 1), "Alza"}}, "7");
    EXPECT_EQ(it.Row("account", *ParseGuid(*made)).has_value(), !before);
  }
}

// B40, B59: where nothing was put back but the newest record has gone, a read side that lags shows
// records as they were before this very sync wrote them. Where it was put back in between, the next
// download shows what the server has.
struct SeemsPutBack : Device {
  const HighWater behind = {.kind = HighWater::Kind::kVersion, .version = 7};

  // What was written of the account before; `just`: by this very sync.
  void Download(bool just) {
    IdsByEntity written;
    if (just) written["account"].insert(IdOf('a', 1));
    ASSERT_TRUE(ForgetWritten(database, "account", written));
    ASSERT_TRUE(ReleaseWritten(database, "account", behind));
    Replace({{IdOf('a', 1), "Alza"}}, "7");
    EXPECT_EQ(IdsToReadBack(database, Table())->size(), just ? 1u : 0u);
  }
  void ExpectTheNextDownloadToCount() {
    ASSERT_TRUE(ReleaseWritten(database, "account", behind));
    Arrive(IdOf('a', 1), "7", {{"name", Text("Alza")}});
    EXPECT_EQ(Name(1), "Alza");
    EXPECT_TRUE(IdsToReadBack(database, Table())->empty());
  }
};

TEST(Overlay, B40WhatThisSyncWroteIsBelievedForOneDownloadWhereTheServerSeemsToBePutBack) {
  for (const bool just : {true, false}) {
    SeemsPutBack it;
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
    it.Upload("12");
    it.Download(just);
    EXPECT_EQ(it.Name(1), just ? "Mine" : "Alza");
    it.ExpectTheNextDownloadToCount();
  }
}

// The same of a deletion, which nothing else would tell a second time.
TEST(Overlay, B40WhatThisSyncDeletedStaysAwayForOneDownloadWhereTheServerSeemsToBePutBack) {
  for (const bool just : {true, false}) {
    SeemsPutBack it;
    ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
    it.Upload("");
    it.Download(just);
    EXPECT_EQ(it.Row("account", IdOf('a', 1)).has_value(), !just);
    it.ExpectTheNextDownloadToCount();
  }
}

// B15: the echo of what was deleted here.
TEST(Overlay, B15AnEchoDoesNotBringADeletedRecordBack) {
  Device it;
  ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 1)));
  it.Upload("");
  it.Replace({{IdOf('a', 1), "Alza"}}, "7");
  EXPECT_FALSE(it.Row("account", IdOf('a', 1)));
  // Somebody really made it again: it has a later version.
  it.Replace({{IdOf('a', 1), "Again"}}, "31");
  EXPECT_EQ(it.Name(1), "Again");
}

// B15, B59: rows that an interrupted full read holds are older than what was written since,
// whatever their versions are: here others wrote in between.
TEST(Overlay, B15AnInterruptedReadDoesNotTakeBackWhatWasWrittenSince) {
  for (const bool removes : {true, false}) {
    Device it;
    it.Put("account", IdOf('a', 3), "x4", {{"name", Text("Theirs")}});
    ASSERT_TRUE(
        it.database.Execute("INSERT INTO \"@staging\" VALUES('account','',0,'p2',1,1,1,1,1,1,'')"));
    if (removes) {
      ASSERT_TRUE(it.edits.Delete("account", TextOf('a', 3)));
    } else {
      ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 3), {{"name", "Mine"}}));
    }
    it.Upload(removes ? "" : "x9");
    it.Replace({{IdOf('a', 3), "Old"}}, "x1");
    EXPECT_EQ(it.Name(3), removes ? "" : "Mine");
    // The next read began after the write.
    it.Replace({{IdOf('a', 3), "Again"}}, "x12");
    EXPECT_EQ(it.Name(3), "Again");
  }
}

TEST(Overlay, WhereTheServerToldNoVersionTheRecordIsToBeReadBack) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Upload("");
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "");
  EXPECT_EQ(*IdsToReadBack(it.database, it.Table()), std::vector<Value>{IdOf('a', 1)});
}

// A read side that is far behind does not have it yet; where changes are asked for by time it would
// never be told of again.
TEST(Overlay, WhatWasWrittenIsAskedForUntilItIsShown) {
  const HighWater time = {.kind = HighWater::Kind::kTime, .time = {1}};
  const auto download = [&](Device& it, const std::set<Value>& came) {
    ASSERT_TRUE(ReleaseWritten(it.database, "account", time));
    it.Came(came);
  };
  for (const bool create : {true, false}) {
    for (const char* version : {"x9", ""}) {
      SCOPED_TRACE(std::to_string(create) + version);
      Device it;
      Value id = IdOf('a', 1);
      if (create) {
        id = *ParseGuid(*it.edits.Create("account", {{"name", "Fresh"}}));
      } else {
        ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
      }
      it.Upload(version);
      for (int late = 0; late < kDownloadsToRemember - kDownloadsThatMayLag; ++late) {
        ASSERT_EQ(*IdsToReadBack(it.database, it.Table(), true), std::vector<Value>{id}) << late;
        EXPECT_TRUE(
            IdsToReadBack(it.database, it.Table(), true, "SELECT accountid FROM account")->empty())
            << "it came with the changes";
        const bool stays = it.Pinned().contains(IdText(id));
        EXPECT_EQ(stays, late == 0 || (create && late <= kDownloadsThatMayLag)) << late;
        download(it, {});
      }
      it.Came({id});
      EXPECT_TRUE(IdsToReadBack(it.database, it.Table(), true)->empty());
    }
  }
}

// Asking for ever for what the filter no longer keeps would be a request at every sync.
TEST(Overlay, WhatHasLeftIsNotAskedForAgain) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Upload("x9");
  ASSERT_TRUE(ReleaseWritten(it.database, "account", {.kind = HighWater::Kind::kTime}));
  ASSERT_TRUE(it.database.Execute("DELETE FROM account"));
  it.Came({});
  EXPECT_TRUE(IdsToReadBack(it.database, it.Table(), true)->empty());
}

TEST(Overlay, WhereNoChangesAreReadEverythingWrittenIsToBeReadBack) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Upload("7");
  EXPECT_TRUE(IdsToReadBack(it.database, it.Table())->empty());
  EXPECT_EQ(*IdsToReadBack(it.database, it.Table(), true), std::vector<Value>{IdOf('a', 1)});
}

// It may have left while the change held it back, and no later download would tell.
TEST(Overlay, ARecordWhoseChangeIsGivenUpIsAskedForOnceMore) {
  const auto discarded = [](Device& it) {
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
    ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
  };
  const auto edited_back = [](Device& it) {
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Alza"}}));
  };
  for (const auto& give_up : {std::function<void(Device&)>(discarded), {edited_back}}) {
    Device it;
    give_up(it);
    EXPECT_EQ(*IdsToReadBack(it.database, it.Table()), std::vector<Value>{IdOf('a', 1)});
    EXPECT_TRUE(it.Pinned().empty()) << "it may leave";
    ASSERT_TRUE(ReleaseWritten(it.database, "account", {.version = 9}));
    it.Came({IdOf('a', 1)});
    EXPECT_TRUE(IdsToReadBack(it.database, it.Table())->empty()) << "one download is enough";
  }
  // Also right after it was written, when an older version is still not believed.
  Device just;
  ASSERT_TRUE(just.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  just.Upload("12");
  ASSERT_TRUE(just.edits.Edit("account", TextOf('a', 1), {{"name", "More"}}));
  ASSERT_TRUE(DiscardEntry(just.database, just.Only().seq));
  EXPECT_EQ(*IdsToReadBack(just.database, just.Table()), std::vector<Value>{IdOf('a', 1)});
  just.Replace({{IdOf('a', 1), "Alza"}}, "7");
  EXPECT_EQ(just.Name(1), "Mine");

  Device it;
  const auto made = it.edits.Create("account", {{"name", "Fresh"}});
  ASSERT_TRUE(made && DiscardEntry(it.database, it.Only().seq));
  EXPECT_TRUE(IdsToReadBack(it.database, it.Table())->empty()) << "the server never had it";
}

// A download may have brought it while the user's own held its place.
TEST(Overlay, ANewRecordThatOthersMayHaveMadeTooIsAskedForWhenItIsGivenUp) {
  Device it;
  ASSERT_TRUE(it.edits.Create("currency", {{"code", "CZK"}, {"name", "Mine"}}));
  ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
  EXPECT_EQ(*IdsToReadBack(it.database, it.Table("currency")), std::vector<Value>{Text("CZK")});

  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  const std::int64_t seq = it.Only().seq;
  ASSERT_TRUE(Settling::Make(it.database)->ParkConflict(seq, "gone", std::nullopt));
  ASSERT_TRUE(ResolveConflict(it.database, seq, Keep::kMine));
  EXPECT_EQ(it.Only().kind, ChangeKind::kCreate);
  ASSERT_TRUE(DiscardEntry(it.database, seq));
  EXPECT_EQ(*IdsToReadBack(it.database, it.Table()), std::vector<Value>{IdOf('a', 1)});
}

TEST(Overlay, ALinkIsKnownByItsEndsWhateverItsIdOnTheServer) {
  Device it;
  const std::vector<FieldText> one = {{"campaignid", TextOf('f', 1)},
                                      {"accountid", TextOf('a', 1)}};
  const std::vector<FieldText> two = {{"campaignid", TextOf('f', 2)},
                                      {"accountid", TextOf('a', 1)}};
  it.Put("campaign_account", IdOf('b', 2), "5",
         {{"campaignid", IdOf('f', 2)}, {"accountid", IdOf('a', 1)}});
  ASSERT_TRUE(it.edits.Associate("campaign_account", one));
  ASSERT_TRUE(it.edits.Disassociate("campaign_account", two));
  const auto pinned = TakePinnedRows(it.database);
  ASSERT_TRUE(it.database.Execute("DELETE FROM campaign_account"));
  it.Put("campaign_account", IdOf('b', 11), "9",
         {{"campaignid", IdOf('f', 1)}, {"accountid", IdOf('a', 1)}});
  it.Put("campaign_account", IdOf('b', 12), "9",
         {{"campaignid", IdOf('f', 2)}, {"accountid", IdOf('a', 1)}});
  ASSERT_TRUE(LayOverFresh(it.database, it.Table("campaign_account"), *pinned));
  EXPECT_TRUE(it.Row("campaign_account", IdOf('b', 11)));
  EXPECT_FALSE(it.Row("campaign_account", IdOf('b', 12)));
  EXPECT_FALSE(it.Row("campaign_account", IdOf('e', 1))) << "the pair is there once";
  it.ExpectSound();
}

}  // namespace
}  // namespace satchel
