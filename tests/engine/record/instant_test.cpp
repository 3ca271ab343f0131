#include "engine/record/instant.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

std::string PrintedInstant(std::string_view text) {
  const auto instant = ParseInstant(text);
  return instant ? ToString(*instant) : "none";
}

TEST(Instant, ReadsTheFormsServersSend) {
  EXPECT_EQ(PrintedInstant("2024-05-31T12:00:00Z"), "2024-05-31T12:00:00Z");
  EXPECT_EQ(PrintedInstant("2024-05-31t12:00:00z"), "2024-05-31T12:00:00Z");
  EXPECT_EQ(PrintedInstant("2024-05-31 12:00"), "2024-05-31T12:00:00Z");
  EXPECT_EQ(PrintedInstant("2024-05-31T12:00:00.1234567Z"), "2024-05-31T12:00:00.1234567Z");
  EXPECT_EQ(PrintedInstant("2024-05-31T12:00:00.120Z"), "2024-05-31T12:00:00.12Z");
  EXPECT_EQ(PrintedInstant("2024-05-31T12:00:00.12345678Z"), "2024-05-31T12:00:00.1234567Z");
  EXPECT_EQ(PrintedInstant("2024-05-31T00:30:00+02:00"), "2024-05-30T22:30:00Z");
  EXPECT_EQ(PrintedInstant("2024-12-31T23:30:00-0130"), "2025-01-01T01:00:00Z");
  EXPECT_EQ(PrintedInstant("2024-05-31"), "2024-05-31T00:00:00Z");
}

TEST(Instant, CountsTicksFrom1970InBothDirections) {
  EXPECT_EQ(ParseInstant("1970-01-01T00:00:00Z")->ticks, 0);
  EXPECT_EQ(ParseInstant("1970-01-01T00:00:00.0000001Z")->ticks, 1);
  EXPECT_EQ(ParseInstant("1969-12-31T23:59:59.9999999Z")->ticks, -1);
  EXPECT_EQ(ToString(Instant{-1}), "1969-12-31T23:59:59.9999999Z");
  EXPECT_EQ(ParseInstant("2024-05-31T12:00:00Z")->ticks, 17'171'568'000'000'000);
  EXPECT_EQ(PrintedInstant("1753-01-01T00:00:00Z"), "1753-01-01T00:00:00Z");
  EXPECT_EQ(PrintedInstant("0001-01-01T00:00:00Z"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(PrintedInstant("9999-12-31T23:59:59.9999999Z"), "9999-12-31T23:59:59.9999999Z");
}

TEST(Instant, KnowsLeapYears) {
  EXPECT_EQ(PrintedInstant("2024-02-29"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(PrintedInstant("2000-02-29"), "2000-02-29T00:00:00Z");
  EXPECT_EQ(PrintedInstant("2023-02-29"), "none");
  EXPECT_EQ(PrintedInstant("1900-02-29"), "none");
}

TEST(Instant, RefusesWhatIsNoMoment) {
  for (const char* text : {"",
                           "2024",
                           "2024-5-31",
                           "24-05-31",
                           "2024-13-01",
                           "2024-00-10",
                           "2024-04-31",
                           "2024-01-00",
                           "2024-05-31T",
                           "2024-05-31T24:00",
                           "2024-05-31T12:60",
                           "2024-05-31T12:00:60Z",
                           "2024-05-31T12:00:00.Z",
                           "2024-05-31T12:00:00+2:00",
                           "2024-05-31T12:00:00+15:00",
                           "2024-05-31T12:00:00+02:60",
                           "2024-05-31T12:00:00ZZ",
                           "2024-05-31T12Z",
                           "2024-05-31Z",
                           "-2024-05-31",
                           "2024-05-31T12:00:00 Z",
                           " 2024-05-31",
                           "31.5.2024"}) {
    EXPECT_EQ(PrintedInstant(text), "none") << text;
  }
}

TEST(Reading, KeepsTheOffsetBesideWhatIsWritten) {
  const auto reading = ParseReading("1970-01-01T02:00:00+02:00");
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->ticks, 7200 * kTicksPerSecond);
  EXPECT_EQ(reading->offset, 7200 * kTicksPerSecond);
  EXPECT_TRUE(reading->has_time);
  EXPECT_EQ(ParseReading("1970-01-01T00:00:00Z")->offset, 0);
  EXPECT_EQ(ParseReading("1970-01-01T00:00:00")->offset, std::nullopt);
  EXPECT_FALSE(ParseReading("1970-01-01")->has_time);
}

TEST(Day, IsReadAsWrittenWhateverTimeFollows) {
  EXPECT_EQ(ParseDay("1970-01-02")->days, 1);
  EXPECT_EQ(ParseDay("1969-12-31")->days, -1);
  EXPECT_EQ(ParseDay("1970-01-02T23:59:59-12:00")->days, 1);
  EXPECT_FALSE(ParseDay("1970-01-02Tnoon"));
  EXPECT_FALSE(ParseDay("1970-01-02x"));
  EXPECT_EQ(ToString(Day{19874}), "2024-05-31");
}

TEST(Day, PrintsWhatItReadOnEveryDayOfFourCenturies) {
  for (std::int64_t days = -719162; days < -719162 + 146097; ++days) {
    ASSERT_EQ(ParseDay(ToString(Day{days}))->days, days);
  }
}

}  // namespace
}  // namespace satchel
