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

TEST(Seen, TakesWhatTheServerFilledInForNobodysWork) {
  Seen seen;
  const Seen::Record one = {"account", "1"};
  seen.Make(one);
  seen.Fill(one, {{"ownerid", Text("me")}});
  seen.Look(one, {}, {"ownerid", "name"}, {});
  EXPECT_EQ(seen.FieldsOf(one), (std::set<std::string>{"name", "ownerid"}));
  EXPECT_TRUE(seen.MayOverwrite(one, "ownerid", Text("me")));
  EXPECT_FALSE(seen.MayOverwrite(one, "ownerid", Text("another")));
}

}  // namespace
}  // namespace satchel::sim
