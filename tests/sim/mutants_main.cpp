// satchel-sim-mutants: plants one known bug after the other in the engine and looks at which seed
// the simulation finds it. Exit code: 0 each was found, 1 one was not.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/sim/mutants.h"
#include "tests/sim/shrink.h"
#include "tests/sim/world.h"
#include "tests/support/sqlite_pool.h"

namespace {

constexpr const char* kUsage =
    R"(usage: satchel-sim-mutants [--seeds N] [--only B59] [--part K/N]

  --seeds N   at most so many seeds for each (1000)
  --only BUG  one of them, by its number in the catalogue
  --part K/N  the K-th of N shares of them, K from 0 on
)";

}  // namespace

int main(int argc, char** argv) {
  satchel::GiveSqliteAPool();
  using namespace satchel::sim;
  std::uint64_t seeds = 1'000;
  std::string only;
  std::size_t part = 0, parts = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--seeds" && more) {
      seeds = std::strtoull(argv[++i], nullptr, 10);
    } else if (word == "--only" && more) {
      only = argv[++i];
    } else if (word == "--part" && more &&
               std::sscanf(argv[i + 1], "%zu/%zu", &part, &parts) == 2 && parts > 0) {
      ++i;
    } else {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  int missed = 0;
  std::size_t number = 0;
  for (const PlantedBug& bug : kPlantedBugs) {
    if (number++ % parts != part || (!only.empty() && bug.number != only)) continue;
    Plant(bug.mutant);
    std::uint64_t seed = 1;
    std::string violation;
    for (; seed <= seeds && violation.empty(); ++seed) violation = Run(Generate(seed)).violation;
    const bool found = !violation.empty();
    missed += found ? 0 : 1;
    const std::string by = found ? InvariantOf(violation) : "-";
    const std::string at = found ? "seed " + std::to_string(seed - 1) : "NOT FOUND";
    std::printf("| %s | %s | %s | %s |\n", std::string(bug.number).c_str(),
                std::string(bug.words).c_str(), by.c_str(), at.c_str());
    std::fflush(stdout);
  }
  return missed == 0 ? 0 : 1;
}
