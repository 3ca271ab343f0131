#include "app/console/panels/start_panel.h"

#include "app/console/settings.h"

namespace satchel {
void StartPanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  const Theme& t = ui.theme;
  const float width = std::min(560.0F, area.width() - 48);
  const float recent = state.recent.empty() ? 0 : 40 + 52 * static_cast<float>(state.recent.size());
  const float top = std::max(area.y0 + 40, area.y0 + (area.height() - 330 - recent) * 0.4F);
  const Point centre = {area.cx(), top + 44};
  ui.Dot(centre, 44, t.accent_soft);
  ui.Icon(ui.fonts.icon28, t.accent, centre, icon::kFolderOpen);
  ui.Centre(ui.fonts.heading, t.text, {centre.x, centre.y + 74}, "Open a sync policy");
  ui.Centre(ui.fonts.body, t.text2, {centre.x, centre.y + 102},
            "A policy file (YAML) says what every phone and tablet carries offline.");
  const float x0 = area.cx() - width / 2;
  float y = centre.y + 132;
  const float button = ui.ButtonWidth("Open", false);
  ui.Input("start/path", At(x0, y, width - button - 8, 34), &path_, "Path of a policy file",
           icon::kDescription);
  const bool enter = ImGui::IsItemDeactivated() && compat::Pressed(compat::Key::kEnter);
  if (ui.Button("start/open", {x0 + width - button, y + 1}, "Open", nullptr, ButtonStyle::kPrimary,
                0, !path_.empty(), path_.empty() ? "Type or paste a path first" : "") ||
      (!path_.empty() && (enter || compat::Pressed(compat::Key::kEnter)))) {
    commands.Push(OpenFile{ExpandHome(path_)});
  }
  y += 44;
  if (!state.open_error.empty()) {
    const float text = Ui::WrappedHeight(ui.fonts.small, state.open_error, width - 56);
    const Rect box = At(x0, y, width, text + 24);
    ui.Fill(box, t.err.soft, 8);
    ui.Icon(ui.fonts.icon20, t.err.fill, {box.x0 + 22, box.y0 + 21}, icon::kError);
    ui.Wrapped(ui.fonts.small, t.text, {box.x0 + 42, box.y0 + 12}, width - 56, state.open_error);
    y += box.height() + 10;
  } else {
    ui.Middle(ui.fonts.caption, t.text3, x0 + 2, y + 8,
              "satchel new NAME makes one from a server's entities.");
    y += 28;
  }
  if (state.recent.empty()) return;
  y += 8;
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "RECENT");
  y += 24;
  for (const auto& file : state.recent) {
    const Rect row = At(x0, y, width, 48);
    if (row.y1 > area.y1 - 8) break;
    const Press press = ui.Hit("start/recent/" + file.string(), row);
    ui.Fill(row, press.hovered ? t.hover : t.surface, 8);
    ui.Frame(row, t.border, 8);
    ui.Icon(ui.fonts.icon20, t.text2, {row.x0 + 24, row.cy()}, icon::kDescription);
    ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 46, row.cy() - 9, width - 62,
           file.filename().string());
    ui.Fit(ui.fonts.caption, t.text3, row.x0 + 46, row.cy() + 10, width - 62,
           file.parent_path().string());
    if (press.clicked) commands.Push(OpenFile{file});
    y += 54;
  }
}

}  // namespace satchel
