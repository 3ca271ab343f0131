// Bad days on demand: throttling per user, and faults at given rates.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "app/sandbox/http/message.h"
#include "app/sandbox/options.h"
#include "engine/record/guid.h"

namespace satchel::sandbox {

// A sliding window per user, as the service protection limits are.
class Throttling {
 public:
  explicit Throttling(Throttle limit) : limit_(limit) {}
  // Nothing: go on. Else the 429 to answer; hammering on makes Retry-After grow.
  [[nodiscard]] std::optional<HttpResponse> Admit(const Guid& user, Instant now);

 private:
  struct Window {
    std::deque<std::int64_t> admitted = {};  // Ticks.
    int refused = 0;                         // In a row.
  };
  const Throttle limit_;
  std::mutex mutex_;
  std::map<Guid, Window> windows_;  // Guarded by mutex_.
};

// Draws the fault of the n-th request from a seed: the same run has the same bad luck.
class FaultInjector {
 public:
  FaultInjector(std::vector<Fault> faults, std::uint64_t seed)
      : faults_(std::move(faults)), seed_(seed) {}
  [[nodiscard]] std::optional<FaultKind> Draw();

 private:
  const std::vector<Fault> faults_;
  const std::uint64_t seed_;
  std::atomic<std::uint64_t> drawn_ = 0;
};

// What the fault makes of an answer. `url` is the request's own, for links that lead nowhere.
void Spoil(HttpResponse& response, FaultKind fault, const std::string& url);

}  // namespace satchel::sandbox
