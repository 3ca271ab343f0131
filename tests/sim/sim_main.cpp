// satchel-sim: runs cases of the simulation. docs/testing.md says how.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/sim/campaign.h"
#include "tests/sim/shrink.h"
#include "tests/sim/world.h"
#include "tests/support/deep_run.h"
#include "tests/support/sqlite_pool.h"

namespace {

constexpr const char* kUsage =
    R"(usage: satchel-sim [--from SEED] [--seeds N | --for MINUTES | --ever] [--all] [--out FOLDER]
       satchel-sim --share K/N [--brief | --minimal] [--coverage FILE]
       satchel-sim --covered FILE…
       satchel-sim --seed SEED [--brief | --minimal] [--trace] [--print] [--shrink]
       satchel-sim --case FILE [--trace] [--shrink]

  --from SEED    the first seed (1)
  --seeds N      so many seeds (3000)
  --for MINUTES  as many as that takes
  --ever         until one fails
  --share K/N    the K-th of N shares (from 0 on) of SATCHEL_SIM_SEEDS seeds; without that of 25000
                 where SATCHEL_DEEP is set, else of a test run's
  --brief        short cases
  --minimal      the shortest, about two faults each; like the brief ones with a pool for SQLite under
                 sanitizers too: many of them in little time
  --coverage F   write which faults met
  --covered F…   whether the shares of at least 3000 seeds met every pair of faults
  --all          go on after a failure, shorten nothing, name every seed that failed
  --out FOLDER   where a shortened failing case is written (.)
  --trace        print everything that happens
  --print        print the case of a seed
  --shrink       shorten it, if it fails

Exit code: 0 all was well, 1 a case failed, 2 wrong usage.
)";

using namespace satchel::sim;

int RunOne(const Case& one, bool trace, bool shrink, const std::string& out) {
  const Report report = Run(one, {.trace = trace});
  if (trace) std::fputs(report.trace.c_str(), stdout);
  if (report.violation.empty()) {
    std::printf("ok: %lld requests, %lld of %lld syncs succeeded, hash %016llx\n",
                static_cast<long long>(report.requests), static_cast<long long>(report.succeeded),
                static_cast<long long>(report.syncs), static_cast<unsigned long long>(report.hash));
    return 0;
  }
  std::printf("FAILED at step %zu of %zu: %s\n", report.step, one.ops.size(),
              report.violation.c_str());
  if (shrink) std::printf("%s\n", WriteShrunk(one, report, out).c_str());
  return 1;
}

std::uint64_t SeedsToShare() {
  if (const char* asked = std::getenv("SATCHEL_SIM_SEEDS")) {
    return std::strtoull(asked, nullptr, 10);
  }
  return satchel::IsDeepRun() ? 25'000 : kSeedsOfATestRun;
}

}  // namespace

int main(int argc, char** argv) {
  const auto asks = [&](std::string_view word) {
    return std::find(argv, argv + argc, word) != argv + argc;
  };
  const Extent extent = asks("--minimal") ? Extent::kMinimal
                        : asks("--brief") ? Extent::kBrief
                                          : Extent::kWhole;
  satchel::GiveSqliteAPool(extent != Extent::kWhole);
  CampaignOptions options;
  options.progress = true;
  options.extent = extent;
  bool trace = false, print = false, shrink = false, one_seed = false;
  std::string file, coverage;
  std::size_t share = 0, shares = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = [&]() -> std::uint64_t {
      return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0;
    };
    if (word == "--from") {
      options.first = number();
    } else if (word == "--seeds") {
      options.seeds = number();
    } else if (word == "--for") {
      options.seeds = 0;
      options.seconds = 60.0 * static_cast<double>(number());
    } else if (word == "--ever") {
      options.seeds = 0;
    } else if (word == "--out" && i + 1 < argc) {
      options.out = argv[++i];
    } else if (word == "--seed") {
      one_seed = true;
      options.first = number();
    } else if (word == "--share" && i + 1 < argc &&
               std::sscanf(argv[i + 1], "%zu/%zu", &share, &shares) == 2 && shares > share) {
      ++i;
      const std::uint64_t all = SeedsToShare();
      options.first = 1 + all * share / shares;
      options.seeds = 1 + all * (share + 1) / shares - options.first;
      options.progress = false;
    } else if (word == "--coverage" && i + 1 < argc) {
      coverage = argv[++i];
    } else if (word == "--covered") {
      const std::string missing = WhatIsNotCovered({argv + i + 1, argv + argc});
      std::fputs(missing.c_str(), stdout);
      return missing.empty() ? 0 : 1;
    } else if (word == "--case" && i + 1 < argc) {
      file = argv[++i];
    } else if (word == "--brief" || word == "--minimal") {
      // Said already: SQLite had to know before all else.
    } else if (word == "--trace") {
      trace = true;
    } else if (word == "--all") {
      options.stop_at_failure = options.shrink = false;
    } else if (word == "--print") {
      print = true;
    } else if (word == "--shrink") {
      shrink = true;
    } else {
      std::fputs(kUsage, word == "--help" ? stdout : stderr);
      return word == "--help" ? 0 : 2;
    }
  }
  if (!file.empty()) {
    std::ifstream stream(file);
    const std::string text((std::istreambuf_iterator<char>(stream)), {});
    const auto one = ParseCase(text);
    if (!one) {
      std::fprintf(stderr, "satchel-sim: %s: %s\n", file.c_str(), one.error().message.c_str());
      return 2;
    }
    return RunOne(*one, trace, shrink, options.out);
  }
  if (one_seed) {
    const Case one = Generate(options.first, options.extent);
    if (print) std::fputs(Print(one).c_str(), stdout);
    return RunOne(one, trace, shrink, options.out);
  }
  const CampaignResult result = RunCampaign(options);
  std::fputs(result.summary.c_str(), stdout);
  if (!coverage.empty() && !WriteCoverage(result, coverage)) return 1;
  return result.failure.empty() ? 0 : 1;
}
