// satchel-sim-mutants: plants one known bug after the other in the engine and looks at which seed
// the simulation finds it. Exit code: 0 each was found, 1 one was not.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "policy/support/text.h"
#include "tests/sim/mutants.h"
#include "tests/sim/shrink.h"
#include "tests/sim/world.h"
#include "tests/support/sqlite_pool.h"

namespace {

constexpr const char* kUsage =
    R"(usage: satchel-sim-mutants [--from SEED] [--seeds N] [--only B59]
       satchel-sim-mutants --only B59 --case FILE
       satchel-sim-mutants --list

  --from SEED  the first seed (1)
  --seeds N    at most so many seeds for each (1000)
  --only BUG   one of them, by its number in the catalogue
  --case FILE  everything that happens in one case (satchel-sim --seed N --print makes one)
  --list       their numbers

A line for each: number, what is wrong, the invariant by which it was found, the seed.
)";

// "I1 I5" names both.
bool Names(std::string_view invariants, const std::string& one) {
  for (const std::string_view name : satchel::Split(invariants, ' ')) {
    if (name == one) return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  satchel::GiveSqliteAPool();
  using namespace satchel::sim;
  std::uint64_t first = 1;
  std::uint64_t seeds = 1'000;
  std::string only, file;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--seeds" && more) {
      seeds = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--only" && more) {
      only = argv[++i];
    } else if (word == "--from" && more) {
      first = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--case" && more) {
      file = argv[++i];
    } else if (word == "--list") {
      for (const PlantedBug& bug : kPlantedBugs) std::puts(std::string(bug.number).c_str());
      return 0;
    } else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  int missed = 0;
  for (const PlantedBug& bug : kPlantedBugs) {
    if (!only.empty() && bug.number != only) continue;
    Plant(bug.mutant);
    if (!file.empty()) {
      std::ifstream stream(file);
      const auto one = ParseCase(std::string((std::istreambuf_iterator<char>(stream)), {}));
      if (!one) return 2;
      const Report report = Run(*one, {.trace = true});
      std::puts((report.trace + report.violation).c_str());
      return report.violation.empty() ? 1 : 0;
    }
    std::string by = "—";
    std::string at = "not found";
    for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
      const std::string violation = Run(Generate(seed)).violation;
      const std::string invariant = InvariantOf(violation);
      if (!Names(bug.breaks, invariant)) {
        if (!violation.empty()) {
          std::fprintf(stderr, "%s, seed %llu, which does not count: %s\n",
                       std::string(bug.number).c_str(), static_cast<unsigned long long>(seed),
                       violation.c_str());
        }
        continue;
      }
      by = invariant;
      at = std::to_string(seed);
      break;
    }
    missed += by == "—" ? 1 : 0;
    std::printf("| %s | %s | %s | %s |\n", std::string(bug.number).c_str(),
                std::string(bug.words).c_str(), by.c_str(), at.c_str());
    std::fflush(stdout);
  }
  return missed == 0 ? 0 : 1;
}
