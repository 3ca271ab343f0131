// All state of the console. Only the controller changes it; panels see it const, together with what
// selectors.h computes from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/console/commands.h"
#include "app/console/day/day_state.h"
#include "app/console/draft_history.h"
#include "app/console/evidence.h"
#include "app/console/files/changed_file.h"
#include "app/console/files/folder_list.h"
#include "app/console/jobs/job_queue.h"
#include "app/console/lab/lab_state.h"
#include "app/console/live_count.h"
#include "app/console/publish_view.h"
#include "app/console/record_window.h"
#include "app/console/start/start_state.h"
#include "app/console/workbench.h"

namespace satchel {

using WallTime = std::chrono::system_clock::time_point;

struct OpenedFile {
  std::filesystem::path path = {};
  std::string text_hash = {};  // Of the bytes on disk when last read or written: of `saved`.
  int comments = 0;
  Policy saved = {};
  std::optional<WallTime> file_saved_at = {};
  std::optional<WallTime> draft_saved_at = {};
  std::string draft_error = {};  // Why the draft could not be kept, while it could not.
};

struct ServerConnection {
  enum class State : std::uint8_t { kNone, kConnecting, kOnline, kFailed };
  State state = State::kNone;
  std::string server = {};  // As given: a profile or a URL.
  std::string host = {};
  std::shared_ptr<ServerLink> link = {};
  Identity identity = {};
  Capabilities capabilities = {};
  std::optional<double> latency_seconds = {};
  // What the server, once connected, has been doing since the first request that it left undone.
  enum class Trouble : std::uint8_t { kSilent, kBusy, kFailing };
  Trouble trouble = Trouble::kSilent;
  std::optional<WallTime> trouble_since = {};  // Nothing: it answers as it should.
  std::string trouble_error = {};              // As the last one says.
  std::uint64_t answers = 0;                   // Of the link, when it was last heard of.
  bool trying = false;                         // Asked whether it is there again.
  std::string error = {};
  bool reading_schema = false;
  std::optional<Schema> schema = {};
  std::set<std::string> asked = {};  // Entities whose fields were asked for, had or not.
  std::optional<WallTime> schema_at = {};
  WallTime asked_at = {};    // When the connection was asked for.
  bool schema_kept = false;  // Of an earlier run: this one could not read it (yet).
  std::string schema_error = {};
  std::vector<EntityName> entities = {};  // All the server has.
  bool reading_users = false;
  std::vector<UserInfo> users = {};
  std::string users_error = {};
};

// One entity while a preview runs.
struct EntityProgress {
  enum class State : std::uint8_t { kWaiting, kRunning, kDone };
  State state = State::kWaiting;
  std::string step = {};
  std::int64_t records = 0;
};

struct PreviewState {
  enum class State : std::uint8_t { kNone, kRunning, kDone, kFailed, kCancelled };
  State state = State::kNone;
  JobId job = 0;
  std::string as_name = {};                   // Who the running or last run is for.
  std::vector<std::string> entities = {};     // Of the run, in the policy's order.
  std::vector<EntityProgress> progress = {};  // Beside entities.
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  std::string error = {};
  bool refused = false;  // It failed for what the policy says, not for the server.
  // The last run that succeeded; kept while another runs and after one failed.
  std::optional<PreviewResult> result = {};
  Policy result_policy = {};
  std::string result_user = {};  // As AppState::user then.
  std::optional<WallTime> result_at = {};
};

struct RecordsState {
  RecordsView view = RecordsView::kAll;
  std::shared_ptr<Records> records = {};
  std::string entity = {};
  std::vector<RecordColumn> columns = {};
  std::vector<std::size_t> shown = {};  // Columns from left to right: the name first, the key last.
  std::int64_t count = -1;              // Matching the search; -1: not known yet.
  RecordOrder order = {};
  std::string search = {};
  RecordWindow window = {};
  std::int64_t selected = -1;
  std::optional<RecordRow> selected_row = {};
  std::string error = {};
  bool loading = false;
};

// What is known of records that lookups point at.
struct LookupState {
  std::vector<std::string> entities = {};  // Of the search.
  std::string text = {};
  std::vector<FoundRecord> found = {};
  bool searching = false;
  std::string error = {};
  std::map<std::string, std::string> names = {};  // By lower-case id.
  std::set<std::string> asked = {};               // Ids whose name was asked for.
};

// The SQL and OData of a filter.
struct TranslationState {
  std::string entity = {};
  Query of = {};  // What was translated; the tab asks again when the draft says something else.
  std::string user = {};
  bool running = false;
  std::optional<Translation> result = {};
  std::string error = {};
};

// A preview that succeeded: what budgets are held against.
struct PreviewedAs {
  std::string name = {};
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  Policy policy = {};
  std::optional<MeasuredUser> measured = {};  // For budgets and expectations.
};

// A folder to publish to, until one is chosen.
struct SuggestedFolder {
  std::filesystem::path path = {};
  bool there = false;
};

struct PublishState {
  std::filesystem::path folder = {};              // Empty: not chosen yet.
  std::optional<SuggestedFolder> suggested = {};  // Beside the policy, once looked at.
  std::string note = {};
  std::map<std::string, std::string> acknowledged = {};  // rule → reason
  std::optional<PublishView> view = {};
  std::size_t changes = 0;             // Of the draft as it is now, against what the view found.
  std::int64_t shown = 0;              // Grows with every view: what is laid out for one is kept.
  std::vector<Verdict> verdicts = {};  // Of the draft the view is about.
  std::int64_t serial = -1;            // Of the draft the view is about.
  bool busy = false;
  std::string error = {};
  bool missing = false;  // The folder is not there, and can be made.
  int selected = 0;      // Version, on History.
};

struct Toast {
  std::uint64_t id = 0;
  Severity severity = Severity::kInfo;
  std::string title = {};
  std::string text = {};
  std::string action = {};  // "Undo"; empty: none.
  Command on_action = CloseDialog{};
  double until = 0;  // Seconds of the frame clock; 0: until closed.
};

struct Dialog {
  std::string title = {};
  std::string text = {};
  std::string confirm = {};
  Command on_confirm = CloseDialog{};
  bool grave = false;  // Something would be lost or reach others: no stray Enter says yes.
};

struct AppState {
  Screen screen = Screen::kEntities;
  std::optional<OpenedFile> file = {};
  std::string open_error = {};
  int asked_for_path = 0;  // How often: the window opens its box when this grows.
  PathFor path_for = PathFor::kOpen;
  FolderList folder = {};  // What that box lists.
  std::vector<std::filesystem::path> recent = {};
  DraftHistory draft = {};
  Study study = {};
  std::int64_t draft_serial = 0;  // Grows whenever the draft, or what it is checked with, changes.
  std::string selected_entity = {};
  FillIn filling_in = {};  // The condition that somebody has changed, and has not left.
  std::vector<std::string> servers = {};
  ServerConnection connection = {};
  std::string user = {};  // Id, name or e-mail to preview as; empty: the signed-in user.
  PreviewState preview = {};
  RecordsState records = {};
  LookupState lookup = {};
  TranslationState translation = {};
  LiveCountState live = {};
  ViewsState views = {};
  int compare_with = -1;             // As CompareWith.
  std::filesystem::path since = {};  // As SetSince.
  ComparisonState comparison = {};
  ExplainState explain = {};
  DriftState drift = {};
  CheckState check = {};
  std::map<std::string, std::set<std::string>> hidden_columns = {};  // By entity.
  std::vector<PreviewedAs> previewed = {};                           // Newest last, one per user.
  std::vector<Finding> measured = {};  // What in them breaks the draft's budgets and expectations.
  PublishState publish = {};
  LabState lab = {};
  DayState day = {};
  StartState start = {};
  ProjectsState projects = {};
  std::vector<Toast> toasts = {};
  std::optional<Dialog> dialog = {};
  std::optional<ChangedFile> changed_file = {};  // Asked about, before it is written.
  ThemeName theme = ThemeName::kLight;
  int zoom = 100;
};

}  // namespace satchel
