// An HTTPS server on 127.0.0.1 that answers every request with "hello". Its certificate is for
// "localhost" and signed by the authority in tests/support/tls/.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace satchel {

class TlsServer {
 public:
  // Reads server.pem and server.key of `folder`.
  explicit TlsServer(const std::string& folder);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::string Url(const std::string& host) const;  // "https://HOST:PORT/"
  // Everything a client sent inside the encryption so far.
  [[nodiscard]] std::string received() const;

 private:
  struct Keys;

  void Serve();
  void Talk(int socket);

  std::unique_ptr<Keys> keys_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::string received_;  // Guarded by mutex_.
  std::thread thread_;    // Last: it uses all of the above.
};

}  // namespace satchel
