// The answers below a question: a row of buttons, one of which has the keyboard from the beginning.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/console/widgets/ui.h"

namespace satchel {

struct Answer {
  std::string id = {};
  std::string words = {};
  ButtonStyle style = ButtonStyle::kSecondary;
  bool enabled = true;
};

// At the foot of the popup being drawn, which fills `box`: from the right edge to the left, the
// last one is what Escape says. Enter gives the answer that has the keyboard, also where the mouse
// asked the question: at first `ready`, which must be one that a stray Enter may give.
[[nodiscard]] std::optional<std::size_t> DrawAnswers(Ui& ui, const Rect& box,
                                                     const std::vector<Answer>& answers,
                                                     std::size_t ready);

}  // namespace satchel
