// What a phone of the device lab shows and holds, as values: read off the console thread, drawn on
// it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/device/event_log.h"
#include "engine/device/modes.h"
#include "engine/device/settlement.h"
#include "engine/device/world.h"
#include "engine/store/edit_check.h"
#include "engine/store/outbox.h"
#include "policy/model/policy.h"
#include "policy/schema/schema.h"

namespace satchel {

// What it is doing, as its own thread last said.
struct PhoneLife {
  bool app_runs = false;
  DeviceMode mode = DeviceMode::kOffline;
  Reach reach = Reach::kUnmetered;
  bool busy = false;
  std::optional<SyncStyle> syncing = {};
  std::string step = {};  // "Downloading Account, 1 200 records"
  float progress = -1;    // 0 … 1; below 0: not known.
  std::optional<modes::Ask> question = {};
  struct Wait {
    std::string what = {};  // As schedule::Waiting says it.
    std::optional<Instant> due = {};
    friend bool operator==(const Wait&, const Wait&) = default;
  };
  std::vector<Wait> waits = {};
  std::string policy_tag = {};
  bool structure_pending = false;
  std::optional<Instant> last_sync = {};
  std::string told = {};    // The last sentence for the user.
  bool refused = false;     // It says why not.
  std::string broken = {};  // The local database failed.
};

struct PhoneTable {
  std::string entity = {};
  std::string label = {};
  bool offline = true;
  std::int64_t records = 0;  // Kept on the phone.
};

struct PhoneFieldChange {
  std::string field = {};
  std::string label = {};
  std::string mine = {};
  std::string before = {};  // What was seen when the edit began.
  std::string theirs = {};
};

// An entry of the outbox.
struct PhoneChange {
  std::int64_t seq = 0;
  std::string entity = {};
  std::string id = {};
  std::string name = {};  // Of the record.
  ChangeKind kind = ChangeKind::kUpdate;
  EntryState state = EntryState::kWaiting;
  Instant made_at = {};
  std::string message = {};
  bool theirs_gone = false;
  std::vector<PhoneFieldChange> fields = {};  // That changed.
};

enum class RowState : std::uint8_t { kSynced, kNew, kChanged, kConflict, kRefused };

struct PhoneRow {
  std::string id = {};
  std::string name = {};
  std::string detail = {};   // Another field of it, for people.
  std::string version = {};  // Empty: the server does not have it, or did not say.
  RowState state = RowState::kSynced;
};

// Rows [first, first + size) of those an entity has that contain `search`.
struct PhoneRows {
  std::string entity = {};
  std::string search = {};
  bool live = false;  // From the server: the entity or the mode is online.
  std::int64_t count = 0;
  bool more = false;  // Live: the server has more than were asked for.
  std::int64_t first = 0;
  std::vector<PhoneRow> rows = {};
};

struct PhoneField {
  std::string name = {};
  std::string label = {};
  FieldType type = FieldType::kString;
  std::string text = {};   // As an edit writes it.
  std::string shown = {};  // For people: labels of choices, names of lookups.
  bool required = false;
  bool filled_in = false;   // Left empty, the server decides.
  std::string locked = {};  // Why it cannot be edited; empty: it can.
  std::vector<Choice> choices = {};
  std::vector<std::string> targets = {};
};

// A record opened on the phone.
struct PhoneRecord {
  std::string entity = {};
  std::string id = {};  // Empty: to be created.
  std::string name = {};
  RowState state = RowState::kSynced;
  bool live = false;
  std::vector<PhoneField> fields = {};
  bool may_update = true;
  bool may_delete = true;
};

// Everything a look into the local database shows.
struct PhoneView {
  std::filesystem::path file = {};  // Of the local database; previews copy it.
  std::vector<PhoneTable> tables = {};
  std::int64_t records = 0;
  std::int64_t bytes = 0;                 // The database file.
  std::vector<PhoneChange> changes = {};  // In the order of upload; what the user decides is last.
  std::vector<DeviceEvent> events = {};   // Newest first.
  PhoneRows local = {};                   // What the local table holds.
};

// A record that a lookup may point at.
struct PhoneTarget {
  std::string entity = {};
  std::string id = {};
  std::string name = {};
};

// What of the rows is wanted.
struct PhoneQuestion {
  std::string entity = {};
  std::string search = {};
  std::int64_t first = 0;
  std::int64_t count = 60;
};

}  // namespace satchel
