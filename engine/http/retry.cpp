#include "engine/http/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <random>
#include <vector>

#include "engine/http/http_date.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using std::chrono::system_clock;

constexpr Milliseconds kNoticeable = std::chrono::seconds(3);

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

bool Throttled(int status) {
  return status == 429 || status == 503;
}
bool Transient(int status) {
  return status == 408 || status == 500 || status == 502 || status == 504;
}

class SystemWaiting : public Waiting {
 public:
  system_clock::time_point Now() override { return system_clock::now(); }
  double Chance() override {
    const std::lock_guard lock(mutex_);
    return std::uniform_real_distribution<double>(0.0, 1.0)(engine_);
  }
  bool Wait(Milliseconds time, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{std::random_device{}()};  // Guarded by mutex_.
};

}  // namespace

std::unique_ptr<Waiting> MakeSystemWaiting() {
  return std::make_unique<SystemWaiting>();
}

std::optional<Seconds> ParseRetryAfter(std::string_view value, system_clock::time_point now) {
  const std::string_view text = Trim(value);
  if (text.empty()) return std::nullopt;
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    constexpr Seconds kLongest = std::chrono::hours(24 * 3650);  // More digits mean no more.
    const auto seconds = Number(text);
    return seconds ? std::min(Seconds(*seconds), kLongest) : kLongest;
  }
  const auto date = ParseHttpDate(text);
  if (!date) return std::nullopt;
  if (*date <= now) return Seconds(0);
  return std::chrono::ceil<Seconds>(*date - now);
}

Milliseconds RetryRules::BackOff() {
  const int doublings = std::min(attempts_ - 1, 20);
  const Milliseconds most = std::min(policy_.first * (1 << doublings), policy_.longest);
  const double chance = std::clamp(waiting_.Chance(), 0.0, 1.0);
  return Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(most.count()) * chance));
}

RetryChoice RetryRules::After(const Result<HttpResponse>& outcome) {
  ++attempts_;
  const int status = outcome ? outcome->status : 0;
  const bool throttled = Throttled(status);
  const bool offline = !outcome && outcome.error().code == ErrorCode::kOffline;
  if (!throttled && !offline && !Transient(status)) return {};

  const int most = throttled ? policy_.throttled_attempts : policy_.network_attempts;
  if (attempts_ >= most) return {.gave_up = "tried " + std::to_string(attempts_) + " times"};

  RetryChoice choice;
  choice.again = true;
  choice.wait = BackOff();
  const auto asked =
      outcome ? ParseRetryAfter(outcome->Find("Retry-After"), waiting_.Now()) : std::nullopt;
  if (asked && *asked > policy_.longest_asked) {
    // A little more than the cap, so that many clients do not come back in the same instant.
    choice.wait += policy_.longest_asked;
    choice.notice = "the server asked to wait " + HumanDuration(*asked) + "; trying again in " +
                    HumanDuration(choice.wait);
  } else if (asked) {
    choice.wait = std::min<Milliseconds>(choice.wait, policy_.first) + *asked;
    choice.notice = "waiting " + HumanDuration(choice.wait) + ", as the server asked";
  } else if (choice.wait >= kNoticeable) {
    choice.notice = std::string(offline ? "no connection" : "the server is busy") +
                    "; trying again in " + HumanDuration(choice.wait);
  }
  if (waited_ + choice.wait > policy_.budget) {
    return {.gave_up = "waited " + HumanDuration(waited_) + " in all"};
  }
  waited_ += choice.wait;
  return choice;
}

Result<HttpResponse> SendPatiently(Transport& transport, const HttpRequest& request,
                                   const RetryPolicy& policy, Waiting& waiting,
                                   const std::function<void(const std::string&)>& notice,
                                   std::stop_token stop, Tally& tally) {
  RetryRules rules(policy, waiting);
  for (;;) {
    auto outcome = transport.Send(request, stop);
    ++tally.requests;
    if (outcome) tally.bytes += outcome->bytes_received;
    const RetryChoice choice = rules.After(outcome);
    if (!choice.again) {
      if (choice.gave_up.empty()) return outcome;
      if (!outcome) {
        outcome.error().message += "; " + choice.gave_up;
        return outcome;
      }
      if (!Throttled(outcome->status)) return outcome;  // The answer says more than we could.
      return Fail(ErrorCode::kOffline, "the server is too busy: status " +
                                           std::to_string(outcome->status) + ", " + choice.gave_up +
                                           " (try again later)");
    }
    if (!choice.notice.empty() && notice) notice(choice.notice);
    if (!waiting.Wait(choice.wait, stop)) return Fail(Cancelled());
  }
}

bool RefusedForNow(int status, std::string_view retry_after) {
  return status == 429 || (status == 503 && !retry_after.empty());
}

Result<> WaitAsAsked(RetryRules& rules, const HttpResponse& refusal, Waiting& waiting,
                     const std::function<void(const std::string&)>& notice, std::stop_token stop) {
  const RetryChoice choice = rules.After(refusal);
  if (!choice.again) {
    return Fail(ErrorCode::kOffline, "the server is too busy: status " +
                                         std::to_string(refusal.status) + ", " + choice.gave_up +
                                         " (try again later)");
  }
  if (!choice.notice.empty() && notice) notice(choice.notice);
  if (!waiting.Wait(choice.wait, std::move(stop))) return Fail(Cancelled());
  return {};
}

OnceOutcome SendOnce(Transport& transport, HttpRequest request, const RetryPolicy& policy,
                     Waiting& waiting, const std::function<void(const std::string&)>& notice,
                     std::stop_token stop, Tally& tally) {
  RetryRules rules(policy, waiting);
  for (;;) {
    bool may_have_left = true;
    request.may_have_left = &may_have_left;
    auto outcome = transport.Send(request, stop);
    ++tally.requests;
    if (!outcome) return {std::move(outcome), may_have_left};
    tally.bytes += outcome->bytes_received;
    if (!RefusedForNow(outcome->status, outcome->Find("Retry-After"))) {
      return {std::move(outcome), false};
    }
    if (auto waited = WaitAsAsked(rules, *outcome, waiting, notice, stop); !waited) {
      return {Fail(std::move(waited.error())), false};
    }
  }
}

}  // namespace satchel
