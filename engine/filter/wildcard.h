// The evaluator's own T-SQL LIKE (docs/filters.md, Text).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace satchel {

class Wildcard {
 public:
  explicit Wildcard(std::string_view pattern);
  [[nodiscard]] bool Matches(std::string_view text) const;

 private:
  struct Element {
    bool run = false;                                        // %
    bool inverted = false;                                   // Anything but `ranges`.
    std::vector<std::pair<char32_t, char32_t>> ranges = {};  // Both ends included.
  };
  [[nodiscard]] static bool Fits(const Element& element, char32_t character);

  std::vector<Element> elements_;
};

}  // namespace satchel
