#include "engine/sync/page_guard.h"

#include "engine/sync/tuning.h"

namespace satchel {

namespace {

Error Endless(const std::string& entity, const std::string& why) {
  return {ErrorCode::kCorrupt, entity + ": " + why +
                                   ", so the read would never end (report it to whoever runs the "
                                   "server; a smaller page_size may help)"};
}

}  // namespace

void PageGuard::Begin(const std::string& first_cursor) {
  *this = {};
  cursors_ = {first_cursor};
}

std::optional<Error> PageGuard::After(const GuardedPage& page, const std::string& entity) {
  ++pages_;
  empty_pages_ = page.rows == 0 ? empty_pages_ + 1 : 0;
  const bool known = page.rows > 0 && page.new_rows == 0 && !page.may_repeat;
  known_pages_ = known ? known_pages_ + 1 : 0;
  if (known_pages_ > kMaxKnownPages && !page.next_cursor.empty()) {
    return Endless(entity, "the server sends pages with nothing but records it had sent before");
  }
  if (pages_ > kMaxPagesOfARead || empty_pages_ > kMaxEmptyPages) {
    return Endless(entity, "the server sent " + std::to_string(pages_) + " pages" +
                               (empty_pages_ > kMaxEmptyPages ? " and many empty ones" : ""));
  }
  if (!page.next_cursor.empty() && !cursors_.insert(page.next_cursor).second) {
    return Endless(entity, "the server named a page as next that it had sent before");
  }
  return std::nullopt;
}

}  // namespace satchel
