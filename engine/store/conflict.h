// What waits for the user: conflicts, refusals, and changes that the server's version replaced.
//
// All are entries of the outbox (ReadOutbox by state); these functions settle them. Each is one
// transaction.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/store/database.h"
#include "engine/store/outbox.h"
#include "policy/support/result.h"

namespace satchel {

enum class Keep : std::uint8_t { kMine, kTheirs };

// Settles a conflict. Mine: the change waits again, based on the server's version; a record deleted
// there is made again. Theirs: the change is given up and the table shows the server's version.
// kNotFound: no such conflict (any more).
[[nodiscard]] Result<> ResolveConflict(Database& database, std::int64_t seq, Keep keep);
// Field by field: those named get their side, the others `rest`. Only for a conflict of two
// updates.
[[nodiscard]] Result<> ResolveConflict(Database& database, std::int64_t seq,
                                       const std::map<std::string, Keep>& fields, Keep rest);
// An entry in error waits again.
[[nodiscard]] Result<> RetryEntry(Database& database, std::int64_t seq);
// Gives up a change in any state but `sending`: the table shows what the server last said, a
// deleted row comes back, a record never sent goes (kConflict where other unsent changes point at
// it).
[[nodiscard]] Result<> DiscardEntry(Database& database, std::int64_t seq);

}  // namespace satchel
