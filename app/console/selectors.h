// What the screens show, computed from the state in one place, so that a count is the same in the
// rail, the top bar, the page and the inspector.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/console/state.h"

namespace satchel {

// Signed in, so that the server can be asked.
[[nodiscard]] bool Connected(const AppState& state);
// Of a preview under way.
[[nodiscard]] std::size_t EntitiesDone(const PreviewState& preview);

struct Counts {
  int entities = 0;
  int offline = 0;
  int online = 0;
  int with_findings = 0;  // Entities.
  int with_errors = 0;
  int errors = 0;  // Findings, of the whole policy.
  int warnings = 0;
  int changes = 0;
};
[[nodiscard]] Counts CountAll(const AppState& state);

// Says of a condition what is only not there yet: one that somebody has changed may lack a value
// until they leave it (go elsewhere on the screen, to another one, undo), and a value may be half
// of one while it is typed. It is no error so long, and nobody is told of one; the policy has it
// all the same, and neither a preview nor a publication takes it: to start them is to leave it.
[[nodiscard]] bool Unfinished(const AppState& state, const Finding& finding);
// Where a finding is mended.
[[nodiscard]] Screen ScreenOf(const Finding& finding);
struct Issues {
  int errors = 0;
  int warnings = 0;
};
[[nodiscard]] Issues IssuesOn(const AppState& state, Screen screen);

struct EntityRow {
  std::string name = {};
  std::string label = {};
  bool offline = true;
  std::string sentence = {};
  int fields = 0;                      // In the policy.
  std::optional<int> all_fields = {};  // The server has; nothing without its schema.
  std::optional<std::int64_t> records = {};
  std::optional<std::int64_t> bytes = {};
  bool cut = false;    // max_records cut some.
  bool stale = false;  // The draft changed this entity since that preview.
  int errors = 0;
  int warnings = 0;
  std::string first_finding = {};
};
[[nodiscard]] std::vector<EntityRow> EntityRows(const AppState& state);

struct FieldRow {
  std::string name = {};
  std::string label = {};
  std::string type = {};
  bool on = false;
  std::string locked = {};  // Why it cannot be switched; empty: it can.
  bool added = false;       // Against the saved file.
  bool removed = false;
};
// Fields a device keeps of the entity, its key included; nothing: all, and how many is not known.
[[nodiscard]] std::optional<int> FieldCount(const AppState& state, const Entity& entity);
[[nodiscard]] std::vector<FieldRow> FieldRows(const AppState& state, const Entity& entity);
[[nodiscard]] bool FieldLocked(const AppState& state, const Entity& entity,
                               const std::string& field);

// Columns of a records table from left to right: what people know a record by comes first, its key
// last. Those that were hidden are left out.
[[nodiscard]] std::vector<std::size_t> ColumnOrder(const AppState& state, const std::string& entity,
                                                   const std::vector<RecordColumn>& columns);

[[nodiscard]] std::string EntityWords(const AppState& state, const std::string& entity);
[[nodiscard]] std::string FieldWords(const AppState& state, const std::string& entity,
                                     const std::string& field);
// A record of which the server told the name is called by it, not by its id.
[[nodiscard]] std::string NamedRecords(const AppState& state, std::string text);
[[nodiscard]] std::string UserWords(const AppState& state);  // Of the user to preview as.
// That user, where one was chosen and the server's list has them.
[[nodiscard]] const UserInfo* ChosenUser(const AppState& state);
[[nodiscard]] std::string ProjectTitle(const AppState& state);
// Of a policy of the folder: the open file as it is in the draft, the others as they are on disk.
[[nodiscard]] Project ProjectOf(const AppState& state, const FolderProject& file);
[[nodiscard]] std::string TitleOf(const Project& project);
// Whether that device's database is the one of the phone in the lab.
[[nodiscard]] bool OfTheLab(const AppState& state, const std::filesystem::path& database);
// What a device is called by its database.
[[nodiscard]] std::string DeviceWords(const AppState& state, const std::filesystem::path& database);
// Both put the same on a device. When and why it syncs, what is written there and what becomes of
// that, titles, roles, budgets and expectations put nothing there.
[[nodiscard]] bool SameOnDevice(const Entity& a, const Entity& b);
[[nodiscard]] bool SameOnDevice(const Policy& a, const Policy& b);
// And a preview of one says of budgets and expectations what one of the other would.
[[nodiscard]] bool SameMeasured(const Policy& a, const Policy& b);
// The draft no longer puts on a device what the last preview found.
[[nodiscard]] bool PreviewStale(const AppState& state);
[[nodiscard]] bool Unsaved(const AppState& state);
// "not reachable since 10:42", "too busy since 10:42"; empty where the server answers as it should.
[[nodiscard]] std::string TroubleWords(const ServerConnection& connection);
// "3 days old": of the schema that an earlier run kept.
[[nodiscard]] std::string AgeWords(const AppState& state);
// What the draft was checked with, where nothing was found.
[[nodiscard]] std::string CheckedWords(const AppState& state);
// "10:42", in the local zone.
[[nodiscard]] std::string ClockTime(WallTime time);

// How an entity is drawn: the same icon and hue on every screen.
struct EntityLook {
  const char* icon = nullptr;
  int hue = 0;
};
[[nodiscard]] EntityLook LookOf(std::string_view entity);

}  // namespace satchel
