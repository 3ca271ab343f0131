// What a sync that asks only for what changed gets wrong: a device of an earlier moment is brought
// up to date by changes alone, on a copy, and held against a full sync.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/instant.h"
#include "engine/server/crm_server.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"
#include "preview/run/preview.h"

namespace satchel {

enum class DriftKind : std::uint8_t {
  kMissed,  // Belongs on the device and is not there.
  kStale,   // Is there and does not belong there, or is there in an older version.
  kWasted,  // Was downloaded only to be thrown away.
};
[[nodiscard]] std::string_view Name(DriftKind kind);  // "missed", "stale", "wasted"

enum class DriftCause : std::uint8_t {
  kDateWindow,         // Time passed; nobody touched the record.
  kLinked,             // A record the filter looks at changed.
  kAccess,             // Owner, share, team, role: what the user may read changed.
  kEditedOut,          // It was edited and left, and only what meets the filter is asked for.
  kUntrackedDeletion,  // Deleted, and nothing told.
  kMark,               // It changed, yet lies before the mark: back-dated, or put back.
  kOutsideFilter,      // kWasted: it changed, and does not meet the filter.
  kUnknown,            // None of these could be shown.
};
[[nodiscard]] std::string_view Name(DriftCause cause);   // "date-window" …
[[nodiscard]] std::string_view Words(DriftCause cause);  // "A date window passed"

struct DriftRecord {
  std::string entity = {};
  std::string id = {};
  std::string name = {};  // Empty where nobody can read it any more.
  DriftKind kind = DriftKind::kMissed;
  DriftCause cause = DriftCause::kUnknown;
  std::string sentence =
      {};                // Why, with the values: "Start 2026-11-12 08:00 left the last 14 days".
  bool settled = false;  // The policy's own reconcile setting brings it right in the next sync.
};

struct DriftEntity {
  std::string name = {};
  std::string label = {};
  bool followed = true;   // False: there is nothing to go on from, so it would be read in full.
  std::string why = {};   // Which way its changes were asked for, or why it was not followed.
  Instant since = {};     // The moment of its last full read or sweep in the base.
  std::int64_t base = 0;  // Records in the base …
  std::int64_t full = 0;  // … and of a full sync now.
  std::int64_t missed = 0;
  std::int64_t stale = 0;
  std::int64_t wasted = 0;
  std::int64_t unsettled = 0;  // Missed or stale still, after a sync with the policy's reconcile.
  std::int64_t changed_meanwhile = 0;  // Changed while this was measured: not counted.
};

// What can be done about it.
enum class DriftAdvice : std::uint8_t {
  kNone,     // The policy's sweep brings it right with the next sync.
  kSooner,   // It does when a sweep is due: another setting does sooner.
  kSweep,    // The policy never sweeps: one that does brings it right.
  kMatching  // kWasted: asking only for what meets the filter saves it.
};

struct DriftTotal {
  std::string entity = {};
  DriftKind kind = DriftKind::kMissed;
  DriftCause cause = DriftCause::kUnknown;
  std::int64_t records = 0;
  DriftAdvice advice = DriftAdvice::kNone;
  Reconcile reconcile = {};  // What the policy says of this entity.
};
// "the policy's reconcile: auto brings it right with the next sync": by the file's own keys.
[[nodiscard]] std::string Words(const DriftTotal& total);

struct DriftResult {
  std::string policy_name = {};
  std::string server = {};
  std::string as_id = {};
  std::string as_name = {};
  Instant now = {};
  std::string zone = {};
  bool exact = true;
  std::vector<DriftEntity> entities = {};  // Those kept offline, in the policy's order.
  std::vector<DriftTotal> totals = {};     // By entity, kind and cause; only what there is.
  std::vector<DriftRecord> records = {};   // In the order of totals.
  std::int64_t not_listed = 0;             // Counted in entities, but too many to look into.
  std::vector<Finding> findings = {};

  [[nodiscard]] bool none() const;  // Nothing missed, nothing stale.
};

struct DriftRequest {
  Policy policy = {};
  std::string as = {};
  // A device's database, or one that `preview --db` kept. Copied, never written.
  std::filesystem::path since = {};
  std::optional<Instant> now = {};
};

// kInvalid: the base is of another user, server or policy, or nothing in it can be gone on from.
[[nodiscard]] Result<DriftResult> MeasureDrift(const DriftRequest& request, CrmServer& server,
                                               const PreviewSink& sink, std::stop_token stop);

}  // namespace satchel
