// Rows of a batch by the value of one column, for joins.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/filter/cell_kind.h"

namespace satchel {

class JoinIndex {
 public:
  JoinIndex(const RowBatch& batch, std::size_t column, const CellKind& kind);

  // Calls `each(row)` for every row whose value equals `key`, by row number, until it answers true.
  // Answers whether it did.
  template <class Each>
  bool ForEach(const CellKind& key_kind, const Cell& key, const Each& each) const {
    if (IsNull(key)) return false;
    const std::uint64_t hash = HashOf(key_kind, key);
    for (auto at = FirstOf(hash); at != entries_.end() && at->first == hash; ++at) {
      const Cell& cell = batch_->cell(at->second, column_);
      if (CompareCells(kind_, cell, key_kind, key) == 0 && each(at->second)) return true;
    }
    return false;
  }

 private:
  using Entries = std::vector<std::pair<std::uint64_t, std::uint32_t>>;  // Hash, row; sorted.
  [[nodiscard]] Entries::const_iterator FirstOf(std::uint64_t hash) const;

  const RowBatch* batch_;
  std::size_t column_;
  CellKind kind_;
  Entries entries_;
};

}  // namespace satchel
