#include "engine/sync/sync_outcome.h"

#include <algorithm>

namespace satchel {

bool SyncOutcome::succeeded() const {
  return !error && !structure_pending &&
         std::none_of(entities.begin(), entities.end(),
                      [](const EntitySync& each) { return each.error.has_value(); });
}

}  // namespace satchel
