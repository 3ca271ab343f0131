#include "engine/store/ascending_keys.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

constexpr std::int64_t kMany = 1000;

struct Account {
  LocalTable table = {.entity = "account", .key = "id", .key_fields = {"id", "owner"}};
  Database database;
  AscendingKeys keys;
  std::int64_t rows = 0;

  Account()
      : database(*Database::Open(":memory:", Database::Use::kScratch)),
        keys(database, table, "account@staged") {
    for (const std::string& field : table.key_fields) {
      EXPECT_TRUE(database.Execute(CreateKeyTableSql("account@staged", field)));
    }
  }
  void Add(const std::vector<std::pair<Cell, Cell>>& page) {
    RowBatch batch({{"owner"}, {"name"}, {"id"}});
    for (const auto& [id, owner] : page) {
      Cell* cells = batch.AddRow();
      cells[0] = owner;
      cells[2] = id;
    }
    const auto added = keys.Add(batch, rows + 1);
    EXPECT_TRUE(added) << added.error().message;
    rows += static_cast<std::int64_t>(page.size());
  }
  bool Take(const std::string& field, bool all = true) {
    const auto taken = keys.Take(field, all);
    EXPECT_TRUE(taken) << taken.error().message;
    return taken && *taken;
  }
  std::string Rows(const std::string& field) {
    auto found = database.Prepare(
        "SELECT count(*)||' '||coalesce(group_concat(row),'') FROM "
        "(SELECT row FROM " +
        SqlName(KeyTableName("account@staged", field)) + " ORDER BY key,row)");
    EXPECT_TRUE(found && found->Step());
    return std::string(found->Text(0));
  }
};

TEST(AscendingKeys, AreWrittenWhileTheyAscend) {
  Account account;
  account.Add({{Cell::Integer(-5), Cell::Integer(7)}, {Cell::Integer(3), Cell::Integer(7)}});
  account.Add({{Cell::Integer(4), Cell::Null()}, {Cell::Integer(9), Cell::Integer(8)}});
  EXPECT_TRUE(account.Take("id"));
  EXPECT_TRUE(account.Take("owner")) << "equal keys ascend by row; nulls are not in the table";
  EXPECT_EQ(account.Rows("id"), "4 1,2,3,4");
  EXPECT_EQ(account.Rows("owner"), "3 1,2,4");
}

TEST(AscendingKeys, LeaveAnEmptyTableForWhatDoesNotAscend) {
  Account account;
  const Guid low = *ParseGuid("00000000-0000-4000-8000-0000000000ff");
  const Guid high = *ParseGuid("ff000000-0000-4000-8000-000000000000");
  for (std::int64_t i = 0; i < kMany; ++i) account.Add({{Cell::Integer(i), Cell::Id(low)}});
  EXPECT_NE(account.Rows("owner"), "0 ") << "they go in while rows come";
  account.Add({{Cell::Integer(kMany), Cell::Id(high)}});
  account.Add({{Cell::Integer(kMany + 1), Cell::Id(low)}});
  EXPECT_EQ(account.Rows("owner"), "0 ");
  account.Add({{Cell::Integer(kMany + 2), Cell::Id(high)}});
  EXPECT_FALSE(account.Take("owner"));
  EXPECT_EQ(account.Rows("owner"), "0 ");
  EXPECT_TRUE(account.Take("id")) << "one field is not another";
  EXPECT_EQ(account.Rows("id").substr(0, 5), "1003 ");
}

TEST(AscendingKeys, LeaveTextAndMixturesToOthers) {
  Account account;
  account.Add({{Cell::Text("a"), Cell::Integer(1)}});
  account.Add({{Cell::Text("b"), Cell::Text("2")}});
  EXPECT_FALSE(account.Take("id"));
  EXPECT_FALSE(account.Take("owner"));
  EXPECT_EQ(account.Rows("id"), "0 ");
  EXPECT_EQ(account.Rows("owner"), "0 ");
}

TEST(AscendingKeys, AreWorthNothingWhenARowDidNotStay) {
  Account account;
  for (std::int64_t i = 0; i < kMany; ++i) account.Add({{Cell::Integer(i), Cell::Null()}});
  EXPECT_FALSE(account.Take("id", false));
  EXPECT_EQ(account.Rows("id"), "0 ");
}

TEST(AscendingKeys, OfNoRowsAreAnEmptyTable) {
  Account account;
  EXPECT_TRUE(account.Take("id"));
  EXPECT_EQ(account.Rows("id"), "0 ");
}

}  // namespace
}  // namespace satchel
