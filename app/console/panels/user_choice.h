// Whose device it is about: the list that several screens offer.
#pragma once

#include <string>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/picker.h"

namespace satchel {

[[nodiscard]] std::vector<PickerItem> UserItems(const AppState& state);
// What to say when the list is empty.
[[nodiscard]] std::string NoUserWords(const AppState& state);

}  // namespace satchel
