// Walking a server's pages: what may come next, as a pure state machine.
//
// No I/O, no clock. It guards against servers that never end: a cursor seen before, or pages
// without a row that go on (reliability: termination).
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "policy/support/result.h"

namespace satchel {

// A page cap no honest table reaches: 20 000 pages of 5 000 rows are 100 million records.
inline constexpr std::int64_t kMostPages = 20'000;
// Pages without a row, one after the other, before a server is called endless.
inline constexpr int kMostEmptyPages = 50;

class PageWalk {
 public:
  explicit PageWalk(std::string entity, std::string first_cursor)
      : entity_(std::move(entity)), cursor_(std::move(first_cursor)) {
    seen_.insert(cursor_);
  }

  [[nodiscard]] bool done() const { return done_; }
  // Where the next page is.
  [[nodiscard]] const std::string& cursor() const { return cursor_; }

  // A page arrived. Fails with kCorrupt when the server goes in circles.
  [[nodiscard]] Result<> Arrived(std::size_t rows, const std::string& next_cursor);

 private:
  std::string entity_;
  std::string cursor_;
  std::set<std::string> seen_;
  std::int64_t pages_ = 0;
  int empty_ = 0;  // In a row.
  bool done_ = false;
};

}  // namespace satchel
