// What a device needs of the world around it. The simulation has fakes of these, production the
// system's own; nothing else in engine/device looks at a clock, at chance or at the network.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/record/guid.h"
#include "engine/record/instant.h"
#include "policy/support/result.h"
#include "policy/support/units.h"

namespace satchel {

// Time since some start that never jumps and goes on while the machine sleeps. Every interval,
// delay and back-off is measured in it, so that neither summer time nor a user who sets the clock
// matters.
struct Uptime {
  using duration = Milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Uptime>;
  static constexpr bool is_steady = true;
};
using UptimePoint = Uptime::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual UptimePoint Up() = 0;
  // The calendar: for relative dates, for what is shown, and for how long ago an earlier process
  // did something. It may jump; nothing is scheduled by it.
  [[nodiscard]] virtual Instant Now() = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t Next() = 0;  // 64 random bits.
};
[[nodiscard]] double Chance(Random& random);  // 0 ≤ x < 1
[[nodiscard]] Guid NewGuid(Random& random);   // Version 4.

enum class Reach : std::uint8_t { kNone, kMetered, kUnmetered };

class Connectivity {
 public:
  virtual ~Connectivity() = default;
  // Cheap, sends nothing. kUnmetered does not promise that the server answers.
  [[nodiscard]] virtual Reach Now() = 0;
};

// One sync per database, across processes.
class SyncLock {
 public:
  virtual ~SyncLock() = default;
  // False: somebody else holds it. Freed by Unlock, and by the system when the process dies.
  [[nodiscard]] virtual Result<bool> TryLock() = 0;
  virtual void Unlock() = 0;
};

[[nodiscard]] std::unique_ptr<Clock> MakeSystemClock();
[[nodiscard]] std::unique_ptr<Random> MakeSystemRandom();
// The same numbers for the same seed, on every platform.
[[nodiscard]] std::unique_ptr<Random> MakeSeededRandom(std::uint64_t seed);
// kNone while no network interface is up, unless the server is on this machine.
[[nodiscard]] std::unique_ptr<Connectivity> MakeSystemConnectivity(bool server_is_here);
// An flock on `database` + "-sync", made with mode 0600. The database file itself must not be
// opened beside SQLite: closing it would drop SQLite's own locks.
[[nodiscard]] std::unique_ptr<SyncLock> MakeFileLock(const std::filesystem::path& database);

}  // namespace satchel
