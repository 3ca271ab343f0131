// Reading the five kinds of scalars.
#pragma once

#include <string>

#include "policy/yaml/cursor.h"

namespace satchel {

// Whether the bytes are UTF-8 without control characters; else one problem names the first place.
[[nodiscard]] bool CheckCharacters(std::string_view text, YamlDocument& document);

// null, Null, NULL, ~ and nothing.
[[nodiscard]] bool IsNull(std::string_view plain);

class YamlScalars : public YamlCursor {
 public:
  using YamlCursor::YamlCursor;

 protected:
  std::string QuotedScalar();           // At the opening quote; ends behind the closing one.
  std::string PlainKey(bool flow);      // Up to the ':'.
  std::string PlainScalar(int parent);  // May continue on lines indented more than `parent`.
  std::string FlowScalar();             // Within brackets.
  std::string BlockScalar(int parent);  // At '|' or '>'; ends at the start of the next content.

 private:
  struct Header {
    bool folded = false;
    char chomp = ' ';  // '+', '-' or neither.
    int indent = 0;    // 0: that of the first line.
  };
  Header BlockHeader(int parent);
  char32_t Escape();
  char32_t HexDigits(int count);
  // Over a break within a scalar and all blank lines after it; what they say: " " or line feeds.
  std::string Fold();
  bool Fits(const std::string& text, Mark mark);
};

}  // namespace satchel
