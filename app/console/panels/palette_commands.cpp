// What the palette lists.
#include <algorithm>

#include "app/console/icons.h"
#include "app/console/panels/palette.h"
#include "app/console/panels/policy_words.h"
#include "app/console/selectors.h"
#include "app/console/settings.h"
#include "app/console/widgets/picker.h"
#include "policy/model/limits.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

using Kind = NamedCommand::Kind;

std::string Counted(std::int64_t count, const char* one, const char* many) {
  return HumanCount(count) + " " + (count == 1 ? one : many);
}

std::string FilterWords(const Entity& entity, const EntityRow& row) {
  const QuerySize size = Measure(QueryOf(entity));
  const int conditions = size.conditions - size.links;
  std::string words =
      conditions == 0 ? "no conditions" : Counted(conditions, "condition", "conditions");
  if (size.links > 0) words += ", " + Counted(size.links, "linked entity", "linked entities");
  if (row.errors > 0) words += ", " + Counted(row.errors, "error", "errors");
  return words;
}

void AddEntityCommands(const AppState& state, std::vector<NamedCommand>& all) {
  for (const EntityRow& row : EntityRows(state)) {
    const Entity* entity = state.draft.current().Find(row.name);
    if (entity == nullptr) continue;
    std::string detail = row.offline ? "Entity, offline" : "Entity, online";
    if (row.records) detail += ", " + Counted(*row.records, "record", "records");
    all.push_back({.title = row.label,
                   .detail = std::move(detail),
                   .icon = LookOf(row.name).icon,
                   .command = SelectEntity{row.name},
                   .screen = Screen::kEntities,
                   .kind = Kind::kEntity,
                   .also = row.name});
    all.push_back({.title = row.label + " filter",
                   .detail = FilterWords(*entity, row),
                   .icon = icon::kFilterAlt,
                   .command = SelectEntity{row.name},
                   .screen = Screen::kFilters,
                   .kind = Kind::kPart,
                   .also = row.name});
    const EntityMode other = row.offline ? EntityMode::kOnline : EntityMode::kOffline;
    all.push_back({.title = "Set " + row.label + (row.offline ? " to online" : " to offline"),
                   .icon = icon::kSwapHoriz,
                   .command = SetMode{row.name, other},
                   .kind = Kind::kSwitch,
                   .also = row.name});
  }
}

}  // namespace

std::vector<NamedCommand> NamedFields(const AppState& state, const std::string& typed) {
  constexpr std::size_t kMost = 4;
  if (Trim(typed).size() < 2) return {};
  struct Hit {
    int rank = 0;
    std::string entity = {};
    PickerItem field = {};
  };
  std::vector<Hit> hits;
  for (const Entity& entity : state.draft.current().entities) {
    for (PickerItem& field : FieldItems(state, entity.name)) {
      if (!Matches(typed, {field.title, field.value})) continue;
      const int rank = RankOf(field.title, typed);
      hits.push_back({rank, entity.name, std::move(field)});
    }
  }
  std::stable_sort(hits.begin(), hits.end(),
                   [](const Hit& a, const Hit& b) { return a.rank < b.rank; });
  if (hits.size() > kMost) hits.resize(kMost);
  std::vector<NamedCommand> all;
  for (Hit& hit : hits) {
    std::string detail = "Field of " + EntityWords(state, hit.entity);
    if (!hit.field.right.empty()) detail += ", " + LowerAscii(hit.field.right);
    all.push_back({.title = hit.field.title,
                   .detail = std::move(detail),
                   .icon = hit.field.icon != nullptr ? hit.field.icon : icon::kViewColumn,
                   .command = SelectEntity{hit.entity},
                   .screen = Screen::kEntities,
                   .kind = Kind::kPart,
                   .also = hit.field.value,
                   .field = hit.field.value});
  }
  return all;
}

std::vector<NamedCommand> NamedCommands(const AppState& state) {
  std::vector<NamedCommand> all;
  all.push_back({.title = "Start",
                 .detail = "Other policies, servers, the sandbox",
                 .icon = icon::kWork,
                 .command = ShowScreen{Screen::kStart},
                 .kind = Kind::kScreen,
                 .also = "Go to the start screen"});
  if (state.file) {
    for (const ScreenLook& look : Screens()) {
      all.push_back({.title = look.name,
                     .detail = "Screen",
                     .key = look.key,
                     .icon = look.icon,
                     .command = ShowScreen{look.screen},
                     .kind = Kind::kScreen,
                     .also = "Go to"});
    }
    if (state.preview.state == PreviewState::State::kRunning) {
      all.push_back({"Stop the preview", "", "Esc", icon::kStop, CancelPreview{}});
    } else if (state.connection.state == ServerConnection::State::kOnline) {
      all.push_back(
          {"Run preview as " + UserWords(state), "", "Ctrl R", icon::kPlayArrow, StartPreview{}});
    }
    AddVerifyCommands(state, all);
    if (Unsaved(state)) {
      all.push_back(
          {"Save", state.file->path.filename().string(), "Ctrl S", icon::kSave, SaveFile{}});
      all.push_back({"Discard unsaved changes", "", "", icon::kDelete, DiscardDraft{}});
    }
    all.push_back({"Export the draft as YAML…", "A copy in canonical form", "", icon::kDescription,
                   AskForPath{PathFor::kExportYaml}});
    all.push_back({"Export the filters as FetchXML…", "One file per offline entity", "",
                   icon::kFilterAlt, AskForPath{PathFor::kExportFetchXml}});
    if (state.draft.can_undo()) {
      all.push_back({"Undo", state.draft.undo_name(), "Ctrl Z", icon::kUndo, Undo{}});
    }
    if (state.draft.can_redo()) {
      all.push_back({"Redo", state.draft.redo_name(), "Ctrl Y", icon::kRedo, Redo{}});
    }
    AddEntityCommands(state, all);
  }
  if (state.start.sandbox != StartState::Sandbox::kRunning) {
    all.push_back({"Try the sandbox", "A CRM server with a made-up company", "", icon::kScience,
                   TrySandbox{}});
  }
  for (const ThemeName theme : {ThemeName::kLight, ThemeName::kDark, ThemeName::kContrast}) {
    if (theme == state.theme) continue;
    const std::string name = theme == ThemeName::kContrast ? "High contrast"
                             : theme == ThemeName::kDark   ? "Dark"
                                                           : "Light";
    all.push_back({name + " theme", "", "", icon::kContrast, SetTheme{theme}});
  }
  all.push_back({"Zoom in", std::to_string(state.zoom) + " %", "Ctrl +", icon::kZoomIn,
                 SetZoom{state.zoom + 25}});
  all.push_back({"Zoom out", std::to_string(state.zoom) + " %", "Ctrl −", icon::kZoomOut,
                 SetZoom{state.zoom - 25}});
  if (state.file)
    all.push_back({"Open a policy file…", "", "Ctrl O", icon::kFolderOpen, AskForPath{}});
  for (const auto& file : state.recent) {
    if (state.file && file == state.file->path) continue;
    all.push_back({"Open " + file.filename().string(), ShortPath(file.parent_path()), "",
                   icon::kFolderOpen, OpenFile{file}});
  }
  return all;
}

}  // namespace satchel
