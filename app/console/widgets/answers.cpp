#include "app/console/widgets/answers.h"

namespace satchel {

std::optional<std::size_t> DrawAnswers(Ui& ui, const Rect& box, const std::vector<Answer>& answers,
                                       std::size_t ready) {
  std::optional<std::size_t> given;
  bool focused = false;
  float x = box.x1 - 20;
  ui.LineH(box.x0 + 1, box.x1 - 1, box.y1 - 65, ui.theme.border);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Answer& answer = answers[i];
    x -= ui.ButtonWidth(answer.words, false);
    if (ui.Button(answer.id, {x, box.y1 - 48}, answer.words, nullptr, answer.style, 0,
                  answer.enabled)) {
      given = i;
    }
    focused = focused || ui.record.focused == answer.id;
    if (i == ready && ImGui::IsWindowAppearing()) ui.TakeFocus();
    x -= 8;
  }
  // A click beside them hides where the keyboard is.
  if (!focused && compat::Pressed(compat::Key::kEnter) && !compat::Ctrl()) given = ready;
  if (compat::Pressed(compat::Key::kEscape)) given = answers.size() - 1;
  return given;
}

}  // namespace satchel
