// A query made ready to run over rows: names resolved to columns, literals parsed, joins indexed.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/filter/join_index.h"
#include "engine/filter/value_test.h"

namespace satchel {

// The row each joined entity contributes to a combination, by slot; slot 0 is the query's entity.
using Combination = std::vector<std::int64_t>;
inline constexpr std::int64_t kNoRow = -1;  // An outer link without a row: every field is null.

// A column of the row in a slot.
struct CellPlace {
  std::size_t slot = 0;
  std::size_t column = 0;
  const RowBatch* batch = nullptr;
  CellKind kind = {};

  [[nodiscard]] Cell In(const Combination& rows) const {
    if (rows[slot] == kNoRow) return Cell::Null();
    return batch->cell(static_cast<std::size_t>(rows[slot]), column);
  }
};

struct OrderPlace {
  CellPlace place = {};
  bool descending = false;
};

struct PlannedLink;

struct PlannedCondition {
  CellPlace place = {};
  ValueTest test = {};  // Of one cell; empty: compare with `other`.
  CellPlace other = {};
  Operator op = Operator::kEq;
};

struct PlannedGroup;
struct PlannedNode {
  std::unique_ptr<PlannedCondition> condition = {};
  std::unique_ptr<PlannedGroup> group = {};
  std::unique_ptr<PlannedLink> test = {};  // any, not any, all, not all.
};
struct PlannedGroup {
  Conjunction conjunction = Conjunction::kAnd;
  std::vector<PlannedNode> nodes = {};
};

struct PlannedLink {
  const Link* link = nullptr;
  const EntitySchema* entity = nullptr;
  const RowBatch* batch = nullptr;
  PlannedLink* parent = nullptr;  // Null: the query's entity.
  std::size_t slot = 0;
  CellPlace to = {};                 // On the parent.
  const JoinIndex* index = nullptr;  // Of `from`.
  PlannedGroup filter = {};
  bool filter_looks_below = false;  // It names a link nested in this one: asked after those join.
  bool seen = false;  // A condition or order outside names it: its rows are enumerated.
  std::vector<OrderPlace> order = {};  // matchfirst: which row is first; ends with the key.
  std::vector<std::unique_ptr<PlannedLink>> links = {};

  [[nodiscard]] bool joins() const {  // Its fields can be named outside.
    return link->type == LinkType::kInner || link->type == LinkType::kOuter ||
           link->type == LinkType::kMatchFirst;
  }
};

class EvaluationPlan {
 public:
  static Result<std::unique_ptr<EvaluationPlan>> Make(const Query& query,
                                                      const TestSurroundings& around);

  const EntitySchema* entity = nullptr;
  const RowBatch* batch = nullptr;
  std::size_t slots = 1;
  PlannedGroup filter = {};
  std::vector<std::unique_ptr<PlannedLink>> links = {};
  std::vector<OrderPlace> order = {};
  bool orders_by_link = false;
  std::vector<OrderPlace> by_key = {};  // Decides ties; empty: the entity has no key.

  // One for each entity and field, however many links use it.
  const JoinIndex* IndexOf(const RowBatch& rows, std::size_t column, const CellKind& kind);

 private:
  std::map<std::pair<const RowBatch*, std::size_t>, std::unique_ptr<JoinIndex>> indexes_;
};

}  // namespace satchel
