// A server on 127.0.0.1 that sends exactly the bytes a test tells it to, well-formed or not.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace satchel {

class RawServer {
 public:
  struct Request {
    std::string head = {};  // Request line and headers.
    std::string body = {};
    int number = 0;  // Counts from 1 over all connections.

    [[nodiscard]] std::string Target() const;  // "/path?query"
    // The value of a header (case-insensitive), or "".
    [[nodiscard]] std::string Header(std::string_view name) const;
  };

  class Peer {
   public:
    explicit Peer(int socket) : socket_(socket) {}
    // False when the client is gone.
    bool Send(std::string_view bytes);
    void Close();  // In order.
    void Reset();  // With a TCP reset, as a crashed machine or a firewall does.
    void WaitUntilClientLeaves();
    [[nodiscard]] bool open() const { return open_; }

   private:
    int socket_;
    bool open_ = true;
  };

  using Handler = std::function<void(const Request&, Peer&)>;

  // Calls `handler` for every request, on the connection's own thread.
  explicit RawServer(Handler handler);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::string Url() const;  // "http://127.0.0.1:PORT"
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int requests() const { return requests_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int socket);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  bool stopping_ = false;              // Guarded by mutex_.
  std::vector<int> sockets_;           // Guarded by mutex_; open ones.
  std::vector<std::thread> speakers_;  // Guarded by mutex_.
  std::thread acceptor_;               // Last: it uses all of the above.
};

// "HTTP/1.1 200 OK" with a Content-Length, the given extra header lines ("A: b\r\n") and a body.
[[nodiscard]] std::string HttpAnswer(int status, std::string_view body,
                                     std::string_view extra_headers = "");

// The body as gzip.
[[nodiscard]] std::string Gzip(std::string_view plain);

}  // namespace satchel
