#include "engine/record/guid.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

constexpr std::string_view kText = "6f1d0c7e-8a9b-4cde-8f01-23456789abcd";

TEST(Guid, ReadsEitherCaseWithOrWithoutBracesAndPrintsLowerCase) {
  for (const char* text :
       {"6f1d0c7e-8a9b-4cde-8f01-23456789abcd", "6F1D0C7E-8A9B-4CDE-8F01-23456789ABCD",
        "{6F1d0c7e-8a9b-4CDE-8f01-23456789abcd}"}) {
    const auto guid = ParseGuid(text);
    ASSERT_TRUE(guid) << text;
    EXPECT_EQ(ToString(*guid), kText);
  }
}

TEST(Guid, KeepsItsBytesInTheOrderOfTheText) {
  const auto guid = ParseGuid(kText);
  ASSERT_TRUE(guid);
  EXPECT_EQ(guid->bytes[0], 0x6f);
  EXPECT_EQ(guid->bytes[15], 0xcd);
  EXPECT_LT(*ParseGuid("00000000-0000-0000-0000-0000000000ff"),
            *ParseGuid("00000000-0000-0000-0000-000000000100"));
}

TEST(Guid, RefusesEverythingElse) {
  for (const char* text :
       {"", "{}", "6f1d0c7e8a9b4cde8f0123456789abcd", "6f1d0c7e-8a9b-4cde-8f01-23456789abc",
        "6f1d0c7e-8a9b-4cde-8f01-23456789abcde", "6f1d0c7e-8a9b-4cde-8f01-23456789abcg",
        "{6f1d0c7e-8a9b-4cde-8f01-23456789abcd", "6f1d0c7e-8a9b-4cde-8f01-23456789abcd}",
        "6f1d0c7e_8a9b-4cde-8f01-23456789abcd", "(6f1d0c7e-8a9b-4cde-8f01-23456789abcd)",
        " 6f1d0c7e-8a9b-4cde-8f01-23456789abcd", "6f1d0c7-e8a9b-4cde-8f01-23456789abcd"}) {
    EXPECT_FALSE(ParseGuid(text)) << text;
  }
}

}  // namespace
}  // namespace satchel
