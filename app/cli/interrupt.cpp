#include "app/cli/interrupt.h"

#include <csignal>

namespace satchel {

Interrupt::Interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  watcher_ = std::jthread([stop = stop_, signals](std::stop_token done) mutable {
    const pthread_t self = pthread_self();
    // The end of the command wakes the wait with a signal to this thread alone.
    const std::stop_callback wake(done, [self] { pthread_kill(self, SIGTERM); });
    while (!done.stop_requested()) {
      if (sigwaitinfo(&signals, nullptr) > 0 && !done.stop_requested()) stop.request_stop();
    }
  });
}

}  // namespace satchel
