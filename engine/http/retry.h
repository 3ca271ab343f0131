// When a request is sent again, and how long to wait before: pure rules, with the clock, the
// waiting and the chance behind seams, so that tests neither sleep nor guess.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "engine/http/transport.h"
#include "policy/support/result.h"
#include "policy/support/units.h"

namespace satchel {

struct RetryPolicy {
  // Exponential back-off with full jitter: a random time up to first · 2ⁿ, at most `longest`.
  Milliseconds first = std::chrono::seconds(1);
  Milliseconds longest = std::chrono::seconds(30);
  int network_attempts = 4;     // No connection, reset, timeout; 408, 500, 502, 504.
  int throttled_attempts = 12;  // 429 and 503: the server is there and asks for patience.
  // A Retry-After above this is not obeyed in full; the notice says so.
  Seconds longest_asked = std::chrono::minutes(5);
  Seconds budget = std::chrono::minutes(15);  // Of waiting for one request; beyond it, an error.
};

// The seams. Production uses MakeSystemWaiting().
class Waiting {
 public:
  virtual ~Waiting() = default;
  [[nodiscard]] virtual std::chrono::system_clock::time_point Now() = 0;
  [[nodiscard]] virtual double Chance() = 0;  // 0 … 1
  // False: `stop` came first.
  [[nodiscard]] virtual bool Wait(Milliseconds time, std::stop_token stop) = 0;
};
[[nodiscard]] std::unique_ptr<Waiting> MakeSystemWaiting();

// Whole seconds or an HTTP-date, as a time from `now` on; nothing for anything else. A date in the
// past is zero.
[[nodiscard]] std::optional<Seconds> ParseRetryAfter(std::string_view value,
                                                     std::chrono::system_clock::time_point now);

// What to do about one outcome.
struct RetryChoice {
  bool again = false;
  Milliseconds wait = {};
  std::string notice = {};   // For the user, where the wait is noticeable; else empty.
  std::string gave_up = {};  // Why not again although it might have helped; else empty.
};

// The rules for one request. Use a new one for every request.
class RetryRules {
 public:
  RetryRules(const RetryPolicy& policy, Waiting& waiting) : policy_(policy), waiting_(waiting) {}

  [[nodiscard]] RetryChoice After(const Result<HttpResponse>& outcome);
  [[nodiscard]] int attempts() const { return attempts_; }

 private:
  [[nodiscard]] Milliseconds BackOff();

  RetryPolicy policy_;
  Waiting& waiting_;
  int attempts_ = 0;
  Milliseconds waited_ = {};
};

// Sends a request that may be repeated without a second effect (a GET, a read-only $batch, a token
// request) until the rules say stop. `requests` counts every attempt, `bytes` what all of them
// received. Returns the last outcome; kOffline, with the reason, when patience ran out.
struct Tally {
  int requests = 0;
  std::int64_t bytes = 0;
};
[[nodiscard]] Result<HttpResponse> SendPatiently(
    Transport& transport, const HttpRequest& request, const RetryPolicy& policy, Waiting& waiting,
    const std::function<void(const std::string&)>& notice, std::stop_token stop, Tally& tally);

// Whether an answer says that nothing was done and the server wants to be asked later: 429, or 503
// with Retry-After.
[[nodiscard]] bool RefusedForNow(int status, std::string_view retry_after);

// Waits as the rules say after such an answer, and tells the user where that is long. kOffline,
// with the reason, when patience ran out; kCancelled when `stop` came first.
[[nodiscard]] Result<> WaitAsAsked(RetryRules& rules, const HttpResponse& refusal, Waiting& waiting,
                                   const std::function<void(const std::string&)>& notice,
                                   std::stop_token stop);

// Sends a request that has an effect, at most once: again only after an answer that says it had
// none (429; 503 with Retry-After), as long as the rules allow.
struct OnceOutcome {
  Result<HttpResponse> answer = {};
  bool uncertain = false;  // Without an answer: it may have reached the server.
};
[[nodiscard]] OnceOutcome SendOnce(Transport& transport, HttpRequest request,
                                   const RetryPolicy& policy, Waiting& waiting,
                                   const std::function<void(const std::string&)>& notice,
                                   std::stop_token stop, Tally& tally);

}  // namespace satchel
