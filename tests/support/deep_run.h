// Whether the tests run as long as it takes (SATCHEL_DEEP), or as many cases as everybody waits
// for.
#pragma once

#include <cstdlib>

namespace satchel {

inline bool IsDeepRun() {
  return std::getenv("SATCHEL_DEEP") != nullptr;
}

}  // namespace satchel
