#include "app/console/panels/palette.h"

#include <algorithm>
#include <cmath>

#include "app/console/widgets/dim.h"
#include "app/console/widgets/picker.h"
#include "engine/record/text_order.h"
#include "policy/support/text.h"

namespace satchel {
namespace {

constexpr const char* kId = "palette";
constexpr float kHead = 56;
constexpr float kTitle = 34;
constexpr float kRow = 44;
constexpr float kFoot = 12;
constexpr float kMostList = 440;

struct Hit {
  const NamedCommand* command = nullptr;
  int rank = 0;
};
using Found = std::vector<Hit>;

bool IsPlace(const NamedCommand& command) {
  return command.kind <= NamedCommand::Kind::kPart;
}

}  // namespace

int RankOf(const std::string& name, const std::string& typed) {
  const std::string whole = FoldText(Trim(typed));
  const std::string title = FoldText(name);
  if (title == whole) return 0;
  if (title.starts_with(whole)) return 1;
  return Matches(typed, {name}) ? 2 : 3;
}

std::vector<Palette::Row> Palette::Arrange(const std::vector<NamedCommand>& all) const {
  const bool typing = !Trim(typed_).empty();
  std::vector<std::pair<const char*, Found>> sections;
  const auto take = [&](const char* title, const auto& belongs) {
    Found found;
    for (const NamedCommand& command : all) {
      if (belongs(command)) found.push_back({&command, typing ? RankOf(command.title, typed_) : 0});
    }
    if (!found.empty()) sections.emplace_back(title, std::move(found));
  };
  using Kind = NamedCommand::Kind;
  if (typing) {
    const auto matches = [&](const NamedCommand& command) {
      return Matches(typed_, {command.title, command.detail, command.key, command.also});
    };
    take("PLACES", [&](const NamedCommand& c) { return IsPlace(c) && matches(c); });
    take("COMMANDS", [&](const NamedCommand& c) { return !IsPlace(c) && matches(c); });
    const auto better = [](const Hit& a, const Hit& b) { return a.rank < b.rank; };
    for (auto& [title, found] : sections) std::stable_sort(found.begin(), found.end(), better);
    // Enter takes the first: the section that has the better one stands on top.
    std::stable_sort(sections.begin(), sections.end(), [&](const auto& a, const auto& b) {
      return better(a.second.front(), b.second.front());
    });
  } else {
    take("COMMANDS", [&](const NamedCommand& c) { return c.kind == Kind::kCommand; });
    take("SCREENS", [&](const NamedCommand& c) { return c.kind == Kind::kScreen; });
    take("ENTITIES", [&](const NamedCommand& c) { return c.kind == Kind::kEntity; });
  }
  std::vector<Row> rows;
  float y = 0;
  for (const auto& [title, found] : sections) {
    rows.push_back({title, nullptr, y, kTitle});
    y += kTitle;
    for (const Hit& hit : found) {
      rows.push_back({"", hit.command, y, kRow});
      y += kRow;
    }
  }
  return rows;
}

std::string Palette::Draw(Ui& ui, const AppState& state, CommandQueue& commands) {
  const Theme& t = ui.theme;
  if (opening_) {
    ImGui::OpenPopup(kId);
    typed_.clear();
    fields_.clear();
    searched_.clear();
    at_ = 0;
    opening_ = false;
  }
  if (!ImGui::IsPopupOpen(kId)) return {};
  std::vector<NamedCommand> all = NamedCommands(state);
  all.insert(all.end(), fields_.begin(), fields_.end());
  const std::vector<Row> rows = Arrange(all);
  std::vector<const Row*> choices;
  for (const Row& row : rows) {
    if (row.command != nullptr) choices.push_back(&row);
  }
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(640.0F, display.x - 48);
  const float top = std::floor(std::min(150.0F, display.y * 0.13F));
  const float content = rows.empty() ? 84 : rows.back().y + rows.back().height;
  const float list = std::min({content, kMostList, display.y - top - kHead - kFoot - 24});
  const Rect box = At(std::floor((display.x - width) / 2), top, width, kHead + 1 + list + kFoot);
  ImGui::SetNextWindowPos({box.x0, box.y0});
  ImGui::SetNextWindowSize({box.width(), box.height()});
  ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, 14);
  const bool open = ImGui::BeginPopup(kId, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNavInputs);
  ImGui::PopStyleVar();
  if (!open) return {};
  DimBehind(ui);
  ui.PopupCard(box, 14);
  const auto count = static_cast<int>(choices.size());
  DrawHead(ui, box);
  if (compat::Pressed(compat::Key::kDown, true)) ++at_;
  if (compat::Pressed(compat::Key::kUp, true)) --at_;
  moved_ = moved_ || compat::Pressed(compat::Key::kDown, true) ||
           compat::Pressed(compat::Key::kUp, true);
  at_ = count == 0 ? 0 : std::clamp(at_, 0, count - 1);
  const NamedCommand* chosen = nullptr;
  if (count > 0 && compat::Pressed(compat::Key::kEnter)) {
    chosen = choices[static_cast<std::size_t>(at_)]->command;
  }
  const Rect body = At(box.x0 + 8, box.y0 + kHead + 1, width - 12, list);
  const Point origin = ui.BeginScroll("palette/list", body);
  if (count > 0 && moved_) {
    // With its title, where it is the first below one.
    const Row& now = *choices[static_cast<std::size_t>(at_)];
    const float from = now.y - (at_ == 0 ? kTitle : 0);
    if (from < ImGui::GetScrollY()) ImGui::SetScrollY(from);
    if (now.y + now.height > ImGui::GetScrollY() + list) {
      ImGui::SetScrollY(now.y + now.height - list);
    }
    moved_ = false;
  }
  if (count == 0) {
    ui.Centre(ui.fonts.small, t.text2, {body.cx(), origin.y + list / 2},
              Shortened(ui.fonts.small, "Nothing matches '" + typed_ + "'", body.width() - 24));
  }
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  int index = 0;
  for (const Row& row : rows) {
    const Rect r = At(origin.x, origin.y + row.y, width - 24, row.height);
    if (row.command == nullptr) {
      ui.Text(ui.fonts.caption, t.text3, {r.x0 + 12, r.y0 + 14}, row.title);
      continue;
    }
    const int mine = index++;
    if (r.y1 < body.y0 || r.y0 > body.y1) continue;
    const Press press = ui.Hit("palette/item/" + std::to_string(mine), r, 8, false);
    if (press.hovered && (moved.x != 0 || moved.y != 0)) at_ = mine;
    DrawCommand(ui, *row.command, r, mine == at_);
    if (press.clicked) chosen = row.command;
  }
  ui.EndScroll(origin.y + std::max(content, 1.0F));
  if (chosen != nullptr || compat::Pressed(compat::Key::kEscape)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  if (chosen == nullptr) {
    // Not in every frame: a server may have thousands of fields.
    if (searched_ != typed_) {
      fields_ = NamedFields(state, typed_);
      searched_ = typed_;
    }
    return {};
  }
  commands.Push(chosen->command);
  if (chosen->screen) commands.Push(ShowScreen{*chosen->screen});
  return chosen->field;
}

void Palette::DrawHead(Ui& ui, const Rect& box) {
  const Theme& t = ui.theme;
  const float cy = box.y0 + kHead / 2;
  ui.Icon(ui.fonts.icon20, t.text2, {box.x0 + 28, cy}, icon::kSearch);
  const float key = ui.Key(box.x1 - 16, cy, "Esc");
  if (ImGui::IsWindowAppearing()) {
    ImGui::SetKeyboardFocusHere();
    ui.focus_taken = true;
  }
  const Rect field = {box.x0 + 50, cy - 18, box.x1 - 28 - key, cy + 18};
  if (ui.RawInput("palette/search", field, field, &typed_, "Search or run a command",
                  ui.fonts.body)) {
    at_ = 0;
    moved_ = true;
  }
  ui.LineH(box.x0 + 1, box.x1 - 1, box.y0 + kHead, t.border);
}

void Palette::DrawCommand(Ui& ui, const NamedCommand& command, const Rect& row, bool on) {
  const Theme& t = ui.theme;
  if (on) ui.Fill(row, t.accent_soft, 8);
  ui.Icon(ui.fonts.icon20, on ? t.accent : t.text2, {row.x0 + 20, row.cy()}, command.icon);
  float right = row.x1 - 10;
  const std::string& key = on && command.key.empty() ? std::string("Enter") : command.key;
  if (!key.empty()) right -= ui.Key(right, row.cy(), key) + 12;
  const float x = row.x0 + 44;
  const Font& font = ui.fonts.small_medium;
  const float title = std::min(std::ceil(Ui::Width(font, command.title)), right - x);
  ui.Fit(font, t.text, x, row.cy(), title, command.title);
  const float left = x + title + 12;
  if (right - left > 40) {
    ui.Fit(ui.fonts.small, t.text3, left, row.cy(), right - left, command.detail);
  }
}

}  // namespace satchel
