#include "engine/sync/mark_book.h"

namespace satchel {

Result<HighWater> MarkBook::Note(const std::string& entity, int& requests, std::int64_t& bytes,
                                 std::stop_token stop) {
  if (const auto noted = noted_.find(entity); noted != noted_.end()) return noted->second;
  (void)server_.TakeTraffic();  // Of calls before.
  auto mark = server_.NoteHighWater(entity, request_.schema, request_.as, stop);
  const Traffic traffic = server_.TakeTraffic();
  requests += traffic.requests;
  bytes += traffic.bytes;
  if (mark) noted_.emplace(entity, *mark);
  return mark;
}

}  // namespace satchel
