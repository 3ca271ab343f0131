#include "app/console/panels/add_entities_box.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "app/console/widgets/picker.h"
#include "policy/support/units.h"

namespace satchel {

void AddEntitiesBox::Draw(Ui& ui, const AppState& state, CommandQueue& commands, Point right_top) {
  constexpr const char* kId = "add-entity";
  constexpr float kWidth = 440;
  constexpr float kRow = 44;
  if (opening_) {
    ImGui::OpenPopup(kId);
    typed_.clear();
    chosen_.clear();
    at_ = 0;
    opening_ = false;
  }
  if (!ImGui::IsPopupOpen(kId)) return;
  std::set<std::string_view> kept;
  for (const Entity& entity : state.draft.current().entities) kept.insert(entity.name);
  std::vector<const EntityName*> shown;
  std::size_t offered = 0;  // Whatever is searched for.
  for (const EntityName& entity : state.connection.entities) {
    if (kept.contains(entity.name)) continue;
    ++offered;
    if (Matches(typed_, {entity.label, entity.name})) shown.push_back(&entity);
  }
  const Theme& t = ui.theme;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  // As high as all it offers, so that typing does not move its button.
  const float lines = std::max(static_cast<float>(offered), 2.0F);
  const float height = std::min({540.0F, display.y - 120, 110 + kRow * lines + 8});
  const Rect box = At(std::max(8.0F, right_top.x - kWidth),
                      std::min(right_top.y, display.y - height - 8), kWidth, height);
  ImGui::SetNextWindowPos({box.x0, box.y0});
  ImGui::SetNextWindowSize({kWidth, height});
  if (!ImGui::BeginPopup(kId, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNavInputs)) return;
  ui.PopupCard(box);
  const auto count = static_cast<int>(shown.size());
  if (ui.Input("add-entity/search", At(box.x0 + 8, box.y0 + 8, kWidth - 16, 34), &typed_,
               "Search by name, or by logical name", icon::kSearch, ImGui::IsWindowAppearing())) {
    at_ = 0;
  }
  const bool down = compat::Pressed(compat::Key::kDown, true);
  const bool up = compat::Pressed(compat::Key::kUp, true);
  if (down) ++at_;
  if (up) --at_;
  at_ = std::clamp(at_, 0, std::max(0, count - 1));

  const Rect body = {box.x0 + 8, box.y0 + 50, box.x1 - 4, box.y1 - 60};
  const Point origin = ui.BeginScroll("add-entity/list", body);
  if (shown.empty()) {
    ui.Centre(
        ui.fonts.small, t.text2, {body.cx(), origin.y + kRow / 2},
        typed_.empty() ? "Every entity of the server is in the project" : "No entity matches");
  }
  const auto flip = [&](const std::string& name) {
    if (chosen_.erase(name) == 0) chosen_.insert(name);
  };
  for (int i = 0; i < count; ++i) {
    const EntityName& entity = *shown[static_cast<std::size_t>(i)];
    const Rect row = At(origin.x, origin.y + static_cast<float>(i) * kRow, body.width() - 12, kRow);
    // Those out of sight are only known to be there; of a great many, not even that.
    const bool seen = i == at_ || (row.y1 >= body.y0 - kRow && row.y0 <= body.y1 + kRow);
    if (!seen && count > kMostNamed) continue;
    const std::string id = "add-entity/item/" + entity.name;
    if (!seen) {
      ui.Note(id, row);
      continue;
    }
    const Press press = ui.Hit(id, row, 6, false);
    if (press.clicked) flip(entity.name);
    if (i == at_ || press.hovered) ui.Fill(row, i == at_ ? t.accent_soft : t.hover, 6);
    // The wheel may leave the line behind on which the arrows stand.
    if (i == at_ && (down || up) && (row.y0 < body.y0 || row.y1 > body.y1) && !press.hovered) {
      ImGui::SetScrollY(static_cast<float>(i) * kRow);
    }
    ui.CheckMark(At(row.x0 + 10, row.cy() - 9, 18, 18), chosen_.contains(entity.name),
                 press.hovered);
    const EntityLook look = LookOf(entity.name);
    ui.Tile({row.x0 + 40, row.cy() - 15}, 30, look.icon, t.Hue(look.hue));
    const std::string& label = entity.label.empty() ? entity.name : entity.label;
    ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 80, row.cy() - 9, row.width() - 90, label);
    ui.Fit(ui.fonts.caption, t.text3, row.x0 + 80, row.cy() + 9, row.width() - 90, entity.name);
  }
  ui.EndScroll(origin.y + static_cast<float>(std::max(count, 1)) * kRow);

  ui.LineH(box.x0 + 1, box.x1 - 1, box.y1 - 57, t.border);
  const bool enter = compat::Pressed(compat::Key::kEnter) && count > 0;
  std::set<std::string> wanted = chosen_;
  // Enter adds what is ticked, else the line the arrows stand on.
  if (wanted.empty() && count > 0) wanted.insert(shown[static_cast<std::size_t>(at_)]->name);
  const std::string words =
      chosen_.size() > 1
          ? "Add " + HumanCount(static_cast<std::int64_t>(chosen_.size())) + " entities"
          : std::string("Add entity");
  const float button = ui.ButtonWidth(words, true);
  ui.Middle(ui.fonts.caption, t.text3, box.x0 + 18, box.y1 - 28,
            chosen_.empty() ? "Click to choose several" : "Enter adds them");
  const bool pressed = ui.Button("add-entity/add", {box.x1 - 14 - button, box.y1 - 44}, words,
                                 icon::kAdd, ButtonStyle::kPrimary, 0, !chosen_.empty(), "");
  if ((pressed || enter) && !wanted.empty()) {
    AddEntities add;
    for (const EntityName& entity : state.connection.entities) {
      if (wanted.contains(entity.name)) add.entities.push_back(entity.name);
    }
    commands.Push(add);
    ImGui::CloseCurrentPopup();
  }
  if (compat::Pressed(compat::Key::kEscape)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace satchel
