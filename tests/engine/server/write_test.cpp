#include "engine/server/write.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(Write, KnowsTheETagOfAVersionAndTheVersionOfAnETag) {
  EXPECT_EQ(ETagOf(Cell::Integer(81359849)), "W/\"81359849\"");
  EXPECT_EQ(ETagOf(Cell::Text("\"abc\"")), "\"abc\"");
  EXPECT_EQ(ETagOf(Cell::Null()), "");
  EXPECT_EQ(VersionOf("W/\"81359849\""), Value(std::int64_t{81359849}));
  EXPECT_EQ(VersionOf(""), Value());
}

TEST(Write, KeepsEveryOtherETagAsItIs) {
  for (const char* etag : {"W/\"2026-11-23T07:05:15.964Z\"", "\"12\"", "W/\"012\"", "W/\"\"",
                           "W/\"99999999999999999999\"", "W/\"12", "12"}) {
    EXPECT_EQ(VersionOf(etag), Value(std::string(etag)));
    EXPECT_EQ(ETagOf(ToCell(VersionOf(etag))), etag);
  }
}

}  // namespace
}  // namespace satchel
