// The list a record is picked from: searched on the server while somebody types.
#pragma once

#include <string>
#include <vector>

#include "app/console/commands.h"
#include "app/console/state.h"
#include "app/console/widgets/fields.h"

namespace satchel {

// Asks the server for what is typed into the list `id` of `menu`, while that is open. Call it
// before the list is drawn.
void SearchWhatIsTyped(const AppState& state, CommandQueue& commands, const Menu& menu,
                       std::string_view id, const std::vector<std::string>& entities);
// The same search once more, when somebody asked the list for it. Call it after.
void SearchAgainIfAsked(CommandQueue& commands, const Menu& menu, std::string_view id,
                        const std::vector<std::string>& entities);
[[nodiscard]] std::vector<PickerItem> FoundItems(const AppState& state);
// Why there is nothing to pick: still searching, nothing found, or what failed and what to do.
[[nodiscard]] ListNote SearchNote(const AppState& state);

}  // namespace satchel
