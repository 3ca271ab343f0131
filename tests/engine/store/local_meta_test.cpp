#include "engine/store/local_meta.h"

#include <gtest/gtest.h>

#include "engine/store/condense.h"
#include "engine/store/conflict.h"
#include "engine/store/outbox_settle.h"
#include "engine/store/overlay.h"
#include "tests/support/local_world.h"

namespace satchel {
namespace {

using Text = std::string;

// The tables that format 3 changed, as format 2 had them.
constexpr const char* kFormat2 = R"(
DROP TABLE "@outbox"; DROP TABLE "@change"; DROP TABLE "@written";
CREATE TABLE "@outbox"(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, id NOT NULL, kind INTEGER NOT NULL,
  version TEXT NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
  revision INTEGER NOT NULL, made_at INTEGER NOT NULL, message TEXT NOT NULL,
  their_version TEXT NOT NULL, theirs_gone INTEGER NOT NULL);
CREATE INDEX "@outbox@record" ON "@outbox"(entity,id);
CREATE TABLE "@change"(
  seq INTEGER NOT NULL, field TEXT NOT NULL, mine, base, theirs,
  PRIMARY KEY(seq, field)) WITHOUT ROWID;
CREATE TABLE "@written"(
  entity TEXT NOT NULL, id NOT NULL, version TEXT NOT NULL, deleted INTEGER NOT NULL,
  downloads INTEGER NOT NULL, base TEXT NOT NULL, PRIMARY KEY(entity, id)) WITHOUT ROWID;
UPDATE "@meta" SET value='2' WHERE name='format';
)";

// A device of the version before, with a change that waits, one in conflict, a deletion that waits
// and one whose answer told no version.
struct OldDevice : LocalWorld {
  OldDevice() {
    Put("account", IdOf('a', 1), "7", {{"name", Text("Mine")}});
    Put("account", IdOf('a', 2), "9", {{"name", Text("Ours")}});
    Put("account", IdOf('a', 4), "", {{"name", Text("Sent")}});
    EXPECT_TRUE(database.Execute(kFormat2));
    Entry(3, 'a', 1, ChangeKind::kUpdate, "7", EntryState::kWaiting);
    Change(3, "name", Text("Mine"), Text("Alza"), {});
    Entry(4, 'a', 2, ChangeKind::kUpdate, "8", EntryState::kConflict);
    Change(4, "name", Text("Ours"), Text("Theirs"), Text("Theirs"));
    Entry(6, 'a', 3, ChangeKind::kDelete, "5", EntryState::kWaiting);
    Change(6, "accountid", {}, IdOf('a', 3), {});
    Change(6, "name", {}, Text("Gone"), {});
    auto put = database.Prepare("INSERT INTO \"@written\" VALUES('account',?1,'',0,0,'')");
    const Guid id = IdOf('a', 4);  // Bound, not copied.
    put->Bind(1, id);
    EXPECT_TRUE(put->Run());
  }
  void Entry(std::int64_t seq, char family, int number, ChangeKind kind, const Text& version,
             EntryState state) {
    auto put = database.Prepare(
        "INSERT INTO \"@outbox\" VALUES(?1,'account',?2,?3,?4,?5,1,2,77,'words','9',0)");
    put->Bind(1, seq);
    const Guid id = IdOf(family, number);  // Bound, not copied.
    put->Bind(2, id);
    put->Bind(3, static_cast<std::int64_t>(kind));
    put->Bind(4, std::string_view(version));
    put->Bind(5, static_cast<std::int64_t>(state));
    EXPECT_TRUE(put->Run());
  }
  void Change(std::int64_t seq, const Text& field, const Value& mine, const Value& base,
              const Value& theirs) {
    auto put = database.Prepare("INSERT INTO \"@change\" VALUES(?1,?2,?3,?4,?5)");
    put->Bind(1, seq);
    put->Bind(2, std::string_view(field));
    put->Bind(3, ToCell(mine));
    put->Bind(4, ToCell(base));
    put->Bind(5, ToCell(theirs));
    EXPECT_TRUE(put->Run());
  }
};

TEST(LocalMeta, AnOlderDatabaseIsBroughtUpToDateWithEverythingInIt) {
  OldDevice it;
  for (int open = 0; open < 2; ++open) {  // The second time there is nothing to do.
    const auto made = CreateMeta(it.database);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(*ReadMeta(it.database, "format"), std::to_string(kLocalFormat));
    const std::vector<OutboxEntry> entries = it.Outbox();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[0], (OutboxEntry{.seq = 3,
                                       .entity = "account",
                                       .id = IdOf('a', 1),
                                       .kind = ChangeKind::kUpdate,
                                       .version = "7",
                                       .attempts = 1,
                                       .revision = 2,
                                       .made_at = {77},
                                       .message = "words",
                                       .their_version = "9",
                                       .changes = {{.field = "name",
                                                    .mine = Text("Mine"),
                                                    .base = Text("Alza"),
                                                    .before = Text("Alza")}}}));
    EXPECT_EQ(entries[1].state, EntryState::kConflict);
    EXPECT_EQ(entries[1].changes.front().theirs, Value(Text("Theirs")));
    EXPECT_EQ(entries[1].changes.front().before, Value(Text("Theirs"))) << "the best there is";
    EXPECT_EQ(entries[2].kind, ChangeKind::kDelete);
    auto tables = LocalTables::Read(it.database);
    EXPECT_EQ(*IdsToReadBack(it.database, tables->Rows("account")->table()),
              std::vector<Value>{IdOf('a', 4)});
  }
  // And it goes on: numbers are not given twice, changes condense, conflicts and discards settle.
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 4), {{"name", "More"}}));
  EXPECT_EQ(it.Outbox().back().seq, 7);
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"revenue", "7"}}));
  ASSERT_TRUE(ResolveConflict(it.database, 4, Keep::kTheirs));
  EXPECT_EQ(it.At("account", IdOf('a', 2), "name"), Value(Text("Theirs")));
  ASSERT_TRUE(DiscardEntry(it.database, 6));
  EXPECT_EQ(it.At("account", IdOf('a', 3), "name"), Value(Text("Gone")));
  it.ExpectSound();
}

// Format 3 had a key table of modified-on, and triggers that wrote it.
TEST(LocalMeta, AKeyTableThatNobodyReadsGoesWithItsTriggers) {
  LocalWorld it;
  it.Put("account", IdOf('a', 1), "7", {{"name", Text("Alza")}, {"modifiedon", std::int64_t{1}}});
  LocalTable old = {.entity = "account", .key_fields = {"modifiedon"}};
  const Text keys = CreateKeyTableSql("account", "modifiedon") + ";";
  ASSERT_TRUE(it.database.Execute(keys + CreateKeyTriggersSql(old)));
  ASSERT_TRUE(WriteMeta(it.database, "format", "3"));

  const auto made = CreateMeta(it.database);
  ASSERT_TRUE(made) << made.error().message;
  auto left = it.database.Prepare(
      "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'account@modifiedon%'");
  ASSERT_TRUE(left && *left->Step());
  EXPECT_EQ(left->Integer(0), 0);
  left->Reset();
  ASSERT_TRUE(it.edits.Edit("account", TextOf('a', 1), {{"name", "More"}}));
  it.Put("account", IdOf('a', 2), "8", {{"modifiedon", std::int64_t{2}}});
  it.ExpectSound();
}

// It is one transaction: a database that cannot be brought up to date stays what it was.
TEST(LocalMeta, AnOlderDatabaseThatFailsToBeBroughtUpToDateStaysAsItWas) {
  OldDevice it;
  ASSERT_TRUE(it.database.Execute("DROP TABLE \"@written\""));
  EXPECT_FALSE(CreateMeta(it.database));
  EXPECT_EQ(*ReadMeta(it.database, "format"), "2");
  auto columns = it.database.Prepare("SELECT count(*) FROM pragma_table_info('@outbox')");
  ASSERT_TRUE(columns && *columns->Step());
  EXPECT_EQ(columns->Integer(0), 12);
}

TEST(LocalMeta, ANewerOrAncientDatabaseIsRefusedWithASentence) {
  for (const auto& [format, words] : {std::pair(std::to_string(kLocalFormat + 1), "update Satchel"),
                                      {"1", "synchronise into a new file"}}) {
    LocalWorld it;
    ASSERT_TRUE(WriteMeta(it.database, "format", format));
    const auto made = CreateMeta(it.database);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(made.error().message.find(words), Text::npos) << made.error().message;
  }
}

}  // namespace
}  // namespace satchel
