#include "app/console/panels/record_search.h"

#include <map>
#include <string_view>

#include "app/console/panels/finding_words.h"
#include "app/console/selectors.h"
#include "policy/support/text.h"

namespace satchel {

void SearchWhatIsTyped(const AppState& state, CommandQueue& commands, const Menu& menu,
                       std::string_view id, const std::vector<std::string>& entities) {
  const LookupState& lookup = state.lookup;
  if (!menu.IsOpen(id) || !Connected(state)) return;
  if (lookup.text == menu.typed() && lookup.entities == entities) return;
  commands.Push(FindRecords{entities, menu.typed()});
}

void SearchAgainIfAsked(CommandQueue& commands, const Menu& menu, std::string_view id,
                        const std::vector<std::string>& entities) {
  if (!menu.IsOpen(id) || !menu.again()) return;
  commands.Push(FindRecords{.entities = entities, .text = menu.typed(), .again = true});
}

std::vector<PickerItem> FoundItems(const AppState& state) {
  std::vector<PickerItem> items;
  const std::vector<FoundRecord>& found = state.lookup.found;
  // Of several with one name the beginning of the id is told as well.
  constexpr std::size_t kTold = 8;
  std::map<std::string_view, int> named;
  for (const FoundRecord& record : found) ++named[record.name];
  for (const FoundRecord& record : found) {
    items.push_back({record.id, record.name, EntityWords(state, record.entity),
                     named[record.name] > 1 ? record.id.substr(0, kTold) : "",
                     LookOf(record.entity).icon, -1});
  }
  return items;
}

ListNote SearchNote(const AppState& state) {
  const LookupState& lookup = state.lookup;
  if (!Connected(state)) {
    return {.empty = "No server is connected; an id can be pasted."};
  }
  if (lookup.searching) return {.empty = "Searching on " + state.connection.host};
  if (lookup.error.empty()) return {.empty = "Nothing found on " + state.connection.host};
  std::string why = ErrorWords(state, lookup.error);
  if (!why.ends_with(".") && !why.ends_with(")")) why += ".";
  return {.failure = "The search failed. " + why + " Search again, or paste the record's id."};
}

}  // namespace satchel
