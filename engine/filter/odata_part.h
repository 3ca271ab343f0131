// A piece of $filter while it is being put together.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

// An expression that is true for every row that matters. Absent text: true for every row.
struct Wide {
  std::optional<std::string> text = {};
  bool exact = false;
};

[[nodiscard]] Wide Exactly(std::string text);
[[nodiscard]] Wide AtMost(std::string text);
[[nodiscard]] Wide All(const std::vector<Wide>& parts);
[[nodiscard]] Wide Any(const std::vector<Wide>& parts);

[[nodiscard]] std::string QuotedText(std::string_view text);

}  // namespace satchel
