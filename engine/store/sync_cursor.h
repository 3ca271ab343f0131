// What a device remembers of an entity between two syncs: up to where it has followed the server,
// and what its last sweep was asked. Written in the transaction that publishes the rows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/record/instant.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel {

struct SyncCursor {
  std::string entity = {};
  std::string identity = {};  // Hash of what was asked, by whom. Another one: it is not used.
  std::string mark = {};      // Print(HighWater), noted before page 1. Empty: nothing to go by.
  std::string delta = {};     // Where the server's own list of changes goes on; or empty.
  bool untracked = false;     // The user was refused a delta link; not asked for again until the
                              // next sweep that finds the user's rights changed.
  Instant swept = {};         // The captured moment of the last sweep; a full read is one.
  std::int64_t syncs = 0;     // Since the last sweep.
  std::string frozen = {};    // Hash of the query of that sweep, relative dates made absolute …
  std::string rights = {};    // … of who asked: teams, units, reports, roles, policy …
  std::map<std::string, std::string> linked = {};  // … and the marks of linked entities before it.
  int interrupted = 0;  // Incremental syncs that ended half-way, in a row.
  friend bool operator==(const SyncCursor&, const SyncCursor&) = default;
};

// Nothing when the entity has none.
[[nodiscard]] Result<std::optional<SyncCursor>> ReadSyncCursor(Database& database,
                                                               const std::string& entity);
[[nodiscard]] Result<> WriteSyncCursor(Database& database, const SyncCursor& cursor);
// The next sync reads the entity in full.
[[nodiscard]] Result<> DropSyncCursor(Database& database, const std::string& entity);

}  // namespace satchel
