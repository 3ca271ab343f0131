#include "app/sandbox/http/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>

#include "app/sandbox/http/gzip.h"
#include "app/sandbox/http/limits.h"

namespace satchel::sandbox {

namespace {

std::string DateHeader() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  std::array<char, 40> text = {};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), size};
}

bool HasBody(int status) {
  return status != 204 && status != 304 && status >= 200;
}

std::string Head(const HttpResponse& response, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += ReasonPhrase(response.status);
  head += "\r\nDate: " + DateHeader() + "\r\n";
  for (const HttpHeader& header : response.headers.items) {
    head += header.name + ": " + header.value + "\r\n";
  }
  if (HasBody(response.status)) {
    head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  if (!keep_alive) head += "Connection: close\r\n";
  return head + "\r\n";
}

HttpResponse Refusal(int status, const std::string& why) {
  HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/json; odata.metadata=minimal");
  // `why` is one of our own sentences: nothing in it needs escaping.
  response.body = "{\"error\":{\"code\":\"0x80060888\",\"message\":\"" + why + "\"}}";
  return response;
}

}  // namespace

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
}

void Connection::Serve() {
  HttpRequest request;
  bool keep_alive = true;
  while (keep_alive) {
    switch (parser_.Next(request, keep_alive)) {
      case RequestParser::State::kNeedMore:
        keep_alive = Read();
        break;
      case RequestParser::State::kWantsContinue:
        keep_alive = Write("HTTP/1.1 100 Continue\r\n\r\n");
        break;
      case RequestParser::State::kBad:
        (void)Respond({}, Refusal(parser_.error_status(), parser_.error()), false);
        return;
      case RequestParser::State::kComplete:
        if (!Respond(request, handler_(request), keep_alive)) return;
        break;
    }
  }
}

bool Connection::Read() {
  std::array<pollfd, 2> wait = {pollfd{socket_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
  constexpr int kTimeout =
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(kIdleTimeout).count());
  int ready = 0;
  do {
    ready = ::poll(wait.data(), wait.size(), kTimeout);
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0 || wait[1].revents != 0) return false;
  std::array<char, 64 * 1024> bytes = {};
  ssize_t got = 0;
  do {
    got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return false;
  parser_.Feed({bytes.data(), static_cast<std::size_t>(got)});
  return true;
}

bool Connection::Respond(const HttpRequest& request, HttpResponse response, bool keep_alive) {
  if (HasBody(response.status) && response.body.size() >= kMinGzipBytes &&
      response.headers.Find("Content-Encoding").empty() &&
      AcceptsGzip(request.headers.FindAll("Accept-Encoding"))) {
    response.body = Gzip(response.body);
    response.headers.Set("Content-Encoding", "gzip");
    response.headers.Set("Vary", "Accept-Encoding");
  }
  std::string bytes = Head(response, keep_alive);
  const std::size_t head_size = bytes.size();
  if (HasBody(response.status) && request.method != "HEAD") bytes += response.body;

  switch (response.delivery) {
    case Delivery::kWhole:
      break;
    case Delivery::kReset:
      (void)Write(std::string_view(bytes).substr(0, bytes.size() / 2));
      ResetPeer();
      return false;
    case Delivery::kTruncate:
      (void)Write(std::string_view(bytes).substr(0, head_size + (bytes.size() - head_size) / 2));
      return false;
    case Delivery::kSlow:
      return WriteSlowly(bytes) && keep_alive;
  }
  return Write(bytes) && keep_alive;
}

bool Connection::Write(std::string_view bytes) {
  // Paced in slices of a twentieth of a second, so that a slow line is slow all along.
  const std::int64_t rate = options_.bytes_per_second;
  const std::size_t slice =
      rate > 0 ? static_cast<std::size_t>(std::max<std::int64_t>(rate / 20, 1)) : bytes.size();
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), std::min(slice, bytes.size()), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (rate > 0 && Pause(sent * 1000 / rate)) return false;
  }
  return true;
}

bool Connection::WriteSlowly(std::string_view bytes) {
  constexpr std::size_t kPieces = 40;
  constexpr std::int64_t kPauseMilliseconds = 250;
  const std::size_t piece = bytes.size() / kPieces + 1;
  while (!bytes.empty()) {
    const std::size_t size = std::min(piece, bytes.size());
    if (!Write(bytes.substr(0, size)) || Pause(kPauseMilliseconds)) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

bool Connection::Pause(std::int64_t milliseconds) const {
  pollfd wait{stop_, POLLIN, 0};
  return ::poll(&wait, 1, static_cast<int>(milliseconds)) > 0;
}

void Connection::ResetPeer() const {
  // Closing with a linger time of zero sends RST instead of FIN.
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace satchel::sandbox
