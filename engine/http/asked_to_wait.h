// Remembers how long a server last asked to be left alone, for whoever decides when to ask again.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "engine/http/transport.h"
#include "policy/support/units.h"

namespace satchel {

// Passes everything on. What counts is the last answer: a 429 or 503 with Retry-After asks for
// patience, any other answer ends it. Thread-safe, as `next` is, which must outlive it.
class AskedToWait : public Transport {
 public:
  using Now = std::function<std::chrono::system_clock::time_point()>;
  explicit AskedToWait(Transport& next, Now now = std::chrono::system_clock::now)
      : next_(next), now_(std::move(now)) {}

  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) override;
  void Foretell(const HttpRequest& request) override { next_.Foretell(request); }
  // What is left of it; nothing when nothing was asked, or the time is over.
  [[nodiscard]] std::optional<Seconds> left() const;

 private:
  Transport& next_;
  Now now_;
  mutable std::mutex mutex_;
  std::optional<std::chrono::system_clock::time_point> until_ = {};
};

}  // namespace satchel
