// The pending changes of one record, laid over what the server says it is.
#pragma once

#include <vector>

#include "engine/store/local_tables.h"
#include "engine/store/outbox.h"

namespace satchel {

// `entries` are all those of the record, in the order they were made, without dropped ones; the
// row, where there is one, holds the server's values. Afterwards it shows the device's, the entries
// know the server's, and both are stored. Inside the caller's transaction.
[[nodiscard]] Result<> LayOverRecord(Database& database, LocalRows& rows,
                                     std::vector<OutboxEntry> entries);

}  // namespace satchel
