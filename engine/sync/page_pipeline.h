// Reads pages on a thread of its own while the caller writes them: at most kPagesAhead wait
// between.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "engine/server/crm_server.h"
#include "policy/support/result.h"

namespace satchel {

// One page being written, one waiting, one being read: bounds memory to about three pages.
inline constexpr std::size_t kPagesAhead = 1;

class PagePipeline {
 public:
  // `server` and `plan` must outlive it. Starts reading at once.
  PagePipeline(CrmServer& server, const ReadPlan& plan, std::stop_token stop);
  PagePipeline(const PagePipeline&) = delete;
  PagePipeline& operator=(const PagePipeline&) = delete;
  ~PagePipeline();

  // The next page, nothing after the last. Waits for it; a stop ends the wait with kCancelled.
  [[nodiscard]] Result<std::optional<Page>> Next();

 private:
  void Read(const std::stop_token& own);

  CrmServer& server_;
  const ReadPlan& plan_;
  std::stop_source reading_;  // Stops the server's call: by the caller's token, or by our end.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Page> waiting_;     // Guarded by mutex_.
  std::optional<Error> failed_;  // Guarded by mutex_.
  bool ended_ = false;           // Guarded by mutex_.
  std::stop_callback<std::function<void()>> forward_;
  std::jthread thread_;  // Last: it must stop before the rest is destroyed.
};

}  // namespace satchel
