#include "app/console/panels/diff_view.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(BreakLine, BreaksLongListsBehindCommas) {
  const std::string text = "    fields: [name, city, revenue, ownerid, modifiedon]";
  const auto pieces = BreakLine(text, 30);
  ASSERT_GT(pieces.size(), 1u);
  std::string joined;
  for (const DiffPiece& piece : pieces) {
    EXPECT_LE(piece.end - piece.begin, 30u);
    joined += text.substr(piece.begin, piece.end - piece.begin) + "\n";
  }
  EXPECT_EQ(joined.find("re\nvenue"), std::string::npos);
  EXPECT_EQ(BreakLine("short", 30).size(), 1u);
  EXPECT_EQ(BreakLine("", 30).size(), 1u);
}

TEST(BreakLine, NeverCutsALetterInTwo) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "Ž";
  for (const DiffPiece& piece : BreakLine(text, 25)) EXPECT_EQ((piece.end - piece.begin) % 2, 0u);
}

}  // namespace
}  // namespace satchel
