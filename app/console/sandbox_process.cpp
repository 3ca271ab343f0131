#include "app/console/sandbox_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "policy/support/text.h"

namespace satchel {
namespace {

constexpr const char* kProgram = "satchel-sandbox";
constexpr std::chrono::seconds kLongestStart{120};
constexpr std::chrono::milliseconds kGrace{2000};  // Between asking it to end and ending it.

class Child : public SandboxProcess {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() override {
    ::kill(pid_, SIGTERM);
    const auto until = std::chrono::steady_clock::now() + kGrace;
    while (std::chrono::steady_clock::now() < until) {
      if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ::kill(pid_, SIGKILL);
    (void)::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  const std::string& url() const override { return url_; }
  std::string url_;

 private:
  pid_t pid_;
};

// The read end of a pipe.
class Reader {
 public:
  explicit Reader(int end) : end_(end) {}
  ~Reader() { ::close(end_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // What came within 100 ms, added to `text`. False: the other end is closed.
  bool Read(std::string& text) {
    pollfd wait = {.fd = end_, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, 100) <= 0) return true;
    char piece[512];
    const ssize_t size = ::read(end_, piece, sizeof piece);
    if (size > 0) text.append(piece, static_cast<std::size_t>(size));
    return size > 0 || (size < 0 && errno == EINTR);
  }

 private:
  int end_;
};

std::string BesideUs() {
  std::string path(4096, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return {};
  path.resize(static_cast<std::size_t>(size));
  path = path.substr(0, path.rfind('/') + 1) + kProgram;
  return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

}  // namespace

Result<std::shared_ptr<SandboxProcess>> StartSandboxProcess(std::stop_token stop) {
  const std::string beside = BesideUs();
  int out[2] = {};
  if (::pipe2(out, O_CLOEXEC) != 0) {
    return Fail(ErrorCode::kIo, std::string("the sandbox: no pipe: ") + std::strerror(errno));
  }
  const pid_t us = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    // Only what is safe between fork and exec of a program with threads.
    (void)::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != us) ::_exit(127);
    ::dup2(out[1], 1);
    ::dup2(out[1], 2);
    const char* arguments[] = {kProgram, "--port", "0", nullptr};
    if (!beside.empty()) ::execv(beside.c_str(), const_cast<char* const*>(arguments));
    ::execvp(kProgram, const_cast<char* const*>(arguments));
    ::_exit(127);
  }
  ::close(out[1]);
  Reader reader(out[0]);
  if (pid < 0) {
    return Fail(ErrorCode::kIo,
                std::string("the sandbox cannot be started: ") + std::strerror(errno));
  }
  auto child = std::make_shared<Child>(pid);
  std::string said;
  const auto until = std::chrono::steady_clock::now() + kLongestStart;
  for (bool open = true; open;) {
    if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "stopped");
    if (std::chrono::steady_clock::now() > until) {
      return Fail(ErrorCode::kOffline,
                  "the sandbox does not get ready (start satchel-sandbox "
                  "yourself to see why, and connect to its address)");
    }
    open = reader.Read(said);
    constexpr std::string_view kReady = "READY ";
    const std::size_t ready = said.find(kReady);
    const std::size_t end = ready == std::string::npos ? ready : said.find('\n', ready);
    if (end == std::string::npos) continue;
    child->url_ = said.substr(ready + kReady.size(), end - ready - kReady.size());
    return std::shared_ptr<SandboxProcess>(std::move(child));
  }
  const std::string last(Trim(said));
  return Fail(ErrorCode::kNotFound,
              last.empty() ? "satchel-sandbox is not there (install it beside satchel-console)"
                           : "the sandbox ended: " + Quoted(last, 200));
}

}  // namespace satchel
