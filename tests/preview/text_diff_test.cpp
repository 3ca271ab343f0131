#include "preview/publish/text_diff.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

using Kind = DiffLine::Kind;

std::string Signs(const std::vector<DiffLine>& lines) {
  std::string signs;
  for (const DiffLine& line : lines) {
    signs += line.kind == Kind::kSame ? ' ' : line.kind == Kind::kAdded ? '+' : '-';
  }
  return signs;
}

// What is left without the removed lines is the text after, and the other way round.
void ExpectBothTexts(const std::string& before, const std::string& after) {
  std::string a;
  std::string b;
  int a_line = 0;
  int b_line = 0;
  for (const DiffLine& line : DiffLines(before, after)) {
    if (line.kind != Kind::kAdded) {
      a += line.text + "\n";
      EXPECT_EQ(line.before, ++a_line);
    }
    if (line.kind != Kind::kRemoved) {
      b += line.text + "\n";
      EXPECT_EQ(line.after, ++b_line);
    }
  }
  EXPECT_EQ(a, before);
  EXPECT_EQ(b, after);
}

TEST(TextDiff, KeepsWhatIsTheSame) {
  EXPECT_EQ(Signs(DiffLines("a\nb\nc\n", "a\nb\nc\n")), "   ");
  EXPECT_EQ(Signs(DiffLines("", "")), "");
}

TEST(TextDiff, TakesTheFewestLines) {
  EXPECT_EQ(Signs(DiffLines("a\nb\nc\nd\n", "a\nc\nd\ne\n")), " -  +");
  EXPECT_EQ(Signs(DiffLines("", "a\nb\n")), "++");
  EXPECT_EQ(Signs(DiffLines("a\nb\n", "")), "--");
}

TEST(TextDiff, PointsAtTheWordsOfALineThatChanged) {
  const auto marked = [](const std::string& before, const std::string& after) {
    std::vector<std::string> parts;
    for (const DiffLine& line : DiffLines(before + "\n", after + "\n")) {
      const auto [from, to] = line.changed;
      parts.push_back(line.text.substr(from, to - from));
    }
    return parts;
  };
  using Parts = std::vector<std::string>;
  EXPECT_EQ(marked("  every: 30m", "  every: 15m"), (Parts{"30m", "15m"}));
  EXPECT_EQ(marked("  city: Brno", "  city: Brnox"), (Parts{"Brno", "Brnox"}));
  EXPECT_EQ(marked("fields: [name, city]", "fields: [name, city, zip]"), (Parts{"", ", zip"}));
}

TEST(TextDiff, GivesBackBothTexts) {
  ExpectBothTexts("a\nb\nc\n", "a\nb\nc\n");
  ExpectBothTexts("a\nb\nc\nd\ne\n", "x\nb\nd\ny\ne\nz\n");
  ExpectBothTexts("", "a\n");
  unsigned seed = 7;
  const auto next = [&] { return seed = seed * 1103515245U + 12345U; };
  for (int round = 0; round < 300; ++round) {
    std::string a;
    std::string b;
    for (unsigned i = 0, n = next() / 65536U % 12; i < n; ++i) {
      a += std::string(1, static_cast<char>('a' + next() / 65536U % 4)) + "\n";
    }
    for (unsigned i = 0, n = next() / 65536U % 12; i < n; ++i) {
      b += std::string(1, static_cast<char>('a' + next() / 65536U % 4)) + "\n";
    }
    ExpectBothTexts(a, b);
  }
}

TEST(TextDiff, NeverCutsACharacter) {
  const auto lines = DiffLines("title: Łódź\n", "title: Łódó\n");
  for (const DiffLine& line : lines) {
    const auto at = static_cast<unsigned char>(line.text[line.changed.first]);
    EXPECT_NE(at & 0xC0U, 0x80U);
  }
}

}  // namespace
}  // namespace satchel
