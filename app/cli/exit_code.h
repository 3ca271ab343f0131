// The exit codes of `satchel` (docs/command-line.md).
#pragma once

#include "policy/support/result.h"

namespace satchel {

enum class ExitCode : int {
  kFine = 0,
  kFindings = 1,  // An unreadable or wrong policy, filter or data file; differences.
  kUsage = 2,
  kNoAccess = 3,  // Server, network, missing file, no display.
  kCancelled = 4,
};

// For errors met while talking to a server or the file system.
[[nodiscard]] inline ExitCode ExitCodeOf(const Error& error) {
  return error.code == ErrorCode::kCancelled ? ExitCode::kCancelled : ExitCode::kNoAccess;
}

}  // namespace satchel
