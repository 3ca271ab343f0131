// The rows of a records table that were read so far: a few pages around what is on screen.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "preview/run/records.h"

namespace satchel {

class RecordWindow {
 public:
  static constexpr std::int64_t kPage = 128;
  static constexpr std::size_t kPages = 24;

  // Null: not read yet.
  [[nodiscard]] const RecordRow* Row(std::int64_t index) const {
    const auto at = pages_.find(index / kPage);
    if (at == pages_.end()) return nullptr;
    const auto in_page = static_cast<std::size_t>(index % kPage);
    return in_page < at->second.size() ? &at->second[in_page] : nullptr;
  }
  // The first page of rows [first, first + count) that is missing.
  [[nodiscard]] std::optional<std::int64_t> Missing(std::int64_t first, std::int64_t count) const {
    for (std::int64_t page = first / kPage; page * kPage < first + count; ++page) {
      if (!pages_.contains(page)) return page;
    }
    return std::nullopt;
  }
  void Put(std::int64_t page, std::vector<RecordRow> rows) {
    pages_.insert_or_assign(page, std::move(rows));
    order_.remove(page);
    order_.push_back(page);
    if (order_.size() > kPages) {
      pages_.erase(order_.front());
      order_.pop_front();
    }
  }
  void Clear() {
    pages_.clear();
    order_.clear();
  }

 private:
  std::unordered_map<std::int64_t, std::vector<RecordRow>> pages_;
  std::list<std::int64_t> order_;  // Oldest first.
};

}  // namespace satchel
