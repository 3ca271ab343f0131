#include "tests/sim/mutants.h"

namespace satchel {

namespace {
// Only satchel-sim-mutants has this file, and it runs one simulation after another.
Mutant planted = Mutant::kNone;
}  // namespace

bool Planted(Mutant mutant) {
  return mutant == planted;
}

void sim::Plant(Mutant mutant) {
  planted = mutant;
}

}  // namespace satchel
