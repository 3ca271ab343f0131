// What went wrong with a file or folder, and what to do about it.
#pragma once

#include <string>

namespace satchel {

// The words after "cannot be …: " for a value of errno, remedy included:
// "the disk is full (free some space, then run it again)".
[[nodiscard]] std::string DiskTrouble(int error);

}  // namespace satchel
