// A clock that can be put forward: time goes on as it does everywhere, and jumps when asked to.
#pragma once

#include <atomic>
#include <memory>

#include "engine/device/world.h"

namespace satchel {

class LabClock : public Clock {
 public:
  explicit LabClock(std::unique_ptr<Clock> real) : real_(std::move(real)) {}

  UptimePoint Up() override { return real_->Up() + ahead(); }
  Instant Now() override {
    return {real_->Now().ticks + ahead().count() * (kTicksPerSecond / 1000)};
  }
  // From any thread.
  void Advance(Milliseconds span) { ahead_ += span.count(); }
  [[nodiscard]] Milliseconds ahead() const { return Milliseconds(ahead_.load()); }

 private:
  std::unique_ptr<Clock> real_;
  std::atomic<std::int64_t> ahead_ = 0;  // Milliseconds.
};

}  // namespace satchel
