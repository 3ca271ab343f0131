#include "engine/sync/page_pipeline.h"

#include "engine/sync/page_walk.h"

namespace satchel {

PagePipeline::PagePipeline(CrmServer& server, const ReadPlan& plan, std::stop_token stop)
    : server_(server),
      plan_(plan),
      forward_(stop,
               [this] {
                 reading_.request_stop();
                 const std::scoped_lock lock(
                     mutex_);  // Or a waiter between its check and its sleep misses it.
                 changed_.notify_all();
               }),
      thread_([this](const std::stop_token& own) { Read(own); }) {}

PagePipeline::~PagePipeline() {
  reading_.request_stop();
  thread_.request_stop();
  const std::scoped_lock lock(mutex_);
  changed_.notify_all();
}

void PagePipeline::Read(const std::stop_token& own) {
  PageWalk walk(plan_.request.query.entity, plan_.first_cursor);
  while (!walk.done() && !own.stop_requested()) {
    Result<Page> page = server_.ReadPage(plan_, walk.cursor(), reading_.get_token());
    Result<> on =
        page ? walk.Arrived(page->rows.rows(), page->next_cursor) : Result<>(Fail(page.error()));
    std::unique_lock lock(mutex_);
    if (!on) {
      failed_ = on.error();
      break;  // The lock is released with its scope, before the end is told.
    }
    changed_.wait(lock, [&] { return waiting_.size() < kPagesAhead || reading_.stop_requested(); });
    waiting_.push_back(*std::move(page));
    changed_.notify_all();
  }
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

Result<std::optional<Page>> PagePipeline::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !waiting_.empty() || ended_ || reading_.stop_requested(); });
  if (reading_.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  if (!waiting_.empty()) {
    std::optional<Page> page(std::move(waiting_.front()));
    waiting_.pop_front();
    changed_.notify_all();
    return page;
  }
  if (failed_) return Fail(*failed_);
  return std::optional<Page>();
}

}  // namespace satchel
