#include "engine/filter/odata_part.h"

#include <utility>

namespace satchel {

Wide Exactly(std::string text) {
  return {std::move(text), true};
}

Wide AtMost(std::string text) {
  return {std::move(text), false};
}

Wide All(const std::vector<Wide>& parts) {
  Wide all{.exact = true};
  std::string text;
  for (const Wide& part : parts) {
    all.exact = all.exact && part.exact;
    if (part.text) text += (text.empty() ? "" : " and ") + *part.text;
  }
  if (!text.empty()) all.text = std::move(text);
  return all;
}

Wide Any(const std::vector<Wide>& parts) {
  Wide any{.exact = true};
  std::string text;
  for (const Wide& part : parts) {
    // One alternative that lets everything through lets everything through.
    if (!part.text) return Wide{.exact = part.exact};
    any.exact = any.exact && part.exact;
    text += (text.empty() ? "" : " or ") + *part.text;
  }
  if (parts.size() > 1) text = "(" + text + ")";
  if (!text.empty()) any.text = std::move(text);
  return any;
}

std::string QuotedText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace satchel
