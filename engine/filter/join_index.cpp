#include "engine/filter/join_index.h"

#include <algorithm>

namespace satchel {

JoinIndex::JoinIndex(const RowBatch& batch, std::size_t column, const CellKind& kind)
    : batch_(&batch), column_(column), kind_(kind) {
  entries_.reserve(batch.rows());
  for (std::size_t i = 0; i < batch.rows(); ++i) {
    const Cell& cell = batch.cell(i, column);
    if (!IsNull(cell)) entries_.emplace_back(HashOf(kind, cell), static_cast<std::uint32_t>(i));
  }
  std::sort(entries_.begin(), entries_.end());
}

JoinIndex::Entries::const_iterator JoinIndex::FirstOf(std::uint64_t hash) const {
  return std::lower_bound(
      entries_.begin(), entries_.end(), hash,
      [](const auto& entry, std::uint64_t wanted) { return entry.first < wanted; });
}

}  // namespace satchel
