// What the user decides about a change that waits for it: a conflict, a refusal, or one that is to
// be given up. The device's log says what was decided.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/record/instant.h"
#include "engine/store/conflict.h"
#include "engine/store/database.h"
#include "policy/support/result.h"

namespace satchel {

struct Settlement {
  enum class Kind : std::uint8_t { kMine, kTheirs, kFields, kRetry, kDiscard };
  std::int64_t seq = 0;  // Of the outbox's entry.
  Kind kind = Kind::kMine;
  std::map<std::string, Keep> fields = {};  // kFields: those named get their side,
  Keep rest = Keep::kMine;                  // the others this.
};

// Fails as the functions of engine/store/conflict.h do, and logs nothing then. `now`: by the
// device's calendar.
[[nodiscard]] Result<> Settle(Database& database, const Settlement& settlement, Instant now);

}  // namespace satchel
