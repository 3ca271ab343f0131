#include "app/console/panels/duration_text.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(DurationText, TakesWhatPeopleWriteAndWhatTheFileHas) {
  for (const char* text : {"15 min", "15min", "15m", " 15 minutes ", "900 s", "900sec"}) {
    const auto read = ReadDuration(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, Seconds(900)) << text;
  }
  EXPECT_EQ(ReadDuration("24 hours").value(), Seconds(86'400));
  EXPECT_EQ(ReadDuration("1 day").value(), Seconds(86'400));
}

TEST(DurationText, ReadsBackWhatAFieldShows) {
  for (const int seconds : {1, 90, 900, 3600, 86'400, 604'800, 90'000}) {
    EXPECT_EQ(ReadDuration(SpokenDuration(Seconds(seconds))).value(), Seconds(seconds));
  }
  for (const std::int64_t bits : {512LL, 512'000LL, 10'000'000LL, 1'000'000'000LL}) {
    EXPECT_EQ(ReadBandwidth(SpokenBandwidth(bits)).value(), bits);
  }
  for (const int milliseconds : {60, 1000, 1500, 60'000}) {
    EXPECT_EQ(ReadLatency(SpokenLatency(Milliseconds(milliseconds))).value(),
              Milliseconds(milliseconds));
  }
}

TEST(DurationText, TakesSpeedsAsTheyAreSold) {
  EXPECT_EQ(ReadBandwidth("10 Mbps").value(), 10'000'000);
  EXPECT_EQ(ReadBandwidth("10mbit").value(), 10'000'000);
}

TEST(DurationText, SaysHowToWriteItOtherwise) {
  for (const char* text : {"", "soon", "15", "-1 min", "1.5 h", "3 fortnights"}) {
    const auto read = ReadDuration(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find("write 90 s, 15 min, 24 h or 7 days"), std::string::npos);
  }
  EXPECT_FALSE(ReadBandwidth("fast"));
  EXPECT_FALSE(ReadLatency("60"));
}

}  // namespace
}  // namespace satchel
