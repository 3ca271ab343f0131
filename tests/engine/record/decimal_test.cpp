#include "engine/record/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace satchel {
namespace {

std::string PrintedDecimal(std::string_view text) {
  const auto decimal = ParseDecimal(text);
  return decimal ? ToString(*decimal) : "none";
}

TEST(Decimal, ReadsAndPrintsTheShortestExactForm) {
  EXPECT_EQ(PrintedDecimal("0"), "0");
  EXPECT_EQ(PrintedDecimal("-0.00"), "0");
  EXPECT_EQ(PrintedDecimal("12.50"), "12.5");
  EXPECT_EQ(PrintedDecimal("+12.5"), "12.5");
  EXPECT_EQ(PrintedDecimal("-0.05"), "-0.05");
  EXPECT_EQ(PrintedDecimal("000123.4500"), "123.45");
  EXPECT_EQ(PrintedDecimal(".5"), "0.5");
  EXPECT_EQ(PrintedDecimal("1e3"), "1000");
  EXPECT_EQ(PrintedDecimal("1.25E-2"), "0.0125");
  EXPECT_EQ(PrintedDecimal("100.0"), "100");
}

TEST(Decimal, HoldsEighteenDigitsAndNoMore) {
  EXPECT_EQ(PrintedDecimal("999999999999999999"), "999999999999999999");
  EXPECT_EQ(PrintedDecimal("-0.999999999999999999"), "-0.999999999999999999");
  EXPECT_EQ(PrintedDecimal("0.000000000000000001"), "0.000000000000000001");
  EXPECT_EQ(PrintedDecimal("1e17"), "100000000000000000");
  EXPECT_EQ(PrintedDecimal("1.000000000000000000000000"),
            "1");  // Zeros after the point are no digits.
  EXPECT_EQ(PrintedDecimal("1000000000000000000"), "none");
  EXPECT_EQ(PrintedDecimal("1e18"), "none");
  EXPECT_EQ(PrintedDecimal("0.0000000000000000001"), "none");
  EXPECT_EQ(PrintedDecimal("1e-19"), "none");
  EXPECT_EQ(PrintedDecimal("1234567890123456.789"), "none");
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "0x10",
                           "nan", "inf", "--1", "1e99999999999"}) {
    EXPECT_EQ(PrintedDecimal(text), "none") << text;
  }
}

TEST(Decimal, ComparesByValueAtAnyScale) {
  EXPECT_EQ(Compare({10, 1}, {100, 2}), std::strong_ordering::equal);
  EXPECT_EQ(Compare({1, 18}, {0, 0}), std::strong_ordering::greater);
  EXPECT_EQ(Compare({-1, 18}, {0, 0}), std::strong_ordering::less);
  // Neither fits the other's scale in 64 bits.
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(Compare({kMost, 0}, {kMost, 18}), std::strong_ordering::greater);
  EXPECT_EQ(Compare({kLeast, 0}, {kLeast, 18}), std::strong_ordering::less);
}

TEST(Decimal, RescalesOnlyWhereNothingIsLost) {
  EXPECT_EQ(Rescale({125, 1}, 4), 125000);
  EXPECT_EQ(Rescale({12500, 3}, 1), 125);
  EXPECT_EQ(Rescale({-12500, 3}, 1), -125);
  EXPECT_EQ(Rescale({125, 2}, 1), std::nullopt);
  EXPECT_EQ(Rescale({922337203685477580, 0}, 1), 9223372036854775800);
  EXPECT_EQ(Rescale({922337203685477581, 0}, 1), std::nullopt);
  EXPECT_EQ(Rescale({0, 0}, 10), 0);
}

}  // namespace
}  // namespace satchel
