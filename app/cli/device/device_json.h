// What device commands print as JSON (docs/command-line.md).
#pragma once

#include "app/cli/json.h"
#include "engine/device/event_log.h"
#include "engine/store/local_record.h"
#include "engine/store/outbox.h"
#include "engine/sync/sync_outcome.h"

namespace satchel {

[[nodiscard]] Json ToJson(const DeviceEvent& event);
[[nodiscard]] Json ToJson(const SyncOutcome& outcome);
[[nodiscard]] Json ToJson(const LocalRecord& record);
[[nodiscard]] Json ToJson(const OutboxEntry& entry);
// A value of an outbox entry for people: "12.50", a GUID, "" for none.
[[nodiscard]] std::string ShownValue(const Value& value);

}  // namespace satchel
