// Where in the file each part of a policy stood, so that a check can name the place.
//
// Keys are paths: "project.name", "entities.account.fields[2]",
// "entities.account.filter.and[1].op". A group's nodes are "and[i]" or "or[i]"; a nested group or a
// link inside a filter adds its own "and"/"or" after the index: "…filter.and[2].or[0].value". A
// link of an entity is "entities.account.links[0]", its header "….link.to", its conditions
// "….and[0]". The mark of a scalar is that of the value, of everything else that of its key or
// item.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/support/mark.h"

namespace satchel {

class SourceMap {
 public:
  void Set(std::string path, Mark mark) { marks_.insert_or_assign(std::move(path), mark); }
  // The mark of the path, or of its nearest known ancestor.
  [[nodiscard]] Mark Find(std::string_view path) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  // A large policy has ten thousand paths, nearly all of which are never asked for: unordered.
  std::unordered_map<std::string, Mark, Hash, std::equal_to<>> marks_;
};

}  // namespace satchel
