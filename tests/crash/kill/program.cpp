#include "tests/crash/kill/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace satchel {

namespace {

int OpenOutput(const std::filesystem::path& file) {
  return ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

}  // namespace

std::string ContentOf(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Program::Program(const std::vector<std::string>& arguments, const Environment& environment,
                 std::filesystem::path folder)
    : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
  const int out = OpenOutput(folder_ / "out");
  const int err = OpenOutput(folder_ / "err");
  std::vector<char*> words;
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  process_ = ::fork();
  if (process_ == 0) {
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execv(words.front(), words.data());
    ::_exit(127);
  }
  ::close(out);
  ::close(err);
}

Program::~Program() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  int ignored = 0;
  ::waitpid(process_, &ignored, 0);
}

std::string Program::Out() const {
  return ContentOf(folder_ / "out");
}

void Program::Terminate() {
  if (process_ > 0) ::kill(process_, SIGTERM);
}

Ended Program::Wait() {
  Ended ended;
  int status = 0;
  if (process_ > 0 && ::waitpid(process_, &status, 0) == process_) {
    if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  }
  process_ = -1;
  ended.out = Out();
  ended.err = ContentOf(folder_ / "err");
  return ended;
}

}  // namespace satchel
