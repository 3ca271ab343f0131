#include "engine/store/chosen_rows.h"

#include <gtest/gtest.h>

#include <stop_token>

#include "engine/store/database.h"

namespace satchel {
namespace {

constexpr const char* kChosen = "SELECT count(*) FROM t WHERE satchel_chosen(a,?1)";

struct Numbers {
  Database database = *Database::Open(":memory:", Database::Use::kDevice);
  Numbers() {
    EXPECT_TRUE(database.Execute(
        "CREATE TABLE t(a);"
        "INSERT INTO t VALUES(-1),(0),(1),(2),(63),(64),(65),(66),(67),(9000000000),(NULL)"));
  }
  Result<std::int64_t> Count(const ChosenRows& rows) {
    auto count = database.Prepare(kChosen);
    if (!count) return Fail(count.error());
    count->Bind(1, rows);
    if (const auto row = count->Step(); !row) return Fail(row.error());
    return count->Integer(0);
  }
};

TEST(ChosenRows, HasTheChosenRowsAndNoneBeyond) {
  Numbers it;
  EXPECT_EQ(it.Count(ChosenRows({1, 64, 65}, 65, {})), 3);
  EXPECT_EQ(it.Count(ChosenRows({}, 0, {})), 0) << "nor those before the first or after the last";
}

TEST(ChosenRows, StopsTheStatementThatAsks) {
  Numbers it;
  std::stop_source stop;
  const ChosenRows rows({1}, 65, stop.get_token());
  EXPECT_EQ(it.Count(rows), 1);
  stop.request_stop();
  const auto count = it.Count(rows);
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().code, ErrorCode::kCancelled);
}

TEST(ChosenRows, IsRefusedWhereNoneWasBound) {
  Numbers it;
  auto count = it.database.Prepare(kChosen);
  ASSERT_TRUE(count);
  count->Bind(1, std::int64_t{1});
  EXPECT_FALSE(count->Step()) << "a number is no set";
}

}  // namespace
}  // namespace satchel
