// What is asked of an entity in an incremental sync, and why: pure decisions over plain facts.
// docs/sync.md has them as a table.
#pragma once

#include <optional>
#include <string>

#include "engine/record/instant.h"
#include "engine/store/sync_cursor.h"
#include "engine/sync/incremental.h"
#include "policy/model/policy.h"

namespace satchel::incremental {

struct Facts {
  std::string entity = {};
  std::optional<SyncCursor> cursor = {};
  std::string identity = {};  // Of what is asked now.
  std::string frozen = {};
  std::string rights = {};
  Instant now = {};

  // What the policy says.
  Changes changes = Changes::kAuto;
  Reconcile reconcile = {};
  bool always_full = false;
  bool capped = false;  // max_records.
  bool sweep = false;   // Asked for, whatever the policy says.

  // What is asked for.
  bool intersect = false;  // An N:N entity.
  bool filtered = false;
  bool linked = false;      // The filter looks at other rows than the one it decides.
  bool exact = false;       // The server applies the whole filter …
  bool here_exact = false;  // … and so can the device.
  bool tracked = false;     // The server may grant a list of changes.
};

struct Choice {
  Start start = {};
  bool matching = false;  // Of the changes, only what meets the filter is asked for.
  bool decide = false;    // Changes come whether they meet it or not: decide here.
  std::string why = {};
  std::string sweep_why = {};
};

[[nodiscard]] Choice Choose(const Facts& facts);
// A sentence.
[[nodiscard]] std::string Why(Reread why);

}  // namespace satchel::incremental
