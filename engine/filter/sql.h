// A query as SQL over tables laid out as engine/record/cell.h says.
//
// The SQL calls functions that OpenDatabase registers (engine/store/database.h): text compares by
// simple Unicode case folding with trailing blanks ignored. Every value is bound, never spliced.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/value.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

using SqlValue = Value;  // Bound, never spliced.

struct SqlText {
  std::string text = {};
  std::vector<SqlValue> binds = {};  // For ?1, ?2, … in order.
};

struct SqlOptions {
  // The table of an entity; default: its name. The store stages rows under other names, and the
  // sandbox puts a user's visible rows (a view or a CTE name) in place of the table. A bare name,
  // not yet quoted; what it names has the column "@rid", unique and never null.
  std::function<std::string(std::string_view entity)> table = {};
  // What to select, written with the alias t0 for the query's entity; default: t0."@rid".
  std::string select = {};
  // Sort the keys that a link compares with. SQLite makes a set of them, whose cache is 2 MB: with
  // half a million keys in no order it goes back and forth to the disk, and sorting halves the time
  // of the whole query. With a few thousand it would add half to it.
  bool sorted_keys = false;
  bool ordered = true;  // Apply order and top; false: the matching set only.
  // With order: ties by key ascending, so that the answer is one and the same on every run.
};

// Rows of the query's entity that match, each once. Fails on an unknown entity or field, a bad
// literal, or an operator about the user when the context does not know the user; the message names
// the condition.
[[nodiscard]] Result<SqlText> CompileSql(const Query& query, const Schema& schema,
                                         const FilterContext& context,
                                         const SqlOptions& options = {});

}  // namespace satchel
