#include "app/console/change_words.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

Change FilterChange(const std::string& before, const std::string& after) {
  return {.path = "entities.account.filter",
          .entity = "account",
          .before = before,
          .after = after,
          .sentence = "Account: filter changed from “" + before + "” to “" + after + "”"};
}

TEST(ChangeWords, ShowOfAFilterOnlyWhatBecameAnother) {
  const ChangeWords words = WordsOf(
      FilterChange("Status is Active, and Modified on is in the last 120 days, and City is Brno",
                   "Status is Active, and Modified on is in the last 90 days, and City is Brno"));
  EXPECT_EQ(words.about, "Account");
  EXPECT_EQ(words.what, "Filter changed");
  EXPECT_EQ(words.was, "… the last 120 days, and …");
  EXPECT_EQ(words.is, "… the last 90 days, and …");
}

TEST(ChangeWords, SayWhatCameWhereNothingWent) {
  const ChangeWords words =
      WordsOf(FilterChange("Status is Active", "Status is Active, and City is Brno"));
  EXPECT_EQ(words.was, "Status is Active");
  EXPECT_EQ(words.is, "Status is Active, and City is Brno");
  const ChangeWords more =
      WordsOf(FilterChange("City is Brno or Praha", "City is Brno or Graz or Praha"));
  EXPECT_EQ(more.was, "");
  EXPECT_EQ(more.is, "… Brno or Graz or Praha");
}

TEST(ChangeWords, PutWhatChangedBelowWhatItIsAbout) {
  const Change change = {.path = "triggers.every",
                         .sentence = "Triggers: interval changed from 15m to off"};
  EXPECT_EQ(WordsOf(change).about, "Triggers");
  EXPECT_EQ(WordsOf(change).what, "Interval changed from 15m to off");
  EXPECT_EQ(WordsOf(change).was, "");
  // Only a filter's sentence is long enough to be shown in part.
  const Change title = {.path = "project.title",
                        .before = "a b",
                        .after = "a c",
                        .sentence = "Project: title changed from “a b” to “a c”"};
  EXPECT_EQ(WordsOf(title).what, "Title changed from “a b” to “a c”");
  EXPECT_EQ(WordsOf(title).was, "");
}

TEST(ChangeWords, CallSettingsAsTheWindowDoes) {
  Policy before;
  before.entities = {{.name = "account"}};
  before.entities[0].incremental.changes = Changes::kMatching;
  Policy after = before;
  after.sync.incremental.reconcile = {.kind = Reconcile::Kind::kAfter, .after = Seconds(86'400)};
  after.sync.conflict = ConflictRule::kManual;
  after.entities[0].incremental.changes.reset();
  std::vector<std::string> said;
  for (const ChangeWords& words : WordsOf(Diff(before, after))) said.push_back(words.what);
  EXPECT_EQ(said, (std::vector<std::string>{
                      "Look for moved records changed from “When some may have moved” to “Every 24 "
                      "h”",
                      "Conflicts changed from “The server wins” to “The user decides”",
                      "Incremental sync as the project says, no longer “Only what changed and "
                      "matches”"}));
}

}  // namespace
}  // namespace satchel
