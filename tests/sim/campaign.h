// Many seeds: which failed, which faults struck, alone and in pairs.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace satchel::sim {

inline constexpr std::uint64_t kSeedsThatCoverAll = 3'000;
// Of a normal test run.
inline constexpr std::uint64_t kSeedsOfATestRun = kSeedsThatCoverAll;

struct CampaignOptions {
  std::uint64_t first = 1;
  std::uint64_t seeds = 3'000;  // 0: no limit.
  double seconds = 0;           // 0: no limit.
  std::string out = ".";
  Extent extent = Extent::kWhole;
  bool progress = false;
  bool stop_at_failure = true;
  bool shrink = true;
};

struct CampaignResult {
  std::uint64_t seeds = 0;
  std::string failure = {};  // Of the first seed that failed, with how to see it again.
  std::vector<std::uint64_t> failed = {};
  std::string all = {};  // What failed, a seed a line.
  std::string summary = {};
  std::array<std::int64_t, kFaultKinds> struck = {};  // Seeds in which it did.
  std::vector<std::string> pairs_missing = {};        // "kill + lag"
  std::int64_t pairs = 0;
  std::vector<std::bitset<kFaultKinds>> together = {};  // Faults that struck in one seed.
};

[[nodiscard]] CampaignResult RunCampaign(const CampaignOptions& options);

// What shares of a campaign met, in a file each; together they may have to meet every fault and
// every pair of them.
[[nodiscard]] bool WriteCoverage(const CampaignResult& result, const std::string& file);
[[nodiscard]] std::string WhatIsNotCovered(const std::vector<std::string>& files);

// Shortens, writes case-<hash>.sim to the folder, and says how to run it.
[[nodiscard]] std::string WriteShrunk(const Case& one, const Report& report,
                                      const std::string& folder);

}  // namespace satchel::sim
