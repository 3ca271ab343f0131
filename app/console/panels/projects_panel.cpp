#include "app/console/panels/projects_panel.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/console/panels/finding_words.h"
#include "app/console/settings.h"
#include "policy/model/name.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kProjectRow = 56;

// Why a copy cannot have that name; empty: it can.
std::string CopyProblem(const AppState& state, const std::string& name) {
  if (!IsProjectName(name)) return "Small letters, digits and hyphens";
  for (const FolderProject& file : state.projects.files) {
    if (file.project.name == name || file.file.filename() == name + ".yaml") {
      return name + " is taken";
    }
  }
  return {};
}

}  // namespace

void ProjectsPanel::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& area) {
  if (!state.projects.read && !state.projects.reading) commands.Push(ReadProjects{});
  const Point origin =
      ui.BeginScroll("projects/scroll", {area.x0 - 6, area.y0, area.x1 + 16, area.y1});
  const float x0 = origin.x + 6;
  float y = DrawTable(ui, state, commands, {x0, origin.y + 2}, area.width());
  y = user_.Draw(ui, state, commands, {x0, y + kGap}, area.width());
  ui.EndScroll(y + 24);
}

float ProjectsPanel::DrawTable(Ui& ui, const AppState& state, CommandQueue& commands, Point at,
                               float width) {
  const Theme& t = ui.theme;
  const ProjectsState& projects = state.projects;
  const auto rows = static_cast<float>(std::max<std::size_t>(projects.files.size(), 1));
  const float extra = copying_.empty() ? 0 : 52.0F;
  const Rect card = At(at.x, at.y, width, 52 + 30 + rows * kProjectRow + extra + 8);
  ui.Card(card);
  const float w = ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 26, "Projects");
  ui.Fit(ui.fonts.small, t.text3, card.x0 + 28 + w, card.y0 + 27, card.width() - w - 90,
         ShortPath(projects.folder));
  if (ui.IconButton("projects/refresh", {card.x1 - 44, card.y0 + 10}, icon::kRefresh,
                    "Read the folder again", 32, !projects.reading)) {
    commands.Push(ReadProjects{});
  }
  const Rect head = At(card.x0 + 1, card.y0 + 52, card.width() - 2, 28);
  ui.Fill(head, t.sunken);
  const float roles = card.x0 + std::floor(card.width() * 0.36F);
  const float priority = card.x1 - 356;
  const auto title = [&](float x, const char* words) {
    ui.Middle(ui.fonts.caption, t.text3, x, head.cy(), words);
  };
  title(card.x0 + 60, "Project");
  title(roles, "For");
  title(priority, "Priority");
  title(priority + 74, "Entities");
  title(priority + 156, "Published");
  float y = head.y1 + 2;
  if (!projects.error.empty() || projects.files.empty()) {
    ui.Fit(ui.fonts.small, projects.error.empty() ? t.text2 : t.err.fg, card.x0 + 16,
           y + kProjectRow / 2, card.width() - 32,
           !projects.error.empty() ? projects.error
           : projects.reading      ? "Reading the folder"
                                   : "There is no policy in this folder.");
    return card.y1;
  }
  for (const FolderProject& file : projects.files) {
    if (y > head.y1 + 2) ui.LineH(card.x0 + 60, card.x1 - 16, y - 1, t.border);
    y = DrawRow(ui, state, commands, file, At(card.x0, y, card.width(), kProjectRow));
  }
  return card.y1;
}

float ProjectsPanel::DrawRow(Ui& ui, const AppState& state, CommandQueue& commands,
                             const FolderProject& file, const Rect& row) {
  const Theme& t = ui.theme;
  const std::string id =
      "projects/" + file.file.lexically_relative(state.projects.folder).generic_string();
  const bool open = state.file->path == file.file;
  const Project project = ProjectOf(state, file);
  const Press press = ui.Hit(id, row.Inset(6, 2), 8);
  if (press.hovered) ui.Fill(row.Inset(6, 2), t.hover, 8);
  if (press.clicked && !open && !file.is_published) commands.Push(OpenFile{file.file});
  if (press.hovered && !open) {
    ui.Tooltip(file.is_published ? "A published version is not edited: duplicate it" : "Open it");
  }
  ui.Tile({row.x0 + 16, row.cy() - 16}, 32, icon::kWork, open ? t.Hue(0) : t.neutral.fill);
  const float roles = row.x0 + std::floor(row.width() * 0.36F);
  const float priority = row.x1 - 356;
  const float room = roles - row.x0 - 72 - (open ? 56.0F : 0.0F);
  const std::string name = file.error.empty() ? TitleOf(project) : file.file.filename().string();
  ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 60, row.cy() - 9, room, name);
  ui.Fit(ui.fonts.caption, t.text3, row.x0 + 60, row.cy() + 10, room,
         file.error.empty() ? project.name + ", " + id.substr(9) : "Cannot be read");
  if (open) ui.Pill({roles - 60, row.cy() - 11}, "Open", t.accents);
  float bottom = row.y1;
  if (!file.error.empty()) {
    ui.Fit(ui.fonts.small, t.err.fg, roles, row.cy(), row.x1 - 16 - roles, Capitalised(file.error));
  } else {
    ui.Fit(ui.fonts.small, t.text2, roles, row.cy(), priority - roles - 16,
           project.roles.empty() ? "Everyone" : Join(project.roles, ", "));
    ui.Right(ui.fonts.small_medium, t.text, priority + 48, row.cy(),
             std::to_string(project.priority));
    const int entities = open ? CountAll(state).entities : file.entities;
    const int offline = open ? CountAll(state).offline : file.offline;
    ui.Middle(ui.fonts.small, t.text2, priority + 74, row.cy(),
              HumanCount(offline) + " of " + HumanCount(entities));
    ui.Middle(ui.fonts.small, file.published > 0 ? t.text2 : t.text3, priority + 156, row.cy(),
              file.published > 0 ? "Version " + HumanCount(file.published) : "No");
    const bool mine = copying_ == file.file.string();
    const float w = ui.ButtonWidth("Duplicate", true);
    if (ui.Button(id + "/duplicate", {row.x1 - 16 - w, row.cy() - 16}, "Duplicate",
                  icon::kContentCopy, ButtonStyle::kGhost)) {
      copying_ = mine ? "" : file.file.string();
      name_ = project.name + "-copy";
      opening_ = true;
    }
    if (mine) {
      const Rect line = At(row.x0 + 60, row.y1 + 4, row.width() - 76, 40);
      const std::string problem = CopyProblem(state, name_);
      const float make = ui.ButtonWidth("Duplicate as", false);
      const float cancel = ui.ButtonWidth("Cancel", false);
      const bool enter = writing_ && compat::Pressed(compat::Key::kEnter);
      ui.Input("projects/copy-name", At(line.x0, line.y0, 260, 32), &name_, "Name of the copy",
               nullptr, std::exchange(opening_, false));
      writing_ = ui.record.focused == "projects/copy-name";
      const bool pressed = ui.Button("projects/copy", {line.x0 + 268, line.y0}, "Duplicate as",
                                     nullptr, ButtonStyle::kPrimary, 0, problem.empty(), problem);
      if (ui.Button("projects/copy-cancel", {line.x0 + 276 + make, line.y0}, "Cancel", nullptr)) {
        copying_.clear();
      }
      const float said = line.x0 + 288 + make + cancel;
      ui.Fit(ui.fonts.small, problem.empty() ? t.text3 : t.err.fg, said, line.y0 + 16,
             row.x1 - 16 - said, problem.empty() ? "Writes " + name_ + ".yaml" : problem);
      if ((pressed || enter) && problem.empty()) {
        commands.Push(DuplicateProject{file.file, name_});
        copying_.clear();
      }
      bottom += 52;
    }
  }
  return bottom;
}

}  // namespace satchel
