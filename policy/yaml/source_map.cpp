#include "policy/yaml/source_map.h"

namespace satchel {

Mark SourceMap::Find(std::string_view path) const {
  for (;;) {
    if (const auto at = marks_.find(path); at != marks_.end()) return at->second;
    const std::size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos || cut == 0) return {};
    path = path.substr(0, cut);
  }
}

}  // namespace satchel
