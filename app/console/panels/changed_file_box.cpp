#include "app/console/panels/changed_file_box.h"

#include <algorithm>

#include "app/console/widgets/answers.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr const char* kId = "changed-file";

std::string Explained(const ChangedFile& file) {
  std::string words;
  if (!file.policy) {
    words = "It cannot be read now (" + file.problem + "), so it can only be replaced.";
  } else if (file.difference.rows.empty()) {
    words = "It says the same as your draft; only comments or layout differ.";
  } else {
    words = "Red is what the file says now, green is your draft.";
  }
  words += " Neither is lost: a copy of the other one is kept.";
  if (file.comments > 0) {
    words += " The file has " + HumanCount(file.comments) +
             (file.comments == 1 ? " comment, which" : " comments, which") +
             " only that copy will have if yours is kept.";
  }
  return words;
}

}  // namespace

void ChangedFileBox::Draw(Ui& ui, const AppState& state, CommandQueue& commands,
                          const Rect& screen) {
  const Theme& t = ui.theme;
  if (!state.file || !state.changed_file) {
    if (ImGui::IsPopupOpen(kId) &&
        ImGui::BeginPopupModal(kId, nullptr, ImGuiWindowFlags_NoTitleBar)) {
      ImGui::CloseCurrentPopup();
      ImGui::EndPopup();
    }
    return;
  }
  const ChangedFile& file = *state.changed_file;
  if (!ImGui::IsPopupOpen(kId)) ImGui::OpenPopup(kId);
  const float width = std::min(880.0F, screen.width() - 80);
  const std::string words = Explained(file);
  const float text = Ui::WrappedHeight(ui.fonts.body, words, width - 48);
  const float lines = static_cast<float>(std::min<std::size_t>(file.difference.rows.size(), 18));
  const float diff = lines == 0 ? 0 : std::max(96.0F, lines * 24 + 36);
  const float around = 60 + text + 20 + 64;
  const float height = std::min(around + diff, screen.height() - 80);
  const Rect box = At(screen.cx() - width / 2, screen.cy() - height / 2, width, height);
  ImGui::SetNextWindowPos({box.x0, box.y0});
  ImGui::SetNextWindowSize({box.width(), box.height()});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 14);
  if (ImGui::BeginPopupModal(
          kId, nullptr,
          ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove)) {
    ui.PopupCard(box);
    ui.Fit(ui.fonts.heading, t.text, box.x0 + 24, box.y0 + 34, width - 48,
           state.file->path.filename().string() + " was changed since your draft began");
    ui.Wrapped(ui.fonts.body, t.text2, {box.x0 + 24, box.y0 + 60}, width - 48, words);
    if (diff > 0) {
      const Rect frame = {box.x0 + 24, box.y0 + 60 + text + 12, box.x1 - 24, box.y1 - 76};
      ui.Fill(frame, t.surface, 8);
      diff_.DrawUnified(ui, file.difference, file.shown, frame.Inset(1));
      ui.Frame(frame, t.border, 8);
    }
    // Which of the two stays is for somebody who has looked at them.
    const auto answer = DrawAnswers(
        ui, box,
        {{"changed-file/mine", "Keep mine", ButtonStyle::kPrimary},
         {.id = "changed-file/theirs", .words = "Load theirs", .enabled = file.policy.has_value()},
         {"changed-file/cancel", "Cancel"}},
        2);
    if (answer == 0U) commands.Push(SaveFile{.over = file.hash});
    if (answer == 1U) commands.Push(LoadTheirs{});
    if (answer == 2U) commands.Push(CloseDialog{});
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

}  // namespace satchel
