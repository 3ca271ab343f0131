// What one sync did: for the status, the log, the command line and the tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel {

enum class SyncWay : std::uint8_t { kFull, kIncremental };

struct EntitySync {
  std::string name = {};
  SyncWay way = SyncWay::kIncremental;
  std::string why = {};  // A sentence: why this way, and what was asked.
  std::int64_t received = 0;
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  std::int64_t kept = 0;  // On the device afterwards.
  bool reconciled = false;
  int requests = 0;
  std::int64_t bytes = 0;
  std::optional<Error> error = {};  // Why this entity is as before.
};

struct UploadSync {
  std::int64_t sent = 0;
  std::int64_t conflicts = 0;  // Met; settled by rule or parked for the user.
  std::int64_t parked = 0;     // Refused for good, in the list of errors now.
  std::int64_t waiting = 0;    // Still to be sent.
  int requests = 0;
  std::int64_t bytes = 0;
};

struct SyncOutcome {
  SyncStyle style = SyncStyle::kForeground;
  UploadSync upload = {};
  std::vector<EntitySync> entities = {};  // Those kept offline, in the policy's order.
  std::vector<std::string> warnings = {};
  // Of the sync as a whole; nothing, and no entity's error: it succeeded.
  std::optional<Error> error = {};
  // A newer policy changes the structure and this was a background sync: it stopped before the
  // download, and a foreground one must follow.
  bool structure_pending = false;
  double seconds = 0;

  [[nodiscard]] bool succeeded() const;
};

}  // namespace satchel
