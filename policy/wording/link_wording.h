// What each type of link is called, in sentences and in lists: no two of the nine read alike.
#pragma once

#include <string_view>
#include <vector>

#include "policy/model/filter.h"

namespace satchel {

struct LinkWording {
  LinkType type = LinkType::kInner;
  // "has at least one" goes before the linked entity; with `article`, "a" or "an" comes between.
  // Of `outer` nothing is said: it keeps every record.
  std::string_view lead = {};
  bool article = false;
  // The same after "Accounts where": "there is at least one".
  std::string_view there = {};
  std::string_view title = {};   // "Has at least one"
  std::string_view detail = {};  // "any: one related record that meets the conditions is enough"
};

// In the order in which lists offer them.
[[nodiscard]] const std::vector<LinkWording>& LinkWordings();
[[nodiscard]] const LinkWording& WordingOf(LinkType type);

}  // namespace satchel
