// A change in the lists of Publish and History.
#pragma once

#include "app/console/change_words.h"
#include "app/console/widgets/ui.h"

namespace satchel {

[[nodiscard]] float ChangeHeight(const Ui& ui, const ChangeWords& change, float width);
// Returns its height.
float DrawChange(Ui& ui, const ChangeWords& change, Point at, float width);

}  // namespace satchel
