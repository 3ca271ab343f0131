// Two changes of one record, one after the other, as one change with the same effect.
#pragma once

#include <optional>

#include "engine/store/outbox.h"

namespace satchel {

// `earlier` was not carried out. Nothing: together they change nothing. Everything but kind, base
// and values stays as `earlier` has it.
//   create + update = create          update + update = update
//   create + delete = nothing         update + delete = delete
//   create of a record that may be there + delete = delete, without a version
//   associate + disassociate = nothing, and the other way round
[[nodiscard]] std::optional<OutboxEntry> Condense(OutboxEntry earlier, const OutboxEntry& later);

// Fields that hold what the server has are no change. A polymorphic lookup and its TypeColumn stay
// or go together. False: nothing is left of an update.
[[nodiscard]] bool DropUnchanged(OutboxEntry& entry);

[[nodiscard]] FieldChange* FindChange(OutboxEntry& entry, std::string_view field);
[[nodiscard]] const FieldChange* FindChange(const OutboxEntry& entry, std::string_view field);
// Adds a change of `field`, in order, or finds it.
FieldChange& ChangeOf(OutboxEntry& entry, std::string_view field);

// A row as what a delete takes away: every column, its version too, as base and as seen before.
[[nodiscard]] std::vector<FieldChange> WholeRow(const std::vector<FieldValue>& row);
// The row to bring back.
[[nodiscard]] std::vector<FieldValue> BasesOf(const OutboxEntry& entry);

}  // namespace satchel
