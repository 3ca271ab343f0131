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
// Values as they are typed where `schema` knows the field; else as they are stored.
[[nodiscard]] Json ToJson(const OutboxEntry& entry, const Schema& schema);
// A value of an outbox entry for people: "12.50", a GUID, "(none)".
[[nodiscard]] std::string ShownValue(const Value& value, const FieldSchema* field);
[[nodiscard]] const FieldSchema* FieldOf(const Schema& schema, const OutboxEntry& entry,
                                         const std::string& field);

}  // namespace satchel
