#include "tests/sim/seen.h"

#include <gtest/gtest.h>

namespace satchel::sim {
namespace {

Value Text(const std::string& text) {
  return text;
}

TEST(Seen, CountsWhatWasShownWhileAChangeWaits) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Text("a")));
  seen.Look(one, {{"name", Text("a")}, {"city", Text("x")}}, {"name"}, {});
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("a")));
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Value()));
  EXPECT_FALSE(seen.MayOverwrite(one, "city", Text("x"))) << "the user did not change it";
  seen.Look(one, {{"name", Text("mine")}}, {"name"}, {"name"});
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("a"))) << "it is one change";
  seen.Look(one, {{"name", Text("b")}}, {"name"}, {});
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Text("a"))) << "another change";
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("b")));
}

TEST(Seen, EndsWithTheChangeThatARuleLetOverwrite) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Look(one, {}, {"name"}, {});
  seen.LetAllOverwrite();
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("theirs")));
  seen.Look(one, {}, {"name"}, {"name"});
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("theirs")));
  seen.Look(one, {}, {"name"}, {});
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Text("theirs")));
}

// Part of a change that waits: of that field what was seen before counts on, of the others not.
TEST(Seen, ForgetsOfAFieldThatIsNoLongerPending) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Look(one, {{"name", Text("a")}, {"city", Text("x")}}, {"name", "city"}, {});
  seen.Look(one, {{"name", Text("mine")}, {"city", Text("y")}}, {"city"}, {"name"});
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("a")));
  EXPECT_FALSE(seen.MayOverwrite(one, "city", Text("x"))) << "it was not pending any more";
  EXPECT_TRUE(seen.MayOverwrite(one, "city", Text("y")));
  EXPECT_EQ(seen.FieldsOf(one), (std::set<std::string>{"city", "name"}));
}

TEST(Seen, AFieldThatShowedNothingWasSeenEmpty) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Look(one, {}, {"city"}, {});
  EXPECT_TRUE(seen.MayOverwrite(one, "city", Value()));
  EXPECT_FALSE(seen.MayOverwrite(one, "city", Text("x")));
}

TEST(Seen, KnowsRecordsApart) {
  Seen seen;
  seen.Look({"account", "1"}, {{"name", Text("a")}}, {"name"}, {});
  seen.Fill({"account", "1"}, {{"ownerid", Text("me")}});
  for (const Seen::Record& other : {Seen::Record{"account", "2"}, Seen::Record{"contact", "1"}}) {
    EXPECT_FALSE(seen.MayOverwrite(other, "name", Text("a")));
    EXPECT_FALSE(seen.MayOverwrite(other, "ownerid", Text("me")));
    EXPECT_TRUE(seen.FieldsOf(other).empty());
  }
}

// Nothing was there: what is empty may be written, what is not is another's.
TEST(Seen, OfARecordThatWasMadeNothingWasThere) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Make(one);
  EXPECT_TRUE(seen.MayOverwrite(one, "city", Value()));
  EXPECT_FALSE(seen.MayOverwrite(one, "city", Text("x")));
  seen.Look(one, {{"name", Text("mine")}}, {"name"}, {"name"});
  EXPECT_TRUE(seen.MayOverwrite(one, "city", Value())) << "it still waits to be made";
  seen.Look(one, {{"name", Text("mine")}}, {"name"}, {});
  EXPECT_FALSE(seen.MayOverwrite(one, "city", Value())) << "another change, of what is there";
}

TEST(Seen, CountsWhatWasShownOrWrittenBesides) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Look(one, {{"name", Text("a")}}, {"name"}, {});
  seen.Show(one, "name", Text("theirs"));
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("a")));
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("theirs")));
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Text("b")));
  seen.Show(one, "city", Text("x"));
  EXPECT_EQ(seen.FieldsOf(one), (std::set<std::string>{"city", "name"}));
}

TEST(Seen, LetsEverythingGoOfARecordThatCouldNotBeLookedAt) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Look({"account", "2"}, {}, {"name"}, {});
  seen.LoseSight(one);
  EXPECT_TRUE(seen.MayOverwrite(one, "name", Text("whatever")));
  EXPECT_FALSE(seen.MayOverwrite({"account", "2"}, "name", Text("whatever")));
  seen.Look(one, {{"name", Text("a")}}, {"name"}, {});
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Text("whatever"))) << "it is looked at again";
}

TEST(Seen, TakesWhatTheServerFilledInForNobodysWork) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Make(one);
  seen.Fill(one, {{"ownerid", Text("me")}});
  seen.Look(one, {}, {"ownerid", "name"}, {});
  EXPECT_EQ(seen.FieldsOf(one), (std::set<std::string>{"name", "ownerid"}));
  EXPECT_TRUE(seen.MayOverwrite(one, "ownerid", Text("me")));
  EXPECT_FALSE(seen.MayOverwrite(one, "ownerid", Text("another")));
  EXPECT_FALSE(seen.MayOverwrite(one, "name", Text("me"))) << "another field";
}

}  // namespace
}  // namespace satchel::sim
