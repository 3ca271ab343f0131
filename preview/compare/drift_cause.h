// Why an incremental sync left a record wrong: worked out from what the record is now, what it was
// when the base was made, and what of it changed since.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/server/high_water.h"
#include "engine/store/sync_cursor.h"
#include "preview/compare/drift.h"
#include "preview/explain/rows_around.h"
#include "preview/explain/value_words.h"

namespace satchel {

struct DriftSubject {
  Query query = {};  // The entity's, neither ordered nor cut.
  const EntitySchema& entity;
  const SyncCursor& base;  // As the base had it.
  HighWater fresh = {};    // As the caller sees it; noted before its changes were asked for.
  bool matching = false;   // Only what meets the filter was asked for.
  const RecordReader& as_user;
  const ValueWords& words;
};

// Fills in cause, sentence and, where it can be read, the name. Records of which the server changed
// something only after `fresh` are taken out; answers how many.
[[nodiscard]] Result<std::int64_t> FindCauses(const DriftSubject& subject,
                                              std::vector<DriftRecord>& records);

}  // namespace satchel
