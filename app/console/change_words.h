// A change between two policies as a list shows it: what changed, and of a filter, whose sentence
// can be long, only the part that became another one.
#pragma once

#include <string>
#include <vector>

#include "policy/check/diff.h"

namespace satchel {

struct ChangeWords {
  std::string about = {};  // "Account"
  std::string what = {};   // "Filter changed"
  std::string was = {};    // Of a filter: the part that went; empty: none did.
  std::string is = {};     // … and the part that came.
};

[[nodiscard]] ChangeWords WordsOf(const Change& change);
[[nodiscard]] std::vector<ChangeWords> WordsOf(const std::vector<Change>& changes);

}  // namespace satchel
