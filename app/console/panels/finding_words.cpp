#include "app/console/panels/finding_words.h"

#include <utility>

#include "policy/wording/capital.h"

namespace satchel {

std::string Capitalised(std::string text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
  const bool word = end > 0 && (end == text.size() || text[end] == ' ' || text[end] == ',');
  return word ? Capital(std::move(text)) : text;
}

std::string FindingWords(const Finding& finding) {
  const std::string start = finding.entity + ": ";
  const bool named = !finding.entity.empty() && finding.message.starts_with(start);
  return Capitalised(named ? finding.message.substr(start.size()) : finding.message);
}

}  // namespace satchel
