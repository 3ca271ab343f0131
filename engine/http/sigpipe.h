// Keeps SIGPIPE from a thread.
#pragma once

#include <csignal>

namespace satchel {

// While it lives, writing to a connection that the other side has closed fails on this thread with
// an error and raises no signal, whatever the program does about SIGPIPE. TLS libraries write
// without asking for that.
class SigpipeBlocked {
 public:
  SigpipeBlocked() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeBlocked() {
    // What was raised meanwhile is ours; it must not be delivered when the mask goes.
    constexpr timespec kAtOnce = {};
    if (!was_pending_) sigtimedwait(&pipe_, nullptr, &kAtOnce);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

 private:
  sigset_t pipe_ = {};
  sigset_t before_ = {};
  bool was_pending_ = false;
};

}  // namespace satchel
