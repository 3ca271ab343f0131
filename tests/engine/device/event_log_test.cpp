#include "engine/device/event_log.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

Database Memory() {
  return std::move(*Database::Open(":memory:", Database::Use::kDevice));
}

TEST(EventLog, GivesTheNewestInTheOrderTheyCame) {
  Database database = Memory();
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(LogEvent(database, {.at = {i},
                                    .kind = DeviceEvent::Kind::kSuppressed,
                                    .trigger = "every",
                                    .text = std::to_string(i)}));
  }
  const auto events = ReadEvents(database, 2);
  ASSERT_TRUE(events);
  EXPECT_EQ(*events,
            (std::vector<DeviceEvent>{{3, {3}, DeviceEvent::Kind::kSuppressed, "every", "3"},
                                      {4, {4}, DeviceEvent::Kind::kSuppressed, "every", "4"}}));
}

TEST(EventLog, IsEmptyInADatabaseThatNeverLogged) {
  Database database = Memory();
  const auto events = ReadEvents(database, 10);
  ASSERT_TRUE(events);
  EXPECT_TRUE(events->empty());
}

TEST(EventLog, ForgetsTheOldest) {
  Database database = Memory();
  ASSERT_TRUE(LogEvent(database, {.text = "first"}));
  ASSERT_TRUE(database.Execute("UPDATE \"@event\" SET seq=seq"));
  // As if so many had been logged since.
  ASSERT_TRUE(database.Execute("INSERT INTO \"@event\" VALUES(" +
                               std::to_string(kMostDeviceEvents) + ",0,0,'','late')"));
  ASSERT_TRUE(LogEvent(database, {.text = "last"}));
  const auto events = ReadEvents(database, kMostDeviceEvents);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ(events->front().text, "late");
  EXPECT_EQ(events->back().seq, kMostDeviceEvents + 1);
}

}  // namespace
}  // namespace satchel
