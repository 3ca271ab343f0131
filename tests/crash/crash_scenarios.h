// What a device is in the middle of when it is killed, loses power or meets a failing disk.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tests/crash/crash_device.h"

namespace satchel::sim {

struct Scenario {
  std::string name = {};
  // A device one sync away from the end; Rewind leads back there.
  std::function<std::unique_ptr<CrashDevice>()> make = {};
  // After every Rewind: what the user does while the sync runs.
  std::function<void(CrashDevice&)> arm = {};
};
inline void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

// Delta: changes and deletions by a delta link. Sweep: ids and versions of everything are compared.
// Upload: edits, creations, a circle, a deletion, a relation, a conflict and a refusal, and more
// edits meanwhile. Migration: a policy of another structure, with changes that it has no place for.
[[nodiscard]] const std::vector<Scenario>& Scenarios();

}  // namespace satchel::sim
