// satchel: everything the console can do, without a display.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "app/cli/program.h"

namespace {

// A descriptor that whoever started us closed would become the next file we open, and what is
// meant for the user would be written into it. Reading and writing these fails instead.
void FillStandardDescriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0) {
      (void)::open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);  // The lowest free one.
    }
  }
}

// Whoever read our output may have had enough of it (satchel … | head); that is no failure.
bool ReaderLeft() {
  pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

}  // namespace

int main(int argc, char** argv) {
  FillStandardDescriptors();
  std::signal(SIGPIPE, SIG_IGN);  // A reader that went away is not a crash.
  std::ios::sync_with_stdio(false);
  satchel::Terminal terminal(std::cin, std::cout, std::cerr, ::isatty(STDERR_FILENO) != 0);
  satchel::ExitCode code =
      satchel::RunProgram(std::vector<std::string>(argv + 1, argv + argc), terminal);
  if (!std::cout.flush() && !ReaderLeft()) {
    terminal.Complain(
        "standard output cannot be written in full (free some space, or write it elsewhere)");
    code = satchel::ExitCode::kNoAccess;
  }
  return static_cast<int>(code);
}
