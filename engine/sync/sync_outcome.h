// What one sync did: for the status, the log, the command line and the tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/sync/attachments.h"
#include "engine/sync/incremental_runner.h"
#include "engine/sync/upload_runner.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel {

struct SyncOutcome {
  SyncStyle style = SyncStyle::kForeground;
  UploadOutcome upload = {};
  std::vector<EntityChange> entities = {};  // Those kept offline, in the policy's order.
  AttachmentOutcome attachments = {};
  std::vector<std::string> warnings = {};
  // Of the sync as a whole; nothing, and no entity's error: it succeeded.
  std::optional<Error> error = {};
  // A newer policy changes the structure and this was a background sync: it stopped before the
  // download, and a foreground one must follow.
  bool structure_pending = false;
  double seconds = 0;

  [[nodiscard]] bool succeeded() const;
  // Why it did not, in one sentence; empty when it did.
  [[nodiscard]] std::string WhyNot() const;
};

}  // namespace satchel
