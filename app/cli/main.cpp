// satchel: everything the console can do, without a display.
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "app/cli/program.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // A reader that went away is not a crash.
  std::ios::sync_with_stdio(false);
  satchel::Terminal terminal(std::cin, std::cout, std::cerr, ::isatty(STDERR_FILENO) != 0);
  const satchel::ExitCode code =
      satchel::RunProgram(std::vector<std::string>(argv + 1, argv + argc), terminal);
  std::cout.flush();
  return static_cast<int>(code);
}
