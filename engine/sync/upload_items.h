// Entries of the outbox as the upload's order and the server see them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/server/write.h"
#include "engine/store/outbox.h"
#include "engine/sync/upload_order.h"
#include "policy/schema/schema.h"

namespace satchel::upload {

// `schema` is the server's, or what the local database describes.
[[nodiscard]] Item ItemOf(const OutboxEntry& entry, const Schema& schema);
// `unguarded`: without the version that it is based on.
[[nodiscard]] WriteOperation OperationOf(const OutboxEntry& entry, bool unguarded);
// Why the server cannot be asked for it at all; empty: it can.
[[nodiscard]] std::string WhyNotSendable(const OutboxEntry& entry, const Schema& schema);

}  // namespace satchel::upload
