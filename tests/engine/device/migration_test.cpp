#include "engine/device/migration.h"

#include <gtest/gtest.h>

#include "engine/store/outbox_settle.h"
#include "engine/store/sync_cursor.h"
#include "tests/support/local_world.h"

namespace satchel {
namespace {

const auto kNoAdoption = [](Database&) { return Result<>(); };

Policy Without(const std::string& entity, const std::string& field = "") {
  Policy policy = CompanyPolicy();
  for (Entity& each : policy.entities) {
    if (each.name != entity) continue;
    each.all_fields = false;
    for (const auto& [name, schema] : CompanySchema().Find(entity)->fields) {
      if (name != field) each.fields.push_back(name);
    }
  }
  if (field.empty()) {
    std::erase_if(policy.entities, [&](const Entity& each) { return each.name == entity; });
  }
  return policy;
}

bool HasColumn(Database& database, const std::string& table, const std::string& column) {
  auto statement = database.Prepare("SELECT " + SqlName(column) + " FROM " + SqlName(table));
  // SQLite takes a quoted name that is no column for text.
  auto info = database.Prepare("SELECT 1 FROM pragma_table_info(?1) WHERE name=?2");
  info->Bind(1, std::string_view(table));
  info->Bind(2, std::string_view(column));
  return info->Step().value_or(false);
}

TEST(Migration, ChangesNothingWhereNothingChanged) {
  LocalWorld world;
  const auto done = Migrate(world.database, CompanyPolicy(), CompanySchema(), kNoAdoption);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(done->added.empty());
  EXPECT_TRUE(done->removed.empty());
  world.ExpectSound();
}

TEST(Migration, TakesFieldsAwayWithTheirKeyTables) {
  LocalWorld world;
  world.Put("account", IdOf('a', 1), "5",
            {{"name", std::string("Alfa")},
             {"ownerid", IdOf('b', 1)},
             {"ownerid@type", std::string("team")}});
  ASSERT_TRUE(WriteSyncCursor(world.database, {.entity = "account", .mark = "v:5"}));
  const auto done =
      Migrate(world.database, Without("account", "ownerid"), CompanySchema(), kNoAdoption);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->removed, std::vector<std::string>{"account.ownerid"});
  EXPECT_FALSE(HasColumn(world.database, "account", "ownerid"));
  EXPECT_FALSE(HasColumn(world.database, "account", "ownerid@type"));
  EXPECT_FALSE(HasColumn(world.database, "account@ownerid", "key"));
  EXPECT_EQ(world.At("account", IdOf('a', 1), "name"), Value(std::string("Alfa")));
  EXPECT_EQ(*ReadSyncCursor(world.database, "account"), std::nullopt);
  world.ExpectSound();
}

TEST(Migration, AddsFieldsWithTheirKeyTables) {
  LocalWorld world;
  ASSERT_TRUE(Migrate(world.database, Without("account", "ownerid"), CompanySchema(), kNoAdoption));
  world.Put("account", IdOf('a', 1), "5", {{"name", std::string("Alfa")}});
  const auto done = Migrate(world.database, CompanyPolicy(), CompanySchema(), kNoAdoption);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->added, std::vector<std::string>{"account.ownerid"});
  EXPECT_TRUE(HasColumn(world.database, "account", "ownerid@type"));
  EXPECT_EQ(world.At("account", IdOf('a', 1), "ownerid"), Value());
  ASSERT_TRUE(world.edits.Edit("account", TextOf('a', 1), {{"ownerid", "team/" + TextOf('b', 1)}}));
  world.ExpectSound();
}

// A new field shows nothing until it is read. Whoever fills it in then, or deletes the record, has
// not seen what the server has in it.
TEST(Migration, WhatIsChangedBeforeANewFieldWasReadIsComparedFirst) {
  LocalWorld world;
  ASSERT_TRUE(Migrate(world.database, Without("account", "ownerid"), CompanySchema(), kNoAdoption));
  for (int number = 1; number <= 3; ++number) {
    world.Put("account", IdOf('a', number), "5", {{"name", std::string("Alfa")}});
  }
  ASSERT_TRUE(world.edits.Edit("account", TextOf('a', 1), {{"name", "Beta"}}));
  EXPECT_EQ(world.Only().version, "5");
  ASSERT_TRUE(Migrate(world.database, CompanyPolicy(), CompanySchema(), kNoAdoption));
  ASSERT_TRUE(world.edits.Edit("account", TextOf('a', 1), {{"ownerid", "team/" + TextOf('b', 1)}}));
  ASSERT_TRUE(world.edits.Edit("account", TextOf('a', 2), {{"ownerid", "team/" + TextOf('b', 1)}}));
  ASSERT_TRUE(world.edits.Delete("account", TextOf('a', 3)));
  ASSERT_EQ(world.Outbox().size(), 3U);
  for (const OutboxEntry& entry : world.Outbox()) EXPECT_EQ(entry.version, "") << entry.seq;
  const ServerRow theirs = {.version = "5", .values = {{"ownerid", IdOf('b', 2)}}};
  for (const OutboxEntry& entry : world.Outbox()) {
    EXPECT_EQ(Compare(entry, theirs, CompanySchema().Find("account")), Standing::kTheirs);
  }
}

TEST(Migration, B67RemovesAnEntityAndShowsItsChangesAsErrors) {
  LocalWorld world;
  world.Put("contact", IdOf('c', 1), "5", {{"fullname", std::string("Jana")}});
  ASSERT_TRUE(world.edits.Edit("contact", TextOf('c', 1), {{"fullname", "Jana N."}}));
  const auto done = Migrate(world.database, Without("contact"), CompanySchema(), kNoAdoption);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->removed, std::vector<std::string>{"contact"});
  EXPECT_EQ(done->unmapped, 1);
  EXPECT_FALSE(HasColumn(world.database, "contact", "fullname"));
  const OutboxEntry entry = world.Only();
  EXPECT_EQ(entry.state, EntryState::kError);
  ASSERT_EQ(entry.changes.size(), 1U);
  EXPECT_EQ(entry.changes[0].mine, Value(std::string("Jana N.")));
}

TEST(Migration, B67SetsAsideWhatWasEnteredIntoAFieldThatIsGone) {
  LocalWorld world;
  world.Put("account", IdOf('a', 1), "5", {{"name", std::string("Alfa")}});
  ASSERT_TRUE(
      world.edits.Edit("account", TextOf('a', 1), {{"name", "Beta"}, {"revenue", "12.50"}}));
  const auto done =
      Migrate(world.database, Without("account", "revenue"), CompanySchema(), kNoAdoption);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->unmapped, 1);
  const auto entries = world.Outbox();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].state, EntryState::kWaiting);
  ASSERT_EQ(entries[0].changes.size(), 1U);
  EXPECT_EQ(entries[0].changes[0].field, "name");
  EXPECT_EQ(entries[1].state, EntryState::kDropped);
  ASSERT_EQ(entries[1].changes.size(), 1U);
  EXPECT_EQ(entries[1].changes[0].mine, Value(std::int64_t{1250}));
  EXPECT_NE(entries[1].message.find("revenue of account"), std::string::npos);
  world.ExpectSound();
}

TEST(Migration, LeavesNothingOfAnUpdateWhoseOnlyFieldIsGone) {
  LocalWorld world;
  world.Put("account", IdOf('a', 1), "5", {{"name", std::string("Alfa")}});
  ASSERT_TRUE(world.edits.Edit("account", TextOf('a', 1), {{"revenue", "12.50"}}));
  ASSERT_TRUE(Migrate(world.database, Without("account", "revenue"), CompanySchema(), kNoAdoption));
  EXPECT_EQ(world.Only().state, EntryState::kDropped);
}

TEST(Migration, HappensWholeOrNotAtAll) {
  LocalWorld world;
  world.Put("contact", IdOf('c', 1), "5", {{"fullname", std::string("Jana")}});
  const auto failed = Migrate(world.database, Without("contact"), CompanySchema(), [](Database&) {
    return Result<>(Fail(ErrorCode::kIo, "disk full"));
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "disk full");
  EXPECT_EQ(world.At("contact", IdOf('c', 1), "fullname"), Value(std::string("Jana")));
  world.ExpectSound();
}

}  // namespace
}  // namespace satchel
