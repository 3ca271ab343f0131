// Why a record is, or is not, on a user's device: the gates it has to pass, in order, each with
// what the record, the user and the server really hold.
//
// Nothing is written; what is read is read as the device would read it. Everything here is data:
// a window or a report decides how it looks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/instant.h"
#include "engine/server/crm_server.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"
#include "preview/explain/knock_on.h"

namespace satchel {

enum class GateKind : std::uint8_t {
  kProject,     // The policy is for this user: its roles.
  kEntity,      // The policy has the entity and keeps it offline.
  kPermission,  // The record is on the server, and the user may read it.
  kFilter,      // It meets the entity's filter.
  kCap,         // It is among the first max_records.
  kNextSync,    // An incremental sync notices when that changes. Never keeps a record off a device.
};
[[nodiscard]] std::string_view Name(GateKind kind);   // "project" … "next-sync"
[[nodiscard]] std::string_view Words(GateKind kind);  // "Project" … "Next syncs"

// What the filter's gate says where it failed: before the reason, or above the tree of conditions.
inline constexpr std::string_view kDoesNotMeetTheFilter = "It does not meet the filter:";

enum class GateOutcome : std::uint8_t {
  kPassed,
  kFailed,
  kNotReached,  // An earlier gate failed.
  kUnknown,     // It cannot be told here; the sentence says why.
};
[[nodiscard]] std::string_view Name(GateOutcome outcome);  // "passed" … "unknown"

// A part of the filter, as it stands in the policy, held against the record.
struct FilterPart {
  enum class Kind : std::uint8_t {
    kAll,  // A group of which every part must hold …
    kAny,  // … or one.
    kCondition,
    kLink,  // Linked records; `parts` are about one of them, which is `linked`.
  };
  Kind kind = Kind::kCondition;
  GateOutcome outcome = GateOutcome::kUnknown;
  // Where it stands: "entities.account.filter.and[1].or[0]" (policy/yaml/source_map.h).
  std::string path = {};
  // "Modified on is in the last 14 days"; of a link "has an Open work order (Account)".
  std::string wording = {};
  std::string field = {};    // "Modified on", "Account › Status"; of a link the entity's label.
  std::string actual = {};   // The record's value, as people read it; "(empty)" when it has none.
  std::string meaning = {};  // What the wording stands for now: "from 2026-11-12 00:00 to now".
  std::string note = {};     // One sentence where there is more to say, or why it is unknown.

  // kLink.
  std::string entity = {};      // The linked entity.
  std::int64_t candidates = 0;  // Linked records the user may read …
  std::int64_t matching = 0;    // … and how many of them meet what is asked of them.
  bool wanted = true;           // False: a linked record that meets it keeps this one out.
  bool more = false;            // There are more than were looked at.
  std::string linked_id = {};   // The one `parts` speak of: one that meets it, else the nearest …
  std::string linked_name = {};  // … and its name; both empty: there is none.

  std::vector<FilterPart> parts = {};
};

// What lets a record in or out, and whether a sync that asks only for what changed sees it.
struct NextSyncNote {
  enum class Cause : std::uint8_t {
    kEdit,        // The record is edited.
    kDateWindow,  // Time passes; nobody touches the record.
    kLinked,      // A linked record changes.
    kPermission,  // Owner, share, team, role.
    kDeletion,
    kCap,  // Other records push it out.
  };
  Cause cause = Cause::kEdit;
  bool by_changes = false;  // The changes alone tell.
  bool by_sweep = false;    // The policy's reconcile setting brings it right.
  std::string what = {};    // "It is edited", "It leaves the filter on 2026-01-25 00:00 …".
  // When a sync notices: "with the next sync", "with the sweep every 24h", "never".
  std::string when = {};
  std::string sentence = {};  // Both.
};
[[nodiscard]] std::string_view Name(NextSyncNote::Cause cause);  // "edit", "date-window" …

struct ExplainGate {
  GateKind kind = GateKind::kProject;
  GateOutcome outcome = GateOutcome::kNotReached;
  std::string sentence = {};  // One plain sentence, with the actual values.
};

// The smallest change that was found to put the record on the device; tried, not guessed.
struct ExplainFix {
  std::string sentence = {};  // Empty: no single change would.
  std::string path = {};      // Of what would change in the policy; empty: it is not in the policy.
  std::string value = {};     // What would stand there; empty: it goes, or is not one value.
  // How, for apply_fix.h: another condition, none, or another max_records.
  enum class Edit : std::uint8_t { kNone, kCondition, kRemoval, kMaxRecords };
  Edit edit = Edit::kNone;
  Condition condition = {};
};

struct Explanation {
  std::string policy_name = {};
  std::string server = {};
  std::string as_id = {};
  std::string as_name = {};
  Instant now = {};
  std::string zone = {};  // The user's; every date-time in the texts is on his clock.
  bool exact = true;      // The caller reads at least what the user reads.

  std::string entity = {};
  std::string entity_label = {};
  std::string id = {};    // As servers write it.
  std::string name = {};  // The record's own name; empty where nobody can read it.

  bool on_device = false;
  std::string verdict = {};  // "Contoso is on Jana's device because …."
  ExplainFix fix = {};
  std::vector<ExplainGate> gates = {};  // All of them, in the order of GateKind.

  // Of kFilter. The root is kAll, path "entities.account"; without parts: everything is kept.
  FilterPart filter = {};
  // Of kCap; 0: no limit, or not reached.
  std::int64_t rank = 0;  // From 1, among all that meet the filter, in `order`.
  std::int64_t matched = 0;
  std::int64_t max_records = 0;
  std::vector<NextSyncNote> next_sync = {};  // Of kNextSync.
  // Filled in by those who have previewed the policy (knock_on.h).
  std::vector<KnockOn> others = {};

  [[nodiscard]] const ExplainGate& gate(GateKind kind) const {
    return gates[static_cast<std::size_t>(kind)];
  }
};

struct ExplainRequest {
  Policy policy = {};
  std::string as = {};              // User id, domain name or e-mail; empty: the signed-in user.
  std::string record = {};          // Whatever was pasted: record_name.h.
  std::string entity = {};          // Whose it is where `record` is a bare id; or empty.
  std::optional<Instant> now = {};  // Absent: the present.
};

// What is being done, for a line of progress: "looking at 3 linked Work orders".
using ExplainSink = std::function<void(const std::string&)>;

// Fails when the text names no record, when no such user is found, and as the server does. A record
// that is not there is an explanation, not a failure. A bare id without `entity` is looked for in
// every entity of the policy. Sends reads only; kCancelled within 100 ms of `stop`.
[[nodiscard]] Result<Explanation> Explain(const ExplainRequest& request, CrmServer& server,
                                          const ExplainSink& sink, std::stop_token stop);

}  // namespace satchel
