// Ctrl+C as a stop_token, without globals.
#pragma once

#include <stop_token>
#include <thread>

namespace satchel {

// While it lives, SIGINT and SIGTERM request a stop instead of ending the process. Make it before
// any other thread starts, so that they inherit the blocked signals.
class Interrupt {
 public:
  Interrupt();
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread watcher_;  // Last: it must stop before the rest is destroyed.
};

}  // namespace satchel
