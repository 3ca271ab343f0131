#include "app/cli/interrupt.h"

#include <csignal>
#include <ctime>

namespace satchel {

Interrupt::Interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  watcher_ = std::jthread([stop = stop_, signals](std::stop_token done) mutable {
    // Wakes often enough that the end of a command is never felt.
    const timespec nap = {0, 20'000'000};
    while (!done.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &nap) > 0) stop.request_stop();
    }
  });
}

}  // namespace satchel
