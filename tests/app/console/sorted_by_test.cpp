#include "app/console/sorted_by.h"

#include <gtest/gtest.h>

#include <string>

namespace satchel {
namespace {

TEST(SortedBy, AsksForEveryKeyOnceAndLeavesEqualsInTheirOrder) {
  int asked = 0;
  const auto sorted = SortedBy(std::vector<std::string>{"pear", "fig", "plum", "kiwi", "nut"},
                               [&](const auto& word) {
                                 ++asked;
                                 return word.size();
                               });
  EXPECT_EQ(sorted, (std::vector<std::string>{"fig", "nut", "pear", "plum", "kiwi"}));
  EXPECT_EQ(asked, 5);
}

TEST(SortedBy, LeavesNothingAsNothing) {
  EXPECT_TRUE(SortedBy(std::vector<int>{}, [](int n) { return n; }).empty());
}

}  // namespace
}  // namespace satchel
