// What one user's preview says about the budgets and expectations of its policy: plain values,
// which outlive the preview's database.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/server/crm_server.h"
#include "policy/model/policy.h"
#include "preview/run/preview.h"

namespace satchel {

// How long a device's first sync takes over an assumed network: estimated from what the preview
// measured. The measured time is from wherever the preview ran, its own network included.
struct FirstSync {
  double server_seconds = 0;    // Of the preview, start to end.
  double transfer_seconds = 0;  // Bytes on the wire over the bandwidth; attachments too.
  double latency_seconds = 0;   // Requests times the latency; one more for each attachment.
  [[nodiscard]] double total() const { return server_seconds + transfer_seconds + latency_seconds; }
  friend bool operator==(const FirstSync&, const FirstSync&) = default;
};
// Nothing where the size of attachments cannot be known, so that the time would be too short.
[[nodiscard]] std::optional<FirstSync> EstimateFirstSync(const PreviewResult& preview,
                                                         const NetworkAssumption& network);

struct MeasuredUser {
  UserInfo user = {};  // At least id and name.
  bool exact = true;
  std::int64_t records = 0;
  std::int64_t bytes_on_device = 0;
  std::int64_t bytes_downloaded = 0;
  int requests = 0;
  double seconds = 0;
  std::optional<FirstSync> first_sync = {};       // Absent: no network is assumed, or unknown.
  std::map<std::string, std::int64_t> held = {};  // Records, by entity kept offline.
  std::set<std::string> found = {};  // Of the records `expect` names, as it writes them.
};

// `preview` is a full one of `policy`, its database still there. `user`: what the server's list
// says of the user; null where it has none (then expectations find them by id and name only).
[[nodiscard]] Result<MeasuredUser> Measure(const Policy& policy, const PreviewResult& preview,
                                           const UserInfo* user);

}  // namespace satchel
