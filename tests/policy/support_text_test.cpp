#include "policy/support/text.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(Text, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(FirstInvalidUtf8("Žilina – 東京 🚲"), std::string_view::npos);
  EXPECT_EQ(FirstInvalidUtf8("ab\xFFz"), 2u);
  EXPECT_EQ(FirstInvalidUtf8("a\xC0\xAF"), 1u);         // Overlong slash.
  EXPECT_EQ(FirstInvalidUtf8("\xED\xA0\x80"), 0u);      // Surrogate.
  EXPECT_EQ(FirstInvalidUtf8("\xF4\x90\x80\x80"), 0u);  // Above U+10FFFF.
  EXPECT_EQ(FirstInvalidUtf8("x\xE2\x82"), 1u);         // Cut.
}

TEST(Text, QuotesSoThatATerminalCannotBeFooled) {
  EXPECT_EQ(Quoted("name"), "'name'");
  EXPECT_EQ(Quoted("a\x1B[31mb"), "'a\xEF\xBF\xBD[31mb'");
  EXPECT_EQ(Quoted("a\xE2\x80\xAE"
                   "b"),
            "'a\xEF\xBF\xBD"
            "b'");  // Right-to-left override.
  EXPECT_EQ(Quoted("abcdef", 3), "'abc…'");
}

TEST(Text, SuggestsTheNearestNameButNotAFarOne) {
  EXPECT_EQ(Nearest("statecod", {"statuscode", "statecode"}), "statecode");
  EXPECT_EQ(Nearest("revenue", {"statuscode", "statecode"}), "");
  EXPECT_EQ(Nearest("ab", {"xy"}), "");
}

}  // namespace
}  // namespace satchel
