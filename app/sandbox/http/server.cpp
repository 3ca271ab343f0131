#include "app/sandbox/http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>

#include "app/sandbox/http/connection.h"
#include "app/sandbox/http/limits.h"

namespace satchel::sandbox {

namespace {

std::string SystemMessage(int number) {
  return std::generic_category().message(number);
}

class Listener : public HttpServer {
 public:
  Listener(const ServerOptions& options, Handler handler)
      : options_(options), handler_(std::move(handler)) {}

  ~Listener() override {
    if (accepting_.joinable()) {
      // A byte that nobody reads: the pipe stays readable for everybody who waits on it.
      (void)!::write(stop_[1], "x", 1);
      accepting_.join();
    }
    for (Worker& worker : workers_) worker.thread.join();
    for (const int descriptor : {socket_, stop_[0], stop_[1]}) {
      if (descriptor >= 0) ::close(descriptor);
    }
  }

  Result<> Open() {
    if (::pipe2(stop_.data(), O_CLOEXEC) != 0) {
      return Fail(ErrorCode::kIo, "cannot create a pipe: " + SystemMessage(errno));
    }
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return Fail(ErrorCode::kIo, "cannot open a socket: " + SystemMessage(errno));
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, SOMAXCONN) != 0) {
      return Fail(errno == EADDRINUSE ? ErrorCode::kConflict : ErrorCode::kIo,
                  "cannot listen on 127.0.0.1:" + std::to_string(options_.port) + ": " +
                      SystemMessage(errno) + " (choose another --port, or 0 for any free one)");
    }
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { Accept(); });
    return {};
  }

  int port() const override { return port_; }

 private:
  struct Worker {
    std::thread thread;
    bool done = false;  // Guarded by mutex_.
  };

  void Accept() {
    for (;;) {
      std::array<pollfd, 2> wait = {pollfd{socket_, POLLIN, 0}, pollfd{stop_[0], POLLIN, 0}};
      if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return;
      if (wait[1].revents != 0) return;
      if (wait[0].revents == 0) continue;
      const int client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      // Answers are small and written whole: waiting for more only adds latency.
      const int on = 1;
      ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      Start(client);
    }
  }

  void Start(int client) {
    std::list<Worker> finished;
    {
      const std::lock_guard lock(mutex_);
      for (auto at = workers_.begin(); at != workers_.end();) {
        const auto next = std::next(at);
        if (at->done) finished.splice(finished.end(), workers_, at);
        at = next;
      }
      if (workers_.size() >= kMaxConnections) {
        ::close(client);
      } else {
        Worker& worker = workers_.emplace_back();
        worker.thread = std::thread([this, client, &worker] {
          { Connection(client, stop_[0], options_, handler_).Serve(); }
          const std::lock_guard done(mutex_);
          worker.done = true;
        });
      }
    }
    for (Worker& worker : finished) worker.thread.join();
  }

  const ServerOptions options_;
  const Handler handler_;
  std::array<int, 2> stop_ = {-1, -1};  // Read end, write end.
  int socket_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::list<Worker> workers_;  // Guarded by mutex_ until accepting_ has ended.
  std::thread accepting_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const ServerOptions& options,
                                                      Handler handler) {
  auto listener = std::make_unique<Listener>(options, std::move(handler));
  if (const auto opened = listener->Open(); !opened) return Fail(opened.error());
  return listener;
}

}  // namespace satchel::sandbox
