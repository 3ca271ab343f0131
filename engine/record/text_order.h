// How text compares everywhere: Unicode simple case folding, accents significant, trailing blanks
// ignored (docs/command-line.md, eval).
#pragma once

#include <string>
#include <string_view>

namespace satchel {

// < 0, 0, > 0; by folded code points. Bytes that are not UTF-8 compare as U+FFFD.
[[nodiscard]] int CompareText(std::string_view a, std::string_view b);
// Folded, without trailing blanks; equal texts have equal folds.
[[nodiscard]] std::string FoldText(std::string_view text);

}  // namespace satchel
