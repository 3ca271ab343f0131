// Ends a read that would never end: a server that names the same page twice, or sends pages that
// bring nothing. Every read of a sync goes through it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "policy/support/result.h"

namespace satchel {

struct GuardedPage {
  std::int64_t rows = 0;
  std::int64_t new_rows = 0;     // Not seen before in this read.
  bool may_repeat = false;       // A list of changes may name a record more than once.
  std::string next_cursor = {};  // Empty: the last page.
};

class PageGuard {
 public:
  void Begin(const std::string& first_cursor);
  // Why the read must end here, in a sentence about `entity`; nothing: it may go on.
  [[nodiscard]] std::optional<Error> After(const GuardedPage& page, const std::string& entity);

 private:
  std::set<std::string> cursors_ = {};  // Used in this read.
  int pages_ = 0;
  int empty_pages_ = 0;  // In a row.
  int known_pages_ = 0;  // Likewise.
};

}  // namespace satchel
