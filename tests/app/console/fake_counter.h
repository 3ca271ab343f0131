// Counting without a server and without rows: numbers that follow from the query alone.
#pragma once

#include <atomic>
#include <semaphore>

#include "preview/working_set/filter_counter.h"

namespace satchel {

// What tests steer and look at.
struct FakeCounting {
  Result<WorkingRead> Read(const WorkingSetRequest& request, const WorkingSink& sink,
                           const std::stop_token& stop);

  std::vector<WorkingSetRequest> reads = {};
  std::optional<Error> refuse = {};
  bool capped = false;
  std::atomic<int> counts = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<bool> hold_counts = false;  // A count lasts until it is cancelled.
};

class FakeCounter : public FilterCounter {
 public:
  explicit FakeCounter(std::shared_ptr<FakeCounting> of) : of_(std::move(of)) {}
  Result<> Take(const WorkingRead& read) override;
  [[nodiscard]] const std::vector<WorkingEntity>& held() const override { return held_; }
  Result<FilterCount> Count(const Query& query, const Schema& schema,
                            std::stop_token stop) override;

 private:
  std::shared_ptr<FakeCounting> of_;
  std::vector<WorkingEntity> held_ = {};
};

}  // namespace satchel
