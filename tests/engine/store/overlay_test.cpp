#include "engine/store/overlay.h"

#include <gtest/gtest.h>

#include <functional>

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

// Its upload has nothing else to tell whether somebody wrote what the user never saw.
TEST(Overlay, ABaseStaysWhereNoVersionGuardsTheChange) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}}));
  it.Upload("");
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Two"}}));
  it.Arrive(IdOf('a', 1), "20", {{"name", Text("Theirs")}});
  EXPECT_EQ(it.Name(1), "Two");
  const OutboxEntry entry = it.Only();
  EXPECT_EQ(entry.changes.front().base, Value(Text("One")));
  const ServerRow theirs = {.version = "20", .values = {{"name", Text("Theirs")}}};
  EXPECT_EQ(Compare(entry, theirs, nullptr), Standing::kTheirs);
}

// The row shows what the user saw; its version is of what he did not see.
TEST(Overlay, AfterAnUndoNoLaterEditOverwritesWhatWasNeverShown) {
  for (const bool discards : {true, false}) {
    SCOPED_TRACE(discards);
    Device it;
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}}));
    it.Upload("");
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Two"}}));
    it.Arrive(IdOf('a', 1), "20", {{"name", Text("Theirs")}});
    if (discards) {
      ASSERT_TRUE(DiscardEntry(it.database, it.Only().seq));
    } else {
      ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "One"}}));
    }
    EXPECT_EQ(it.Outbox().size(), 0u);
    EXPECT_EQ(it.Name(1), "One");
    ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Three"}}));
    const ServerRow theirs = {.version = "20", .values = {{"name", Text("Theirs")}}};
    EXPECT_EQ(Compare(it.Only(), theirs, nullptr), Standing::kTheirs);
  }
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

TEST(Overlay, WhereTheServerToldNoVersionTheRecordIsToBeReadBack) {
  Device it;
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "Mine"}}));
  it.Upload("");
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "");
  EXPECT_EQ(*IdsToReadBack(it.database, it.Table()), std::vector<Value>{IdOf('a', 1)});
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
    EXPECT_TRUE(IdsToReadBack(it.database, it.Table())->empty()) << "one download is enough";
  }
  Device it;
  const auto made = it.edits.Create("account", {{"name", "Fresh"}});
  ASSERT_TRUE(made && DiscardEntry(it.database, it.Only().seq));
  EXPECT_TRUE(IdsToReadBack(it.database, it.Table())->empty()) << "the server never had it";
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
