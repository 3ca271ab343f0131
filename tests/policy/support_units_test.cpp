#include "policy/support/units.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(Units, DurationsReadAndPrintInTheirShortestForm) {
  for (const char* text : {"90s", "15m", "24h", "7d", "1h", "36h"}) {
    const auto parsed = ParseDuration(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(PrintDuration(*parsed), text);
  }
  EXPECT_EQ(PrintDuration(Seconds(900)), "15m");
}

TEST(Units, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "15", "m", "-5m", "1.5h", "5 parsecs", "99999999999999999999s"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(Units, SizesArePowersOf1024) {
  EXPECT_EQ(ParseSize("2 MB").value(), 2 * 1024 * 1024);
  EXPECT_EQ(ParseSize("1.5 KB").value(), 1536);
  EXPECT_EQ(ParseSize("512").value(), 512);
  EXPECT_FALSE(ParseSize("0.3 KB"));  // Not a whole number of bytes.
  EXPECT_FALSE(ParseSize("99999999999 GB"));
  EXPECT_EQ(PrintSize(2 * 1024 * 1024), "2 MB");
  EXPECT_EQ(PrintSize(1536), "1536");
}

TEST(Units, BandwidthIsPowersOf1000) {
  EXPECT_EQ(ParseBandwidth("10mbit").value(), 10'000'000);
  EXPECT_EQ(PrintBandwidth(10'000'000), "10mbit");
}

TEST(Units, CountsForPeopleAreGroupedWithThinSpaces) {
  EXPECT_EQ(HumanCount(14480),
            "14\xE2\x80\x89"
            "480");
  EXPECT_EQ(HumanCount(-1234567),
            "-1\xE2\x80\x89"
            "234\xE2\x80\x89"
            "567");
  EXPECT_EQ(HumanCount(999), "999");
}

TEST(Units, NumbersAsTheyAreWrittenAreGroupedBeforeTheirPointOnly) {
  EXPECT_EQ(HumanNumber("-14480.12345"),
            "-14\xE2\x80\x89"
            "480.12345");
  EXPECT_EQ(HumanNumber("999.5"), "999.5");
  for (const char* other : {"", "-", "1e9999", "10000.", "10,000", "2026-11-27", "12000 EUR"}) {
    EXPECT_EQ(HumanNumber(other), other);
  }
}

}  // namespace
}  // namespace satchel
