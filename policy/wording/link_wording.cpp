#include "policy/wording/link_wording.h"

#include <algorithm>

namespace satchel {

const std::vector<LinkWording>& LinkWordings() {
  static const std::vector<LinkWording> all = {
      {LinkType::kAny, "has at least one", false, "there is at least one", "Has at least one",
       "any: one related record that meets the conditions is enough"},
      {LinkType::kNotAny, "has no", false, "there is no", "Has no",
       "not any: no related record meets the conditions"},
      {LinkType::kAll, "has", true, "there is", "Has some, but none where",
       "all: there are related records, and none meets the conditions"},
      {LinkType::kNotAll, "has one or more", false, "there are one or more", "Has one or more",
       "not all: keeps the same records as any, as Dataverse defines it"},
      {LinkType::kInner, "has", true, "there is", "Has a",
       "inner: its fields can be compared in the filter above"},
      {LinkType::kOuter, "", false, "", "May have a",
       "outer: keeps every record; its fields can be compared"},
      {LinkType::kExists, "has an existing", false, "there is an existing", "Has an existing",
       "exists: only tested; its fields cannot be compared"},
      {LinkType::kIn, "is among those with", true, "it is among those with",
       "Is among those with a", "in: keeps the same records as exists, asked in another way"},
      {LinkType::kMatchFirst, "has a first", false, "there is a first", "Has a first",
       "matchfirstrowusingcrossapply: only the first by the link's order counts"}};
  return all;
}

const LinkWording& WordingOf(LinkType type) {
  const auto& all = LinkWordings();
  return *std::find_if(all.begin(), all.end(),
                       [&](const LinkWording& each) { return each.type == type; });
}

}  // namespace satchel
