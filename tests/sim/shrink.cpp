#include "tests/sim/shrink.h"

#include <algorithm>

namespace satchel::sim {

std::string InvariantOf(const std::string& violation) {
  return violation.substr(0, violation.find_first_of(": ("));
}

Case Shrink(Case failing, const std::function<bool(const Case&)>& fails, int most) {
  int runs = 0;
  const auto still = [&](const Case& one) { return runs++ < most && fails(one); };
  const auto take = [&](Case& smaller) {
    if (smaller == failing || !still(smaller)) return false;
    failing = std::move(smaller);
    return true;
  };
  // Halves, quarters, … single operations; again as long as it helps.
  for (bool progress = true; progress && runs < most;) {
    progress = false;
    for (std::size_t size = std::max<std::size_t>(1, failing.ops.size() / 2);; size /= 2) {
      for (std::size_t from = 0; from < failing.ops.size();) {
        Case smaller = failing;
        const std::size_t to = std::min(failing.ops.size(), from + size);
        smaller.ops.erase(smaller.ops.begin() + static_cast<std::ptrdiff_t>(from),
                          smaller.ops.begin() + static_cast<std::ptrdiff_t>(to));
        if (take(smaller)) {
          progress = true;
        } else {
          from += size;
        }
      }
      if (size <= 1) break;
    }
    for (const std::uint32_t devices : {1U, 2U, 3U}) {
      Case smaller = failing;
      if (devices >= failing.devices) break;
      smaller.devices = devices;
      if (take(smaller)) progress = true;
    }
    for (const std::uint32_t accounts : {3U, 4U}) {
      Case smaller = failing;
      if (accounts >= failing.accounts) break;
      smaller.accounts = accounts;
      if (take(smaller)) progress = true;
    }
    // Smaller numbers, and things that need not happen in the middle of something.
    for (std::size_t i = 0; i < failing.ops.size(); ++i) {
      for (std::size_t k = 0; k < failing.ops[i].n.size(); ++k) {
        for (const std::uint32_t value :
             {0U, 1U, 2U, failing.ops[i].n[k] / 2, failing.ops[i].n[k] - 1}) {
          if (value >= failing.ops[i].n[k]) continue;
          Case smaller = failing;
          smaller.ops[i].n[k] = value;
          if (take(smaller)) {
            progress = true;
            break;
          }
        }
      }
      if (failing.ops[i].device >= 0 && !IsFault(failing.ops[i].kind)) {
        Case smaller = failing;
        smaller.ops[i].device = -1;
        smaller.ops[i].request = 0;
        if (take(smaller)) progress = true;
      }
    }
  }
  return failing;
}

}  // namespace satchel::sim
