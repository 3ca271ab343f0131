// A clock that a test moves and waits that cost no time.
#pragma once

#include <vector>

#include "engine/http/retry.h"

namespace satchel {

class FakeWaiting : public Waiting {
 public:
  std::chrono::system_clock::time_point Now() override { return now; }
  double Chance() override { return 1.0; }
  bool Wait(Milliseconds time, std::stop_token stop) override {
    waits.push_back(time);
    now += time;
    return !stop.stop_requested();
  }

  std::chrono::system_clock::time_point now =
      std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(10);
  std::vector<Milliseconds> waits = {};
};

}  // namespace satchel
