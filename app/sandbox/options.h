// What satchel-sandbox was told on its command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/instant.h"
#include "policy/support/units.h"

namespace satchel::sandbox {

enum class FaultKind : std::uint8_t {
  kReset,     // The connection is reset in the middle of the answer.
  kTruncate,  // Half of the body, then the end.
  kSlow,      // The answer trickles for ten seconds.
  k500,
  k503,
  k429,
  kHtml,             // An HTML page with status 200.
  kWrongType,        // A value of the first row is an object.
  kRepeatNextLink,   // The next link leads to the same page again.
  kForeignNextLink,  // The next link leads to another server.
  kGzipBomb,         // 1 GB of zeros in a megabyte.
};
[[nodiscard]] std::optional<FaultKind> FindFault(std::string_view name);

struct Fault {
  FaultKind kind = FaultKind::k500;
  double rate = 0;  // 0 … 1 of the requests.
};

struct Throttle {
  std::int64_t requests = 0;  // Per user and window; 0: no limit.
  Seconds window{0};
};

struct SandboxOptions {
  int port = 0;
  std::int64_t accounts = 2000;
  int users = 25;
  std::uint64_t seed = 1;
  std::filesystem::path file = {};  // Empty: a private one that is removed at the end.
  std::optional<Instant> now = {};
  bool auth = false;
  std::filesystem::path log = {};
  Milliseconds latency{0};
  std::int64_t bits_per_second = 0;
  Throttle throttle = {};
  std::vector<Fault> faults = {};
  Seconds token_expiry{3599};
  Seconds delta_expiry{0};
};

// The exit code to end with, or the options. Prints help and errors itself.
struct ParsedOptions {
  std::optional<int> exit = {};
  SandboxOptions options = {};
};
[[nodiscard]] ParsedOptions ParseOptions(int argc, char** argv);

}  // namespace satchel::sandbox
