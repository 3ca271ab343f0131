#include "app/console/first_size.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(FirstSize, IsTheUsualOneWhereTheScreenHasRoom) {
  EXPECT_EQ(FirstSizeOf({}, ScreenRoom{1920, 1080}), (FirstSize{1600, 1000, false}));
  EXPECT_EQ(FirstSizeOf({}, ScreenRoom{1600, 1000}), (FirstSize{1600, 1000, false}));
  EXPECT_EQ(FirstSizeOf({}, std::nullopt), (FirstSize{1600, 1000, false}));
}

TEST(FirstSize, FillsASmallerScreen) {
  EXPECT_EQ(FirstSizeOf({}, ScreenRoom{1366, 728}), (FirstSize{1366, 728, true}));
  EXPECT_EQ(FirstSizeOf({}, ScreenRoom{1920, 900}), (FirstSize{1600, 900, true}));
  EXPECT_EQ(FirstSizeOf({}, ScreenRoom{1440, 2560}), (FirstSize{1440, 1000, true}));
}

TEST(FirstSize, IsNeverLessThanTheScreensAreLaidOutFor) {
  EXPECT_EQ(FirstSizeOf({}, ScreenRoom{800, 560}), (FirstSize{1024, 700, true}));
}

TEST(FirstSize, IsWhatWasAskedFor) {
  Options asked;
  asked.width = 1280;
  asked.height = 800;
  asked.size_given = true;
  EXPECT_EQ(FirstSizeOf(asked, ScreenRoom{1024, 768}), (FirstSize{1280, 800, false}));
}

}  // namespace
}  // namespace satchel
