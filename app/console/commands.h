// Everything the operator can do. Panels push commands; the controller carries them out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/console/day/day_commands.h"
#include "app/console/lab/lab_commands.h"
#include "app/console/start/start_commands.h"
#include "app/console/theme.h"
#include "policy/model/policy.h"

namespace satchel {

enum class Screen : std::uint8_t {
  kStart,
  kProject,
  kEntities,
  kFilters,
  kTriggers,
  kPreview,
  kDevice,
  kPublish,
  kHistory,
};
// Which records of an entity a table shows: all on the device, or a part of what changed.
enum class RecordsView : std::uint8_t { kAll, kAdded, kRemoved };
enum class EntityMode : std::uint8_t { kOnline, kOffline, kExcluded };

struct OpenFile {
  std::filesystem::path file = {};
};
// Opens the box in which a path is chosen or typed, for one of these.
enum class PathFor : std::uint8_t { kOpen, kExportYaml, kExportFetchXml };
struct AskForPath {
  PathFor purpose = PathFor::kOpen;
};
struct ListFolder {  // For that box.
  std::filesystem::path folder = {};
};
// The draft as one YAML file, or its filters as one FetchXML file per offline entity of a folder.
struct ExportDraft {
  PathFor as = PathFor::kExportYaml;
  std::filesystem::path to = {};
  bool replace = false;
};
struct SaveFile {
  bool drop_comments = false;
  std::string over =
      {};  // The hash of the file it may replace though the draft began with another.
};
struct LoadTheirs {};  // What somebody else wrote into the file; the draft is one step back.
struct DiscardDraft {};
struct Undo {};
struct Redo {};
struct ShowScreen {
  Screen screen = Screen::kEntities;
};
struct SelectEntity {
  std::string entity = {};
};
struct SetMode {
  std::string entity = {};
  EntityMode mode = EntityMode::kOffline;
};
struct SetField {
  std::string entity = {};
  std::string field = {};
  bool on = false;
};
struct AddEntities {
  std::vector<std::string> entities = {};
};
struct RemoveEntities {
  std::vector<std::string> entities = {};
};
// The draft as it shall be, and what the edit is called. Edits with the same `merge` in a row are
// one step of the history: the strokes in one field.
struct EditPolicy {
  Policy next = {};
  std::string name = {};
  std::string merge = {};
};
struct EditEntities {  // Each replaces the entity of its name.
  std::vector<Entity> next = {};
  std::string name = {};
  std::string merge = {};
};
// Somebody is at that condition of the filter on screen; empty: has left it.
struct FillIn {
  std::string condition = {};  // As findings name it.
  bool typing = false;         // Into its value.
};
struct SetPublishFolder {
  std::filesystem::path folder = {};
};
struct LookBesidePolicy {};  // For the folder to publish to that is suggested.
struct MakePublishFolder {   // Which is not there, and publish to it.
  std::filesystem::path folder = {};
};
struct SetPublishNote {
  std::string note = {};
};
struct Acknowledge {  // An empty reason takes it back.
  std::string rule = {};
  std::string reason = {};
};
struct CompareWithPublished {};
struct PublishDraft {
  bool confirmed = false;
};
struct SelectVersion {
  int version = 0;
};
struct RestoreVersion {
  int version = 0;
  bool confirmed = false;
};
struct FindRecords {  // For a lookup value.
  std::vector<std::string> entities = {};
  std::string text = {};
  bool again = false;  // Though this was the last search.
};
struct NameRecords {
  std::vector<std::string> entities = {};
  std::vector<std::string> ids = {};
};
struct TranslateFilter {
  std::string entity = {};
};
// Reads what counting takes, and counts the filter on screen after every edit.
struct CountWhileEditing {
  bool on = true;
};
struct ReadAgain {};  // What was read to be counted is old.
struct ReadViews {    // Saved views of the entity.
  std::string entity = {};
};
struct StartFromView {
  std::string view = {};  // Its id.
};
struct ConnectTo {
  std::string server = {};
};
struct TryServer {};  // Whether the connected server, which was silent, answers again.
struct ChooseUser {
  std::string user = {};
};  // Empty: the signed-in user.
struct StartPreview {};
// What the next previews are compared with: a published version, 0 the saved file, −1 nothing.
struct CompareWith {
  int version = -1;
};
struct CompareRecords {
  int version = 0;
};
struct SetSince {  // A device's database, whose next sync is previewed; empty: a full sync.
  std::filesystem::path database = {};
};
struct FindDrift {};
struct ExplainRecord {      // An empty record: no more.
  std::string entity = {};  // Empty: whatever was pasted says it.
  std::string record = {};
};
struct CheckExpectations {};
struct CancelJob {
  std::uint64_t job = 0;
};
struct CancelPreview {};
struct ShowRecords {
  std::string entity = {};
};
struct SortRecords {
  std::string field = {};
  bool descending = false;
};
struct SearchRecords {
  std::string text = {};
};
struct WantRows {
  std::int64_t first = 0;
  std::int64_t count = 0;
};
struct SelectRecord {
  std::int64_t row = -1;
};
struct ShowChange {
  RecordsView view = RecordsView::kAll;
};
struct ChooseColumns {  // Of the entity whose records are shown.
  std::set<std::string> hidden = {};
};
struct ExportRecords {
  std::filesystem::path file = {};
};
struct SetTheme {
  ThemeName theme = ThemeName::kLight;
};
struct SetZoom {
  int percent = 100;
};
struct CloseToast {
  std::uint64_t id = 0;
};
struct CloseDialog {};
struct CopyText {
  std::string text = {};
};

// Any of the above. Panels make commands and the controller takes them apart; only that, and
// commands.cpp, knows the list of them all (command_list.h), which is dear to compile.
struct AnyCommand;
class Command {
 public:
  template <class C>
  Command(C command);  // In commands.cpp, for each of them.
  [[nodiscard]] const AnyCommand& any() const { return *any_; }

 private:
  std::shared_ptr<const AnyCommand> any_;
};

class CommandQueue {
 public:
  void Push(Command command) { commands_.push_back(std::move(command)); }
  [[nodiscard]] std::vector<Command> Take() { return std::exchange(commands_, {}); }

 private:
  std::vector<Command> commands_;
};

}  // namespace satchel
