// The filters of a policy as files: one FetchXML query per entity that is kept offline.
#pragma once

#include <string>
#include <vector>

#include "policy/model/policy.h"

namespace satchel {

struct FilterFile {
  std::string name = {};  // "account.xml"
  std::string text = {};
};
[[nodiscard]] std::vector<FilterFile> FilterFiles(const Policy& policy);

}  // namespace satchel
