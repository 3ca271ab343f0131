#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "policy/support/text.h"

namespace satchel {

std::string RawServer::Request::Target() const {
  const std::size_t start = head.find(' ');
  return head.substr(start + 1, head.find(' ', start + 1) - start - 1);
}

std::string RawServer::Request::Header(std::string_view name) const {
  for (const std::string_view line : Split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && LowerAscii(line.substr(0, colon)) == LowerAscii(name)) {
      return std::string(Trim(line.substr(colon + 1)));
    }
  }
  return "";
}

bool RawServer::Peer::Send(std::string_view bytes) {
  while (open_ && !bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return open_;
}

void RawServer::Peer::Close() {
  if (open_) shutdown(socket_, SHUT_RDWR);
  open_ = false;
}

void RawServer::Peer::Reset() {
  const linger abort = {1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  open_ = false;  // The close that follows sends the reset.
}

void RawServer::Peer::WaitUntilClientLeaves() {
  char byte = 0;
  while (recv(socket_, &byte, 1, 0) > 0) {
  }
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no listening socket on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  std::vector<std::thread> speakers;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const int open : sockets_) shutdown(open, SHUT_RDWR);
  }
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    const std::lock_guard lock(mutex_);
    speakers = std::move(speakers_);
  }
  for (std::thread& speaker : speakers) speaker.join();
}

std::string RawServer::Url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void RawServer::Accept() {
  for (;;) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int yes = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      close(client);
      return;
    }
    ++connections_;
    sockets_.push_back(client);
    speakers_.emplace_back([this, client] { Serve(client); });
  }
}

void RawServer::Serve(int socket) {
  std::string input;
  Peer peer(socket);
  const auto receive = [&] {
    char buffer[16384];
    const ssize_t count = recv(socket, buffer, sizeof buffer, 0);
    if (count > 0) input.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  };
  while (peer.open()) {
    std::size_t end = input.find("\r\n\r\n");
    while (end == std::string::npos && receive()) {
      end = input.find("\r\n\r\n");
      if (input.front() < 'A' || input.front() > 'Z') {  // No method: no HTTP, perhaps TLS.
        peer.Send(HttpAnswer(400, "this is a plain HTTP server"));
        peer.Close();
      }
      if (!peer.open()) break;
    }
    if (end == std::string::npos) break;
    Request request;
    request.head = input.substr(0, end + 2);
    input.erase(0, end + 4);
    const std::string length = request.Header("content-length");
    const std::size_t body = length.empty() ? 0 : static_cast<std::size_t>(std::stoul(length));
    while (input.size() < body && receive()) {
    }
    request.body = input.substr(0, body);
    input.erase(0, body);
    request.number = ++requests_;
    handler_(request, peer);
  }
  const std::lock_guard lock(mutex_);
  sockets_.erase(std::find(sockets_.begin(), sockets_.end(), socket));
  close(socket);
}

std::string HttpAnswer(int status, std::string_view body, std::string_view extra_headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(extra_headers) + "\r\n" + std::string(body);
}

std::string Gzip(std::string_view plain) {
  z_stream stream = {};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace satchel
