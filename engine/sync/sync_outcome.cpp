#include "engine/sync/sync_outcome.h"

namespace satchel {

bool SyncOutcome::succeeded() const {
  return WhyNot().empty();
}

std::string SyncOutcome::WhyNot() const {
  if (error) return error->message;
  if (structure_pending) {
    return "the policy's structure changed: it uploaded, and stopped before the download (a "
           "foreground sync follows)";
  }
  std::string why;
  for (const EntityChange& entity : entities) {
    if (!entity.error) continue;
    why += (why.empty() ? "" : "; ") + entity.name + " is as before: " + entity.error->message;
  }
  return why;
}

}  // namespace satchel
