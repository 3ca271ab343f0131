// A copy of a device's database, to find out what its next sync would do without touching the
// device.
#pragma once

#include <filesystem>
#include <string>

#include "engine/store/database.h"
#include "engine/sync/full_sync_plan.h"
#include "policy/support/result.h"

namespace satchel {

// `to` is made, private to this user, from what `from` held at one moment, even while the device is
// at work. Its tables are then as `sync.policy` has them. kDenied: it is another user's.
[[nodiscard]] Result<Database> CopyDevice(const std::filesystem::path& from,
                                          const std::filesystem::path& to,
                                          const FullSyncRequest& sync);

}  // namespace satchel
