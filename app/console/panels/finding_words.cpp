#include "app/console/panels/finding_words.h"

#include <utility>

#include "app/console/selectors.h"
#include "policy/support/text.h"
#include "policy/wording/capital.h"

namespace satchel {

std::string FindingWords(const Finding& finding) {
  const std::string start = finding.entity + ": ";
  const bool named = !finding.entity.empty() && finding.message.starts_with(start);
  return Capitalised(named ? finding.message.substr(start.size()) : finding.message);
}

Finding Labelled(const AppState& state, Finding finding) {
  const std::string named = " of " + finding.entity;
  const std::size_t at = finding.message.find(named + ",");
  if (finding.entity.empty() || at == std::string::npos) return finding;
  finding.message.replace(at, named.size(), " of " + EntityWords(state, finding.entity));
  return finding;
}

std::string ErrorWords(const AppState& state, const std::string& error) {
  const std::size_t colon = error.find(": ");
  if (colon == std::string::npos) return Capitalised(error);
  const std::string_view about = std::string_view(error).substr(0, colon);
  const std::size_t dot = about.find('.');
  const std::string entity(about.substr(0, dot));
  std::string label = EntityWords(state, entity);
  if (label == entity) return Capitalised(error);  // Without a label there is nothing better.
  if (dot != std::string_view::npos) {
    label += " › " + FieldWords(state, entity, std::string(about.substr(dot + 1)));
  }
  return label + ": " + Capitalised(error.substr(colon + 2));
}

std::string Enumerated(std::vector<std::string> things) {
  if (things.size() < 2) return Join(things, "");
  const std::string last = std::move(things.back());
  things.pop_back();
  return Join(things, ", ") + " and " + last;
}

}  // namespace satchel
