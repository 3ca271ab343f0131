#include "engine/http/asked_to_wait.h"

#include <utility>

#include "engine/http/retry.h"

namespace satchel {

Result<HttpResponse> AskedToWait::Send(const HttpRequest& request, std::stop_token stop) {
  auto answer = next_.Send(request, std::move(stop));
  if (!answer) return answer;  // Without an answer nothing is known to have changed.
  std::optional<Seconds> asked;
  if (answer->status == 429 || answer->status == 503) {
    asked = ParseRetryAfter(answer->Find("Retry-After"), now_());
  }
  const std::lock_guard lock(mutex_);
  until_.reset();
  if (asked) until_ = now_() + *asked;
  return answer;
}

std::optional<Seconds> AskedToWait::left() const {
  const std::lock_guard lock(mutex_);
  if (!until_) return std::nullopt;
  const auto left = std::chrono::ceil<Seconds>(*until_ - now_());
  return left > Seconds(0) ? std::optional<Seconds>(left) : std::nullopt;
}

}  // namespace satchel
