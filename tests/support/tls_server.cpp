#include "tests/support/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "engine/http/sigpipe.h"

namespace satchel {

namespace {

constexpr char kAnswer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    "hello";

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

}  // namespace

struct TlsServer::Keys {
  struct Free {
    void operator()(SSL_CTX* freed) const { SSL_CTX_free(freed); }
  };
  std::unique_ptr<SSL_CTX, Free> context{SSL_CTX_new(TLS_server_method())};
};

TlsServer::TlsServer(const std::string& folder) : keys_(std::make_unique<Keys>()) {
  SSL_CTX* context = keys_->context.get();
  if (!context ||
      SSL_CTX_use_certificate_chain_file(context, (folder + "server.pem").c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, (folder + "server.key").c_str(), SSL_FILETYPE_PEM) !=
          1) {
    throw std::runtime_error("TlsServer: no certificate in " + folder);
  }
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, name, size) != 0 || listen(listener_, 8) != 0 ||
      getsockname(listener_, name, &size) != 0) {
    throw std::runtime_error("TlsServer: no port on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

TlsServer::~TlsServer() {
  shutdown(listener_, SHUT_RDWR);  // Wakes accept.
  thread_.join();
  close(listener_);
}

std::string TlsServer::Url(const std::string& host) const {
  return "https://" + host + ":" + std::to_string(port_) + "/";
}

std::string TlsServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void TlsServer::Serve() {
  const SigpipeBlocked no_signal;  // Clients that refuse the certificate leave in the middle.
  for (;;) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    Talk(client);
    close(client);
  }
}

void TlsServer::Talk(int client) {
  const std::unique_ptr<SSL, FreeSession> session(SSL_new(keys_->context.get()));
  SSL_set_fd(session.get(), client);
  if (SSL_accept(session.get()) != 1) return;  // The client did not like the certificate.
  std::string request;
  char buffer[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const int count = SSL_read(session.get(), buffer, sizeof buffer);
    if (count <= 0) break;
    request.append(buffer, static_cast<std::size_t>(count));
  }
  {
    const std::lock_guard lock(mutex_);
    received_ += request;
  }
  if (request.empty()) return;
  SSL_write(session.get(), kAnswer, sizeof kAnswer - 1);
  SSL_shutdown(session.get());
}

}  // namespace satchel
