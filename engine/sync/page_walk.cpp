#include "engine/sync/page_walk.h"

namespace satchel {

Result<> PageWalk::Arrived(std::size_t rows, const std::string& next_cursor) {
  ++pages_;
  empty_ = rows == 0 ? empty_ + 1 : 0;
  if (next_cursor.empty()) {
    done_ = true;
    return {};
  }
  if (!seen_.insert(next_cursor).second) {
    return Fail(ErrorCode::kCorrupt,
                entity_ +
                    ": the server sent the same page link twice, so reading would never end "
                    "(report it to the server's administrator)");
  }
  if (pages_ >= kMostPages || empty_ >= kMostEmptyPages) {
    return Fail(
        ErrorCode::kCorrupt,
        entity_ + ": the server goes on sending " + (empty_ > 0 ? "empty pages" : "pages") +
            " without an end (narrow the filter, or report it to the server's administrator)");
  }
  cursor_ = next_cursor;
  return {};
}

}  // namespace satchel
