// Where in the file each part of a policy stood, so that a check can name the place.
//
// Keys are paths: "project.name", "entities.account.fields[2]",
// "entities.account.filter.and[1].op". A group's nodes are "and[i]" or "or[i]"; a nested group or a
// link inside a filter adds its own "and"/"or" after the index: "…filter.and[2].or[0].value".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "policy/support/mark.h"

namespace satchel {

class SourceMap {
 public:
  void Set(std::string path, Mark mark) { marks_[std::move(path)] = mark; }
  // The mark of the path, or of its nearest known ancestor.
  [[nodiscard]] Mark Find(std::string_view path) const;

 private:
  std::map<std::string, Mark, std::less<>> marks_;
};

}  // namespace satchel
