#include "engine/store/key_sorter.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/store/tuning.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

TEST(KeySorter, SortsMoreThanItKeepsInMemory) {
  const TempFolder folder;
  KeySorter sorter(folder.path());
  std::multiset<std::pair<std::int64_t, std::int64_t>> expected;
  const auto count = static_cast<std::int64_t>(3 * kKeysPerRun + 17);
  for (std::int64_t row = 1; row <= count; ++row) {
    const std::int64_t key = (row * 7919) % 1009 - 500;
    ASSERT_TRUE(sorter.Add(Cell::Integer(key), row));
    expected.emplace(key, row);
  }
  ASSERT_TRUE(sorter.Add(Cell::Null(), count + 1));
  EXPECT_EQ(sorter.kind(), KeySorter::Kind::kInteger);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "its file has no name";
  for (int again = 0; again < 2; ++again) {
    auto next = expected.begin();
    ASSERT_TRUE(sorter.Merge([&](const KeySorter::Entry& entry) -> Result<> {
      EXPECT_EQ(std::pair(entry.integer(), entry.row), *next++);
      return {};
    }));
    EXPECT_EQ(next, expected.end());
  }
}

TEST(KeySorter, OrdersIdsByTheirBytes) {
  KeySorter sorter("/tmp");
  const auto high = *ParseGuid("ff000000-0000-4000-8000-000000000000");
  const auto low = *ParseGuid("00000000-0000-4000-8000-0000000000ff");
  ASSERT_TRUE(sorter.Add(Cell::Id(high), 1));
  ASSERT_TRUE(sorter.Add(Cell::Id(low), 2));
  std::vector<Guid> ids;
  ASSERT_TRUE(sorter.Merge([&](const KeySorter::Entry& entry) -> Result<> {
    ids.push_back(entry.id());
    return {};
  }));
  EXPECT_EQ(ids, std::vector<Guid>({low, high}));
}

TEST(KeySorter, LeavesMixedKeysToOthers) {
  KeySorter sorter("/tmp");
  ASSERT_TRUE(sorter.Add(Cell::Integer(1), 1));
  ASSERT_TRUE(sorter.Add(Cell::Text("a"), 2));
  EXPECT_EQ(sorter.kind(), KeySorter::Kind::kOther);
}

TEST(KeySorter, PassesOnTheVisitorsError) {
  KeySorter sorter("/tmp");
  ASSERT_TRUE(sorter.Add(Cell::Integer(1), 1));
  const auto merged = sorter.Merge(
      [](const KeySorter::Entry&) -> Result<> { return Fail(ErrorCode::kCancelled, "enough"); });
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().message, "enough");
}

}  // namespace
}  // namespace satchel
