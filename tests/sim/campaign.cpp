#include "tests/sim/campaign.h"

#include <chrono>
#include <cstdio>
#include <fstream>

#include "policy/support/sha256.h"
#include "tests/sim/shrink.h"

namespace satchel::sim {

namespace {

constexpr int kShrinkRuns = 3'000;  // About a minute.
constexpr std::uint64_t kRepeatEvery = 64;

}  // namespace

std::string WriteShrunk(const Case& one, const Report& report, const std::string& folder) {
  const std::string invariant = InvariantOf(report.violation);
  Report last = report;
  const Case small = Shrink(
      one,
      [&](const Case& smaller) {
        Report again = Run(smaller);
        if (InvariantOf(again.violation) != invariant) return false;
        last = std::move(again);
        return true;
      },
      kShrinkRuns);
  const std::string text = Print(small);
  const std::string file = folder + "/case-" + Sha256Hex(text).substr(0, 8) + ".sim";
  std::string comment = "# " + last.violation + "\n";
  for (auto at = comment.find('\n'); at + 1 < comment.size(); at = comment.find('\n', at + 2)) {
    comment.insert(at + 1, "#");
  }
  const auto head = text.find('\n') + 1;
  std::ofstream(file) << text.substr(0, head) << comment << text.substr(head);
  return std::to_string(small.ops.size()) + " operations are left:\n" + text + last.violation +
         "\nreplay: satchel-sim --case " + file + " --trace";
}

bool WriteCoverage(const CampaignResult& result, const std::string& file) {
  std::ofstream stream(file);
  stream << result.seeds << "\n";
  for (const auto& row : result.together) stream << row.to_string() << "\n";
  return stream.flush().good();
}

std::string WhatIsNotCovered(const std::vector<std::string>& files) {
  std::vector<std::bitset<kFaultKinds>> together(kFaultKinds);
  std::uint64_t seeds = 0;
  for (const std::string& file : files) {
    std::ifstream stream(file);
    std::uint64_t count = 0;
    std::string row;
    if (!(stream >> count)) return file + ": cannot be read (run the shares first)";
    seeds += count;
    for (auto& met : together) {
      if (stream >> row) met |= std::bitset<kFaultKinds>(row);
    }
  }
  if (seeds < kSeedsThatCoverAll) return {};  // Asked for fewer: they need not meet everything.
  std::string missing;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    for (std::size_t j = i; j < kFaultKinds; ++j) {
      if (together[i].test(j)) continue;
      missing += std::string(Name(static_cast<OpKind>(kFirstFault + i))) + " + " +
                 std::string(Name(static_cast<OpKind>(kFirstFault + j))) + "\n";
    }
  }
  return missing.empty() ? missing : "these never met:\n" + missing;
}

CampaignResult RunCampaign(const CampaignOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  CampaignResult result;
  auto& together = result.together;
  together.resize(kFaultKinds);
  std::int64_t requests = 0, syncs = 0, succeeded = 0;
  for (std::uint64_t seed = options.first; options.seeds == 0 || result.seeds < options.seeds;
       ++seed) {
    if (options.seconds > 0 && seconds() > options.seconds) break;
    const Case one = Generate(seed, options.extent);
    Report report = Run(one);
    ++result.seeds;
    if (report.violation.empty() && seed % kRepeatEvery == 0 && Run(one).hash != report.hash) {
      report.violation = "determinism: the same seed ran in two ways";
    }
    requests += report.requests;
    syncs += report.syncs;
    succeeded += report.succeeded;
    for (std::size_t i = 0; i < kFaultKinds; ++i) {
      if (!report.struck.test(kFirstFault + i)) continue;
      ++result.struck[i];
      for (std::size_t j = 0; j < kFaultKinds; ++j) {
        if (report.struck.test(kFirstFault + j)) together[i].set(j);
      }
    }
    if (options.progress && result.seeds % 500 == 0) {
      std::fprintf(stderr, "%llu seeds, %.0f s\n", static_cast<unsigned long long>(result.seeds),
                   seconds());
    }
    if (report.violation.empty()) continue;
    result.failed.push_back(seed);
    const std::string line = std::to_string(seed) + ": " + report.violation.substr(0, 300) + "\n";
    result.all += line;
    if (options.progress) std::fputs(line.c_str(), stderr);
    if (result.failure.empty()) {
      result.failure = "seed " + std::to_string(seed) + ", step " + std::to_string(report.step) +
                       ": " + report.violation + "\n";
      if (options.shrink) result.failure += WriteShrunk(one, report, options.out) + "\n";
    }
    if (options.stop_at_failure) break;
  }
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    for (std::size_t j = i + 1; j < kFaultKinds; ++j) {
      if (together[i].test(j)) {
        ++result.pairs;
      } else {
        result.pairs_missing.push_back(std::string(Name(static_cast<OpKind>(kFirstFault + i))) +
                                       " + " +
                                       std::string(Name(static_cast<OpKind>(kFirstFault + j))));
      }
    }
  }
  char line[200];
  std::snprintf(line, sizeof line,
                "%llu seeds in %.1f s; %lld requests; %lld of %lld syncs succeeded; %lld fault "
                "pairs met, %zu not\n",
                static_cast<unsigned long long>(result.seeds), seconds(),
                static_cast<long long>(requests), static_cast<long long>(succeeded),
                static_cast<long long>(syncs), static_cast<long long>(result.pairs),
                result.pairs_missing.size());
  result.summary = line;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    result.summary += "  " + std::string(Name(static_cast<OpKind>(kFirstFault + i))) + " " +
                      std::to_string(result.struck[i]) + "\n";
  }
  result.summary += options.stop_at_failure ? result.failure : result.all;
  return result;
}

}  // namespace satchel::sim
