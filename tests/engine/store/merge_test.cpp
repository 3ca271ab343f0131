#include "engine/store/merge.h"

#include <gtest/gtest.h>

#include "engine/store/local_meta.h"
#include "engine/store/publish.h"
#include "engine/store/row_insert.h"

namespace satchel {
namespace {

Guid Id(int family, int number) {
  Guid id;
  id.bytes[0] = static_cast<std::uint8_t>(family);
  id.bytes[1] = static_cast<std::uint8_t>(number * 37);  // In no order.
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

struct Shelf {
  Schema schema = {};
  LocalTable table = {};
  Database database = *Database::Open(":memory:", Database::Use::kDevice);

  explicit Shelf(int rows) {
    EntitySchema account = {.name = "account", .key = "accountid"};
    for (const FieldSchema& field :
         {FieldSchema{.name = "accountid", .type = FieldType::kUniqueIdentifier},
          FieldSchema{.name = "name", .type = FieldType::kString},
          FieldSchema{.name = "ownerid", .type = FieldType::kOwner}}) {
      account.fields.emplace(field.name, field);
    }
    table = *PlanTable(account, {"name", "ownerid"});
    schema.entities.emplace("account", std::move(account));
    EXPECT_TRUE(CreateMeta(database));
    EXPECT_TRUE(database.Execute(CreateTableSql(table, "account")));
    for (const std::string& field : table.key_fields) {
      EXPECT_TRUE(database.Execute(CreateKeyTableSql("account", field)));
    }
    EXPECT_TRUE(database.Execute(CreateKeyTriggersSql(table)));
    EXPECT_TRUE(InsertRows(database, table, "account", Rows(0, rows, 1), 1));
  }
  RowBatch Rows(int from, int to, std::int64_t version) {
    RowBatch batch({{std::string(kVersionColumn)}, {"accountid"}, {"name"}, {"ownerid"}});
    for (int i = from; i < to; ++i) {
      const Guid id = Id(1, i);
      const Guid owner = Id(2, i % 3);
      Cell* cells = batch.AddRow();
      const auto keep = [&](const Guid& guid) {
        Cell cell = Cell::Id(guid);
        cell.bytes = batch.Keep(cell.view()).data();
        return cell;
      };
      cells[0] = Cell::Text(batch.Keep("W/\"" + std::to_string(version) + "\""));
      cells[1] = keep(id);
      cells[2] = Cell::Text(batch.Keep("Name " + std::to_string(version)));
      cells[3] = keep(owner);
    }
    return batch;
  }
  EntityMerge Merge() {
    EntityMerge merge(database, schema, {}, {.table = table, .raw = table});
    EXPECT_TRUE(merge.Begin());
    return merge;
  }
  MergeCounts Publish(EntityMerge& merge) {
    Publication publication = {.merged = {{&merge, {.entity = "account"}}}, .order = {"account"}};
    const auto counts = PublishSync(database, schema, publication, {});
    EXPECT_TRUE(counts) << counts.error().message;
    return counts ? counts->entities.at("account") : MergeCounts();
  }
  std::int64_t Number(const std::string& sql) {
    auto statement = database.Prepare(sql);
    EXPECT_TRUE(statement) << statement.error().message;
    const auto row = statement->Step();
    EXPECT_TRUE(row && *row);
    return statement->Integer(0);
  }
  void ExpectTrueKeys() {
    for (const std::string field : {"accountid", "ownerid"}) {
      const std::string rows = "SELECT " + field + ",\"@rid\" FROM account";
      const std::string keys = "SELECT key,row FROM \"account@" + field + "\"";
      EXPECT_EQ(Number("SELECT count(*) FROM (" + rows + " EXCEPT " + keys + ")"), 0);
      EXPECT_EQ(Number("SELECT count(*) FROM (" + keys + " EXCEPT " + rows + ")"), 0);
    }
  }
};

TEST(Merge, RemovesManyAsTrulyAsFew) {
  for (const int rows : {300, 30'000}) {  // The second goes through the key tables once.
    Shelf shelf(rows);
    EntityMerge merge = shelf.Merge();
    ASSERT_TRUE(merge.AddSweep(shelf.Rows(rows * 2 / 5, rows, 1)));
    const auto missing = merge.Compare({});
    ASSERT_TRUE(missing);
    EXPECT_TRUE(missing->ids.empty());
    const MergeCounts counts = shelf.Publish(merge);
    EXPECT_EQ(counts.removed, rows * 2 / 5);
    EXPECT_TRUE(counts.as_swept);
    EXPECT_EQ(shelf.Number("SELECT count(*) FROM account"), rows - rows * 2 / 5);
    shelf.ExpectTrueKeys();
    // And the triggers are back.
    EXPECT_TRUE(shelf.database.Execute("DELETE FROM account WHERE \"@rid\"%2=0"));
    shelf.ExpectTrueKeys();
  }
}

TEST(Merge, WritesWhatDiffersAndIgnoresWhatIsOlder) {
  Shelf shelf(20);
  EntityMerge merge = shelf.Merge();
  ASSERT_TRUE(merge.AddRows(shelf.Rows(0, 25, 5), {}));
  ASSERT_TRUE(merge.AddRows(shelf.Rows(3, 6, 4), {}));  // Came late.
  MergeCounts counts = shelf.Publish(merge);
  EXPECT_EQ(counts.updated, 20);
  EXPECT_EQ(counts.added, 5);
  EXPECT_EQ(shelf.Number("SELECT count(*) FROM account WHERE name='Name 5'"), 25);
  EntityMerge older = shelf.Merge();
  ASSERT_TRUE(older.AddRows(shelf.Rows(0, 25, 3), {}));
  ASSERT_TRUE(older.AddChangedIds(shelf.Rows(0, 25, 3)));
  counts = shelf.Publish(older);
  EXPECT_EQ(counts.updated + counts.removed, 0);
  shelf.ExpectTrueKeys();
}

TEST(Merge, TellsWhatASweepHasThatIsNotHere) {
  Shelf shelf(10);
  EntityMerge merge = shelf.Merge();
  ASSERT_TRUE(merge.AddSweep(shelf.Rows(0, 5, 1)));
  ASSERT_TRUE(merge.AddSweep(shelf.Rows(5, 12, 2)));
  const auto missing = merge.Compare({});
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->swept, 12);
  EXPECT_EQ(missing->ids.size(), 7u);
  // What was asked for and does not come has left.
  ASSERT_TRUE(merge.AddRows(shelf.Rows(6, 12, 2), {}));
  const MergeCounts counts = shelf.Publish(merge);
  EXPECT_EQ(counts.removed, 1);
  EXPECT_EQ(counts.added, 2);
  EXPECT_EQ(counts.updated, 4);
  EXPECT_TRUE(counts.as_swept);
}

TEST(Merge, I26NoticesARowThatIsNotAsSwept) {
  Shelf shelf(10);
  EntityMerge merge = shelf.Merge();
  ASSERT_TRUE(merge.AddSweep(shelf.Rows(1, 10, 1)));
  ASSERT_TRUE(merge.Compare({}));
  EXPECT_TRUE(shelf.database.Execute("UPDATE account SET \"@version\"='x' WHERE \"@rid\"=5"));
  Publication publication = {.merged = {{&merge, {.entity = "account"}}}, .order = {"account"}};
  const auto counts = PublishSync(shelf.database, shelf.schema, publication, {});
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->mismatched, std::vector<std::string>{"account"});
  EXPECT_EQ(shelf.Number("SELECT count(*) FROM account"), 10);  // Nothing was published.
}

TEST(Merge, B14KeepsNamesWhileSomethingPointsAtThem) {
  Shelf shelf(30);
  const auto add = [&](int owner) {
    return "INSERT INTO \"@label\" VALUES('" + ToString(Id(2, owner)) + "','Jana')";
  };
  for (int owner = 0; owner < 3; ++owner) EXPECT_TRUE(shelf.database.Execute(add(owner)));
  EntityMerge merge = shelf.Merge();
  // Every record of the first owner goes, and one of the second.
  RowBatch gone({{"accountid"}});
  for (const int number : {0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 1}) {
    Cell* cells = gone.AddRow();
    const Guid id = Id(1, number);
    cells[0] = Cell::Id(id);
    cells[0].bytes = gone.Keep(cells[0].view()).data();
  }
  ASSERT_TRUE(merge.AddChangedIds(gone));
  EXPECT_EQ(shelf.Publish(merge).removed, 11);
  EXPECT_EQ(shelf.Number("SELECT count(*) FROM \"@label\""), 2);
  EXPECT_EQ(shelf.Number("SELECT count(*) FROM \"@label\" WHERE id='" + ToString(Id(2, 0)) + "'"),
            0);
}

}  // namespace
}  // namespace satchel
