#include "app/console/files/path_box.h"

#include <algorithm>
#include <utility>

#include "app/console/settings.h"
#include "app/console/widgets/dim.h"
#include "app/console/widgets/picker.h"

namespace satchel {
namespace {

constexpr const char* kId = "path-box";

std::filesystem::path WhereToStart(const AppState& state) {
  if (state.file) return state.file->path.parent_path();
  if (!state.recent.empty()) return state.recent.front().parent_path();
  std::error_code ignored;
  return std::filesystem::current_path(ignored);
}

// A folder as it is typed: with the slash after which names follow.
std::string Typed(const std::filesystem::path& folder) {
  const std::string text = ShortPath(folder);
  return text.ends_with('/') ? text : text + "/";
}

}  // namespace

void PathBox::Open(const AppState& state) {
  opening_ = true;
  at_ = -1;
  start_ = WhereToStart(state);
  typed_.clear();
  if (state.path_for == PathFor::kExportYaml) {
    const std::string& name = state.draft.current().project.name;
    // The open file is saved, not exported to.
    const bool open = state.file && state.file->path == start_ / (name + ".yaml");
    typed_ = Typed(start_) + name + (open ? "-copy.yaml" : ".yaml");
  }
  if (state.path_for == PathFor::kExportFetchXml) {
    typed_ = Typed(start_) + state.draft.current().project.name + "-filters";
  }
}

std::filesystem::path PathBox::Folder() const {
  if (typed_.find('/') == std::string::npos) return start_;
  const auto path = ExpandHome(typed_.substr(0, typed_.rfind('/') + 1));
  return path.is_absolute() ? path : start_ / path;
}

std::string PathBox::Name() const {
  const auto slash = typed_.rfind('/');
  return slash == std::string::npos ? typed_ : typed_.substr(slash + 1);
}

void PathBox::GoTo(const std::filesystem::path& folder) {
  typed_ = Typed(folder);
  at_ = -1;
  refocus_ = true;
}

std::vector<PathBox::Line> PathBox::Lines(const AppState& state) const {
  std::vector<Line> lines;
  const std::string name = Name();
  const bool opens = state.path_for == PathFor::kOpen;
  if (opens && typed_.find('/') == std::string::npos) {
    for (const auto& file : state.recent) {
      if (state.file && file == state.file->path) continue;
      const std::string where = ShortPath(file.parent_path());
      if (!Matches(name, {file.filename().string(), where})) continue;
      lines.push_back({file.filename().string(), where, file, false, false, true});
    }
  }
  const std::filesystem::path folder = Folder();
  // What is exported has a name of its own: it does not narrow the list.
  const std::string narrow = opens ? name : "";
  if (narrow.empty() && folder.has_relative_path()) {
    auto up = folder.lexically_normal();
    if (!up.has_filename()) up = up.parent_path();
    lines.push_back({"..", ShortPath(up.parent_path()), up.parent_path(), true, true, false});
  }
  if (state.folder.folder != folder) return lines;
  for (const FolderList::Entry& entry : state.folder.entries) {
    if (!Matches(narrow, {entry.name})) continue;
    lines.push_back({entry.name, "", folder / entry.name, entry.folder, false, false});
  }
  return lines;
}

void PathBox::Draw(Ui& ui, const AppState& state, CommandQueue& commands) {
  if (opening_) ImGui::OpenPopup(kId);
  const bool appearing = std::exchange(opening_, false);
  if (!ImGui::IsPopupOpen(kId)) return;
  const std::filesystem::path folder = Folder();
  if (state.folder.folder != folder && !state.folder.reading) commands.Push(ListFolder{folder});
  const Theme& t = ui.theme;
  constexpr float kRow = 36;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(640.0F, display.x - 48);
  const float height = std::min(480.0F, display.y - 160);
  const Rect box = At(std::floor((display.x - width) / 2), 100, width, height);
  ImGui::SetNextWindowPos({box.x0, box.y0});
  ImGui::SetNextWindowSize({width, height});
  if (!ImGui::BeginPopup(kId, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoNavInputs)) return;
  DimBehind(ui);
  ui.PopupCard(box);

  const bool opens = state.path_for == PathFor::kOpen;
  const bool fetch = state.path_for == PathFor::kExportFetchXml;
  const char* hint = opens ? "Path of a policy file, or part of a name" : "Path";
  if (ui.Input("path-box/path", At(box.x0 + 8, box.y0 + 8, width - 16, 34), &typed_, hint,
               opens ? icon::kSearch : icon::kFolderOpen,
               appearing || std::exchange(refocus_, false))) {
    at_ = -1;
  }
  const std::vector<Line> lines = Lines(state);
  const auto count = static_cast<int>(lines.size());
  if (compat::Pressed(compat::Key::kDown, true)) ++at_;
  if (compat::Pressed(compat::Key::kUp, true)) --at_;
  at_ = std::clamp(at_, -1, count - 1);
  const bool enter = compat::Pressed(compat::Key::kEnter);

  const Rect body = {box.x0 + 8, box.y0 + 50, box.x1 - 4, box.y1 - 60};
  const Point origin = ui.BeginScroll("path-box/list", body);
  float y = origin.y;
  const Line* taken = nullptr;
  bool heading = false;
  for (int i = 0; i < count; ++i) {
    const Line& line = lines[static_cast<std::size_t>(i)];
    const bool first = i == 0 || lines[static_cast<std::size_t>(i) - 1].recent != line.recent;
    if (first && (line.recent || heading)) {
      ui.Text(ui.fonts.caption, t.text3, {origin.x + 10, y + 8},
              line.recent ? "RECENT" : Shortened(ui.fonts.caption, ShortPath(folder), width - 60));
      y += 28;
      heading = true;
    }
    const Rect row = At(origin.x, y, body.width() - 14, kRow);
    y += kRow;
    const Press press = ui.Hit("path-box/item/" + line.path.string(), row, 6, false);
    if (i == at_ && !press.hovered && (row.y0 < body.y0 || row.y1 > body.y1)) {
      ImGui::SetScrollY(row.y0 - origin.y - kRow);
    }
    if (row.y1 < body.y0 || row.y0 > body.y1) continue;
    if (i == at_ || press.hovered) ui.Fill(row, i == at_ ? t.accent_soft : t.hover, 6);
    ui.Icon(ui.fonts.icon20, line.folder ? t.text2 : t.accent, {row.x0 + 22, row.cy()},
            line.up       ? icon::kArrowUpward
            : line.folder ? icon::kFolder
                          : icon::kDescription);
    const float room = row.width() - 54;
    const float title = std::min(Ui::Width(ui.fonts.small_medium, line.title), room);
    ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 44, row.cy(), room, line.title);
    ui.Fit(ui.fonts.caption, t.text3, row.x0 + 56 + title, row.cy(), room - title - 12,
           line.detail);
    if (press.clicked) taken = &line;
  }
  if (state.folder.folder == folder && !state.folder.error.empty()) {
    y += 8 + ui.Wrapped(ui.fonts.small, t.text2, {origin.x + 10, y + 8}, body.width() - 34,
                        state.folder.error);
  } else if (count == 0 && state.folder.folder == folder) {
    ui.Fit(ui.fonts.small, t.text2, origin.x + 10, y + 18, body.width() - 34,
           "No folder and no policy file here matches.");
    y += kRow;
  }
  ui.EndScroll(y);

  ui.LineH(box.x0 + 1, box.x1 - 1, box.y1 - 57, t.border);
  const char* words = opens ? "Open" : fetch ? "Export FetchXML" : "Export YAML";
  const float button = ui.ButtonWidth(words, true);
  ui.Fit(ui.fonts.caption, t.text3, box.x0 + 18, box.y1 - 28, width - button - 48,
         opens   ? "↑ ↓ choose, Enter opens, Esc closes"
         : fetch ? "A folder: one file per offline entity"
                 : "The draft in its canonical form");
  const bool named = opens ? !Name().empty() : !typed_.empty();
  const bool pressed = ui.Button("path-box/done", {box.x1 - 14 - button, box.y1 - 44}, words,
                                 opens ? icon::kFolderOpen : icon::kSave, ButtonStyle::kPrimary, 0,
                                 named, named ? "" : "Choose a file, or type its path");
  if (enter && at_ >= 0) taken = &lines[static_cast<std::size_t>(at_)];
  // One file is left of the list: it is the one that is meant.
  if (enter && taken == nullptr && opens && at_ < 0) {
    const auto files =
        std::count_if(lines.begin(), lines.end(), [](const Line& line) { return !line.folder; });
    const auto file =
        std::find_if(lines.begin(), lines.end(), [](const Line& line) { return !line.folder; });
    if (files == 1 && !Name().empty()) taken = &*file;
  }
  if (taken != nullptr) {
    if (taken->folder) {
      GoTo(taken->path);
    } else if (opens) {
      commands.Push(OpenFile{taken->path});
      ImGui::CloseCurrentPopup();
    } else if (!fetch) {
      typed_ = ShortPath(taken->path);  // Its place; writing over it is asked about.
      refocus_ = true;
    }
  } else if ((pressed || (enter && at_ < 0)) && named) {
    const auto path = Folder() / Name();
    if (opens) {
      commands.Push(OpenFile{path});
    } else {
      commands.Push(ExportDraft{state.path_for, path});
    }
    ImGui::CloseCurrentPopup();
  }
  if (compat::Pressed(compat::Key::kEscape)) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace satchel
