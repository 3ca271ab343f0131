#include "engine/record/text_order.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

TEST(TextOrder, IgnoresCaseBeyondAscii) {
  EXPECT_EQ(CompareText("Žluťoučký KŮŇ", "žluťoučký kůň"), 0);
  EXPECT_EQ(CompareText("ΣΊΣΥΦΟΣ", "σίσυφος"), 0);  // The final sigma is a sigma.
  EXPECT_EQ(CompareText("ẞ", "ß"), 0);
  EXPECT_EQ(CompareText("ПРИВЕТ", "привет"), 0);
  EXPECT_EQ(CompareText("𐐀", "𐐨"), 0);  // Deseret, beyond the first plane.
  EXPECT_EQ(CompareText("K", "k"), 0);  // The sign of the kelvin.
}

TEST(TextOrder, KeepsApartWhatSimpleFoldingKeepsApart) {
  EXPECT_NE(CompareText("ß", "ss"), 0);
  EXPECT_NE(CompareText("İ", "i"), 0);
  EXPECT_NE(CompareText("ı", "i"), 0);
  EXPECT_NE(CompareText("é", "e"), 0);
  EXPECT_NE(CompareText("é", "e\u0301"), 0);  // Composed and decomposed are two spellings.
}

TEST(TextOrder, IgnoresBlanksAtTheEndOnly) {
  EXPECT_EQ(CompareText("a  ", "a"), 0);
  EXPECT_EQ(CompareText("   ", ""), 0);
  EXPECT_NE(CompareText(" a", "a"), 0);
  EXPECT_NE(CompareText("a\t", "a"), 0);
  EXPECT_NE(CompareText("a\u00A0", "a"), 0);
}

TEST(TextOrder, GoesByFoldedCodePoints) {
  EXPECT_LT(CompareText("a", "B"), 0);
  EXPECT_GT(CompareText("b", "A"), 0);
  EXPECT_LT(CompareText("a", "ab"), 0);
  EXPECT_LT(CompareText("Z", "é"), 0);
  EXPECT_LT(CompareText("a_", "aB"), 0);     // '_' stands between the cases: folding decides.
  EXPECT_LT(CompareText("\uFFFD", "𐐀"), 0);  // By code point, not by UTF-16 unit.
}

TEST(TextOrder, TakesBrokenBytesForReplacementCharacters) {
  EXPECT_EQ(CompareText("a\xFF", "a\uFFFD"), 0);
  EXPECT_EQ(CompareText("\xC3", "\xE2"), 0);
}

TEST(TextOrder, FoldsEqualTextsToEqualBytes) {
  constexpr const char* kTexts[] = {"",   "a",  "A ", "ß", "ẞ", "ss",     "Σ",
                                    "ς",  "σ ", "İ",  "i", "I", "ı",      "\xFF",
                                    "é ", "É",  "𐐀",  "𐐨", "K", "straße", "STRASSE"};
  for (const char* a : kTexts) {
    for (const char* b : kTexts) {
      EXPECT_EQ(FoldText(a) == FoldText(b), CompareText(a, b) == 0) << a << " / " << b;
      EXPECT_EQ(CompareText(a, b) < 0, CompareText(b, a) > 0) << a << " / " << b;
    }
  }
}

}  // namespace
}  // namespace satchel
