// HTTP/1.1 requests from bytes, one buffer per connection. No sockets here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/sandbox/http/message.h"

namespace satchel::sandbox {

// Feed() bytes as they arrive; Next() takes one request out when it is complete. Requests may
// follow each other in the buffer (pipelining).
class RequestParser {
 public:
  enum class State : std::uint8_t {
    kNeedMore,
    kWantsContinue,  // The client waits for "100 Continue" before it sends the body. Told once.
    kComplete,
    kBad,  // error_status() and error() say why; the connection must be closed.
  };

  void Feed(std::string_view bytes) { buffer_.append(bytes); }
  // On kComplete `request` holds the request and `keep_alive` what the client wants afterwards.
  [[nodiscard]] State Next(HttpRequest& request, bool& keep_alive);
  [[nodiscard]] bool idle() const { return buffer_.empty() && !head_done_; }
  [[nodiscard]] int error_status() const { return error_status_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  enum class Head : std::uint8_t { kNeedMore, kDone, kBad };
  [[nodiscard]] Head ReadHead();
  [[nodiscard]] bool ParseHead(std::string_view head);
  [[nodiscard]] bool ParseRequestLine(std::string_view line);
  [[nodiscard]] bool ReadFraming();
  [[nodiscard]] State ReadChunks();
  State Bad(int status, std::string why);

  std::string buffer_;
  HttpRequest current_;
  bool head_done_ = false;
  bool chunked_ = false;
  bool keep_alive_ = true;
  bool told_continue_ = false;
  std::size_t body_size_ = 0;
  int error_status_ = 0;
  std::string error_;
};

}  // namespace satchel::sandbox
