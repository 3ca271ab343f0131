#include "app/console/widgets/soft_wrap.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

constexpr float kWidth = 10;

float Letters(std::string_view text) {
  return static_cast<float>(text.size());
}
std::string Shown(const std::string& text) {
  return SoftWrap(text, kWidth, Letters);
}
// As if `now` stood in the field after an edit that left the cursor at the end of `typed`.
std::string After(const std::string& text, const std::string& now, std::size_t cursor) {
  return TakeEdited(text, now, cursor, kWidth, Letters);
}

TEST(SoftWrap, BreaksAtTheLastSpaceThatFits) {
  EXPECT_EQ(Shown("one two three four"), "one two\nthree four");
  EXPECT_EQ(Shown("one two\nthree four five"), "one two\nthree four\nfive");
  EXPECT_EQ(Shown("short"), "short");
  EXPECT_EQ(Shown(""), "");
}

TEST(SoftWrap, LeavesAWordWholeThatIsLongerThanALine) {
  EXPECT_EQ(Shown("a incomprehensibilities b"), "a\nincomprehensibilities\nb");
}

TEST(SoftWrap, MakesShownBreaksSpacesAgainAndKeepsTypedOnes) {
  const std::string text = "one two three four";
  ASSERT_EQ(Shown(text), "one two\nthree four");
  EXPECT_EQ(After(text, "one two\nthree fourx", 19), "one two three fourx");
  EXPECT_EQ(After(text, "one xtwo\nthree four", 5), "one xtwo three four");
  // Enter before a space, and behind the break that is only shown.
  EXPECT_EQ(After(text, "one\n two\nthree four", 4), "one\n two three four");
  EXPECT_EQ(After(text, "one two\n\nthree four", 9), "one two \nthree four");
}

TEST(SoftWrap, JoinsWordsWhenTheBreakBetweenThemIsRemoved) {
  EXPECT_EQ(After("one two three four", "one twothree four", 7), "one twothree four");
  EXPECT_EQ(After("one two three four", "one", 3), "one");
}

TEST(SoftWrap, KnowsATextThatComesBackAsItWasShown) {
  const std::string text = "one two three four";
  EXPECT_EQ(After("", Shown(text), text.size()), text);  // A step back, Escape, or pasted.
  EXPECT_EQ(After("x", Shown(text), 0), text);
}

TEST(WrapWords, LeavesAHostNameWholeAtItsDots) {
  EXPECT_EQ(WrapWords("to a.b.c.d:4", 10, Letters), "to\na.b.c.d:4");
  EXPECT_EQ(WrapWords("one,two three", 10, Letters), "one,two\nthree");
}

TEST(WrapWords, BreaksAWordThatIsLongerThanALine) {
  EXPECT_EQ(WrapWords("an incomprehensibility, yes", 10, Letters),
            "an\nincomprehe\nnsibility,\nyes");
  EXPECT_EQ(WrapWords("/home/eva/policies/x", 10, Letters), "/home/eva/\npolicies/x");
  EXPECT_EQ(WrapWords("ěščřžýáíéů", 6, Letters), "ěšč\nřžý\náíé\nů");  // Two bytes a letter.
}

TEST(WrapWords, KeepsTheBreaksOfTheText) {
  EXPECT_EQ(WrapWords("one\n\ntwo\n", 10, Letters), "one\n\ntwo\n");
  EXPECT_EQ(WrapWords("", 10, Letters), "");
}

TEST(WrapWords, BreaksAPathAtASlashAndNeverWithinAnExtension) {
  // Little stands above, but the file's name stays whole.
  EXPECT_EQ(WrapWords("~/a/first-hour.yaml", 16, Letters), "~/a/\nfirst-hour.yaml");
  // No line has room for the name.
  EXPECT_EQ(WrapWords("/policies/field-service.yaml", 14, Letters),
            "/policies/\nfield-service\n.yaml");
  EXPECT_EQ(WrapWords("field-service.yaml", 15, Letters), "field-service\n.yaml");
}

TEST(TextSteps, FindsABreakThatWasTypedWhereOneIsShownToo) {
  const std::string typed = "one two\nthree four";  // Looks like "one two three four".
  TextSteps steps;
  steps.Begin("note", typed);
  steps.Add("");
  EXPECT_EQ(steps.Find(Shown(typed), false, kWidth, Letters), typed);
  EXPECT_EQ(steps.Find("", true, kWidth, Letters), "");
}

TEST(TextSteps, FindsABreakThatWasOnlyShown) {
  const std::string text = "one two three four";
  TextSteps steps;
  steps.Begin("note", text);
  steps.Add("one twothree four");
  EXPECT_EQ(steps.Find(Shown(text), false, kWidth, Letters), text);
}

TEST(TextSteps, GoesTheWayOfTheKeyWhereTwoTextsLookAlike) {
  TextSteps steps;
  steps.Begin("note", "one two three four");
  steps.Add("one twothree four");
  steps.Add("one two\nthree four");  // Enter where the break was removed.
  EXPECT_EQ(steps.Find("one twothree four", false, kWidth, Letters), "one twothree four");
  EXPECT_EQ(steps.Find("one two\nthree four", true, kWidth, Letters), "one two\nthree four");
  EXPECT_EQ(steps.Find("one twothree four", false, kWidth, Letters), "one twothree four");
  EXPECT_EQ(steps.Find("one two\nthree four", false, kWidth, Letters), "one two three four");
}

TEST(TextSteps, BeginsAnewWithAnotherTextAndGoesOnWithTheSame) {
  TextSteps steps;
  steps.Begin("note", "a");
  steps.Add("a\nb");
  steps.Begin("note", "a\nb");
  EXPECT_EQ(steps.texts.size(), 2U);
  steps.Begin("note", "c");  // Somebody else wrote it: undo, say.
  EXPECT_EQ(steps.texts, std::vector<std::string>{"c"});
  steps.Begin("other", "c");
  EXPECT_EQ(steps.texts, std::vector<std::string>{"c"});
}

TEST(TextSteps, TakesBreaksAsTypedThatNoFullLineExplains) {
  TextSteps steps;
  steps.Begin("note", "");
  EXPECT_EQ(steps.Find("one\ntwo three\nfour", false, kWidth, Letters), "one\ntwo three four");
}

}  // namespace
}  // namespace satchel
