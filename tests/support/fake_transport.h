// A transport that asks a function instead of the network, and remembers what was sent.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "engine/http/transport.h"

namespace satchel {

class FakeTransport : public Transport {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;
  explicit FakeTransport(Answer answer) : answer_(std::move(answer)) {}

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
    sent.push_back(request);
    return answer_(request);
  }

  void Foretell(const HttpRequest& request) override { foretold.push_back(request); }

  std::vector<HttpRequest> sent;
  std::vector<HttpRequest> foretold;

 private:
  std::mutex mutex_;
  Answer answer_;
};

// The value of a header of a request, or "".
[[nodiscard]] inline std::string HeaderOf(const HttpRequest& request, const std::string& name) {
  for (const Header& header : request.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

[[nodiscard]] inline HttpResponse JsonAnswer(std::string body, int status = 200) {
  const auto size = static_cast<std::int64_t>(body.size());
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = std::move(body),
          .bytes_received = size};
}

}  // namespace satchel
