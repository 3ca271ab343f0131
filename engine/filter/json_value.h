// One JSON value of a data set as the cell that keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/filter/data_set.h"
#include "engine/record/cell.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// A scalar as the document has it: the text of a string unescaped, or the token of anything else.
struct JsonScalar {
  enum class Kind : std::uint8_t { kText, kNumber, kTrue, kFalse };
  Kind kind = Kind::kText;
  std::string_view text = {};
};

// A column of a data set that is being read.
struct DataColumn {
  const FieldSchema* field = nullptr;
  int scale = 0;  // Of decimal and money.
  IdKind id_kind = IdKind::kGuid;
  bool typed = false;  // Followed by its TypeColumn.
};

// Bytes go into `batch`. The error is the sentence without its place.
[[nodiscard]] Result<Cell> StoreScalar(const DataColumn& column, const JsonScalar& value,
                                       RowBatch& batch);
// Sorted and without repeats, as ",1,3,"; null for none.
[[nodiscard]] Cell StoreChoices(std::vector<std::int64_t> values, RowBatch& batch);

}  // namespace satchel
