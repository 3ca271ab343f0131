// A place in a text file. Lines and columns count from 1; 0 means "no place known".
#pragma once

#include <compare>
#include <string>

namespace satchel {

struct Mark {
  int line = 0;
  int column = 0;  // In characters (Unicode code points), not bytes.

  [[nodiscard]] bool known() const { return line > 0; }
  friend auto operator<=>(const Mark&, const Mark&) = default;
};

// "12:7"
[[nodiscard]] inline std::string ToString(Mark mark) {
  return std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

}  // namespace satchel
