#include "engine/store/replace_rows.h"

#include <gtest/gtest.h>

#include "engine/store/publish.h"
#include "tests/support/local_world.h"

namespace satchel {
namespace {

using Text = std::string;

struct Staged : LocalWorld {
  Staged() {
    Put("account", IdOf('a', 1), "7", {{"name", Text("Alza")}, {"revenue", std::int64_t{100}}});
    Put("account", IdOf('a', 2), "8", {{"name", Text("Billa")}, {"ownerid", IdOf('d', 1)}});
    Put("account", IdOf('a', 3), "9", {{"name", Text("Cez")}});
    auto tables = LocalTables::Read(database);
    table = tables->Rows("account")->table();
  }
  // Stages the published rows as they are, to be changed by the test.
  void Stage() {
    const Text staged = StagedName("account");
    ASSERT_TRUE(database.Execute(CreateTableSql(table, staged)));
    ASSERT_TRUE(database.Execute("INSERT INTO " + SqlName(staged) + " SELECT * FROM account"));
    StageKeys();
  }
  void StageKeys() {
    const Text staged = StagedName("account");
    for (const Text& field : table.key_fields) {
      const Text keys = SqlName(KeyTableName(staged, field));
      ASSERT_TRUE(database.Execute("DROP TABLE IF EXISTS " + keys));
      ASSERT_TRUE(database.Execute(CreateKeyTableSql(staged, field)));
      ASSERT_TRUE(database.Execute("INSERT INTO " + keys + " SELECT " + SqlName(field) +
                                   ",\"@rid\" FROM " + SqlName(staged) + " WHERE " +
                                   SqlName(field) + " IS NOT NULL"));
    }
  }
  void Change(const Text& sql) { ASSERT_TRUE(database.Execute(sql)); }
  std::int64_t Changes() {
    auto statement = database.Prepare("SELECT total_changes()");
    EXPECT_TRUE(*statement->Step());
    return statement->Integer(0);
  }
  Text Name(int number) {
    const Value value = At("account", IdOf('a', number), "name");
    const auto* text = std::get_if<Text>(&value);
    return text ? *text : "";
  }
  LocalTable table = {};
};

TEST(ReplaceRows, MakesTheTableWhatWasStaged) {
  Staged it;
  it.Stage();
  it.Change("UPDATE \"account@staged\" SET name='Albert',\"@version\"='12' WHERE name='Alza'");
  it.Change("UPDATE \"account@staged\" SET ownerid=NULL WHERE name='Billa'");
  it.Change("DELETE FROM \"account@staged\" WHERE name='Cez'");
  it.Change(
      "INSERT INTO \"account@staged\"(\"@version\",accountid,name) VALUES('13',"
      "x'aaaaaaaa000040008000000000000004','Dm')");
  it.StageKeys();
  ASSERT_TRUE(ReplaceRows(it.database, it.table));
  EXPECT_EQ(it.Name(1), "Albert");
  EXPECT_EQ(it.Row("account", IdOf('a', 1))->version(), "12");
  EXPECT_EQ(it.At("account", IdOf('a', 1), "revenue"), Value(std::int64_t{100}));
  EXPECT_EQ(it.At("account", IdOf('a', 2), "ownerid"), Value());
  EXPECT_FALSE(it.Row("account", IdOf('a', 3)));
  EXPECT_EQ(it.Name(4), "Dm");
  it.ExpectSound();
  const auto names = TableNames(it.database);
  for (const Text& name : *names) EXPECT_EQ(name.find("@staged"), Text::npos) << name;
}

TEST(ReplaceRows, WritesNothingWhereNothingDiffers) {
  Staged it;
  it.Stage();
  const std::int64_t before = it.Changes();
  ASSERT_TRUE(ReplaceRows(it.database, it.table));
  EXPECT_EQ(it.Changes(), before);
  EXPECT_EQ(it.Name(3), "Cez");
}

TEST(ReplaceRows, KnowsATableOfAnotherShape) {
  Staged it;
  EXPECT_TRUE(*IsPublishedAs(it.database, it.table));
  LocalTable wider = it.table;
  wider.columns.push_back({"city", "TEXT"});
  EXPECT_FALSE(*IsPublishedAs(it.database, wider));
  LocalTable keyed = it.table;
  keyed.key_fields.push_back("name");
  EXPECT_FALSE(*IsPublishedAs(it.database, keyed));
  LocalTable none = it.table;
  none.entity = "nothing";
  EXPECT_FALSE(*IsPublishedAs(it.database, none));
}

TEST(ReplaceRows, CountsNoFurtherThanItMust) {
  Staged it;
  EXPECT_TRUE(*HasAtMost(it.database, "account", 3));
  EXPECT_FALSE(*HasAtMost(it.database, "account", 2));
  EXPECT_FALSE(HasAtMost(it.database, "nothing", 2));
}

}  // namespace
}  // namespace satchel
