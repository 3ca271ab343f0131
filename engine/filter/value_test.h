// One condition's question to one cell.
#pragma once

#include <functional>

#include "engine/filter/cell_kind.h"
#include "engine/filter/context.h"
#include "engine/filter/evaluator.h"
#include "engine/filter/user_clock.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

// Everything a question may need besides the cell.
struct TestSurroundings {
  const Schema& schema;
  const FilterContext& context;
  const UserClock& clock;
  const RowSource& rows;
};

using ValueTest = std::function<bool(const Cell&)>;

// The whole meaning of the condition, null included; not for valueof. The error is a sentence
// without the condition's name.
[[nodiscard]] Result<ValueTest> MakeValueTest(const Condition& condition,
                                              const EntitySchema& entity, const FieldSchema& field,
                                              const TestSurroundings& around);

// Whether an order of two values satisfies eq ne gt ge lt le.
[[nodiscard]] bool Satisfies(Operator op, int order);

// The column of a field in a batch, or an error when the batch lacks it.
[[nodiscard]] Result<std::size_t> ColumnOf(const RowBatch& batch, const std::string& entity,
                                           const std::string& field);

}  // namespace satchel
