// What differs between two texts, line by line: for people who read a policy as YAML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace satchel {

struct DiffLine {
  enum class Kind : std::uint8_t { kSame, kAdded, kRemoved };
  Kind kind = Kind::kSame;
  int before = 0;  // Line numbers from 1; 0: not in that text.
  int after = 0;
  std::string text = {};
  // Bytes [first, second) that differ from the line it replaces; empty: the whole line is new.
  std::pair<std::size_t, std::size_t> changed = {};
  friend bool operator==(const DiffLine&, const DiffLine&) = default;
};

// The fewest lines added and removed, unless the texts have next to nothing in common.
[[nodiscard]] std::vector<DiffLine> DiffLines(std::string_view before, std::string_view after);

}  // namespace satchel
