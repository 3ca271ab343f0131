// The simulation as a test: what failed once comes first, then many seeds (README.md,
// docs/testing.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/sim/campaign.h"
#include "tests/sim/shrink.h"
#include "tests/support/temp_folder.h"

namespace satchel::sim {
namespace {

TEST(Simulation, WhatFailedOnceWorks) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = SATCHEL_SOURCE_DIR "/tests/sim/regressions";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".sim") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream stream(file);
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    const auto one = ParseCase(text);
    ASSERT_TRUE(one) << file << ": " << one.error().message;
    EXPECT_EQ(sim::Run(*one).violation, "") << file;
  }
}

// That many seeds hold, and that every pair of faults meets, are tests of their own: sim_share_…
// and sim_coverage (CMakeLists.txt).
TEST(Campaign, TellsWhatNeverMet) {
  const TempFolder folder;
  CampaignResult result;
  result.seeds = kSeedsThatCoverAll;
  result.together.assign(kFaultKinds, std::bitset<kFaultKinds>().set());
  const std::string whole = (folder.path() / "whole").string();
  ASSERT_TRUE(WriteCoverage(result, whole));
  EXPECT_EQ(WhatIsNotCovered({whole}), "");
  result.together[0].reset(1);
  const std::string part = (folder.path() / "part").string();
  ASSERT_TRUE(WriteCoverage(result, part));
  EXPECT_EQ(WhatIsNotCovered({part}), "these never met:\nunsent + answer-lost\n");
  EXPECT_EQ(WhatIsNotCovered({part, whole}), "");
  EXPECT_NE(WhatIsNotCovered({(folder.path() / "none").string()}), "");
  EXPECT_GE(kFaultKinds, 25U);
}

TEST(Simulation, RunsTheSameSeedInTheSameWay) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Case one = Generate(seed);
    EXPECT_EQ(sim::Run(one).hash, sim::Run(one).hash) << seed;
  }
}

TEST(Simulation, KeepsACaseInAFile) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Case one = Generate(seed);
    const auto again = ParseCase(Print(one));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, one);
  }
  EXPECT_FALSE(ParseCase("satchel-sim 1\nfly 3\n"));
  EXPECT_FALSE(ParseCase("something else\n"));
}

TEST(Shrink, LeavesOnlyWhatTheFailureNeeds) {
  Case one = Generate(3);
  one.ops.push_back({.kind = OpKind::kExpire, .n = {9, 8, 7, 6}});
  one.ops.insert(one.ops.begin() + 4, {.kind = OpKind::kBackUp, .n = {5}});
  const auto fails = [](const Case& smaller) {
    const auto has = [&](OpKind kind) {
      return std::any_of(smaller.ops.begin(), smaller.ops.end(),
                         [&](const Op& op) { return op.kind == kind && op.device < 0; });
    };
    return has(OpKind::kExpire) && has(OpKind::kBackUp);
  };
  ASSERT_TRUE(fails(one));
  const Case small = Shrink(one, fails, 10'000);
  EXPECT_EQ(small.ops.size(), 2U);
  EXPECT_EQ(small.devices, 1U);
  EXPECT_EQ(small.ops.back().n, (std::array<std::uint32_t, 4>{}));
}

}  // namespace
}  // namespace satchel::sim
