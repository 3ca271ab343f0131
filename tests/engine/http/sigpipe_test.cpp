#include "engine/http/sigpipe.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace satchel {
namespace {

bool Blocked(int signal) {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return sigismember(&mask, signal) == 1;
}

TEST(Sigpipe, MakesWritingToAClosedConnectionAnErrorAndNoSignal) {
  std::array<int, 2> ends = {};
  ASSERT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  {
    const SigpipeBlocked no_signal;
    EXPECT_EQ(write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
  }
  // Here the signal would come, were it still waiting: the test program would be gone.
  EXPECT_FALSE(Blocked(SIGPIPE));
  close(ends[1]);
}

TEST(Sigpipe, LeavesTheMaskAsItWas) {
  {
    const SigpipeBlocked outer;
    { const SigpipeBlocked inner; }
    EXPECT_TRUE(Blocked(SIGPIPE));
  }
  EXPECT_FALSE(Blocked(SIGPIPE));
}

}  // namespace
}  // namespace satchel
