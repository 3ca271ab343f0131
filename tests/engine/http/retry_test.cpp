#include "engine/http/retry.h"

#include <gtest/gtest.h>

#include <deque>

namespace satchel {
namespace {

using std::chrono::seconds;

// 2026-11-23T10:00:00Z
const auto kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(10);

class FakeWaiting : public Waiting {
 public:
  std::chrono::system_clock::time_point Now() override { return kNow; }
  double Chance() override { return chance; }
  bool Wait(Milliseconds time, std::stop_token stop) override {
    waits.push_back(time);
    if (waits.size() == cancel_at) return false;
    return !stop.stop_requested();
  }

  double chance = 1.0;
  std::size_t cancel_at = 0;
  std::vector<Milliseconds> waits;
};

class ScriptedTransport : public Transport {
 public:
  Result<HttpResponse> Send(const HttpRequest&, std::stop_token) override {
    ++sent;
    if (script.empty()) return HttpResponse{.status = 200, .bytes_received = 10};
    auto next = script.front();
    if (script.size() > 1 || !repeat) script.pop_front();
    return next;
  }

  std::deque<Result<HttpResponse>> script;
  bool repeat = false;  // The last of the script again and again.
  int sent = 0;
};

HttpResponse Status(int status, std::vector<Header> headers = {}) {
  return {.status = status, .headers = std::move(headers), .bytes_received = 10};
}

struct Try {
  ScriptedTransport transport;
  FakeWaiting waiting;
  std::vector<std::string> notices;
  Tally tally;

  Result<HttpResponse> Send() {
    return SendPatiently(
        transport, {.url = "https://a/"}, RetryPolicy{}, waiting,
        [this](const std::string& text) { notices.push_back(text); }, {}, tally);
  }
};

TEST(Retry, SendsOnceWhenTheAnswerIsFinal) {
  for (const int status : {200, 204, 304, 400, 401, 403, 404, 405, 410, 412, 428, 501}) {
    Try it;
    it.transport.script = {Status(status)};
    EXPECT_EQ(it.Send()->status, status);
    EXPECT_EQ(it.tally.requests, 1) << status;
    EXPECT_TRUE(it.waiting.waits.empty()) << status;
  }
}

TEST(Retry, RepeatsWhatIsTransient) {
  for (const int status : {408, 429, 500, 502, 503, 504}) {
    Try it;
    it.transport.script = {Status(status), Status(200)};
    EXPECT_EQ(it.Send()->status, 200) << status;
    EXPECT_EQ(it.tally.requests, 2);
    EXPECT_EQ(it.tally.bytes, 20);
  }
  Try it;
  it.transport.script = {Fail(ErrorCode::kOffline, "reset"), Status(200)};
  EXPECT_EQ(it.Send()->status, 200);
}

TEST(Retry, NeverRepeatsWhatARepeatCannotHelp) {
  for (const ErrorCode code : {ErrorCode::kDenied, ErrorCode::kCorrupt, ErrorCode::kInvalid,
                               ErrorCode::kCancelled, ErrorCode::kIo}) {
    Try it;
    it.transport.script = {Fail(code, "no")};
    EXPECT_EQ(it.Send().error().code, code);
    EXPECT_EQ(it.transport.sent, 1);
  }
}

TEST(Retry, BacksOffExponentiallyUpToACap) {
  Try it;
  it.transport.script = {Status(429)};
  it.transport.repeat = true;
  EXPECT_EQ(it.Send().error().code, ErrorCode::kOffline);
  ASSERT_GE(it.waiting.waits.size(), 7u);
  EXPECT_EQ(it.waiting.waits[0], seconds(1));
  EXPECT_EQ(it.waiting.waits[1], seconds(2));
  EXPECT_EQ(it.waiting.waits[2], seconds(4));
  EXPECT_EQ(it.waiting.waits[5], seconds(30));
  EXPECT_EQ(it.waiting.waits[6], seconds(30));
}

TEST(Retry, JitterReachesFromNothingToTheWholeBackOff) {
  Try it;
  it.waiting.chance = 0.0;
  it.transport.script = {Status(503), Status(503), Status(200)};
  EXPECT_EQ(it.Send()->status, 200);
  EXPECT_EQ(it.waiting.waits, (std::vector<Milliseconds>{seconds(0), seconds(0)}));
}

TEST(Retry, GivesUpOnABrokenNetworkAfterAFewAttempts) {
  Try it;
  it.transport.script = {Fail(ErrorCode::kOffline, "no connection to a")};
  it.transport.repeat = true;
  const auto outcome = it.Send();
  EXPECT_EQ(outcome.error().code, ErrorCode::kOffline);
  EXPECT_EQ(outcome.error().message, "no connection to a; tried 4 times");
  EXPECT_EQ(it.transport.sent, 4);
}

TEST(Retry, ReturnsThePersistentServerErrorItself) {
  Try it;
  it.transport.script = {Status(500)};
  it.transport.repeat = true;
  EXPECT_EQ(it.Send()->status, 500);
  EXPECT_EQ(it.transport.sent, 4);
}

TEST(RetryAfter, IsObeyedAndAnnounced) {
  Try it;
  it.waiting.chance = 0.0;
  it.transport.script = {Status(429, {{"Retry-After", "12"}}), Status(200)};
  EXPECT_EQ(it.Send()->status, 200);
  EXPECT_EQ(it.waiting.waits, std::vector<Milliseconds>{seconds(12)});
  ASSERT_EQ(it.notices.size(), 1u);
  EXPECT_EQ(it.notices[0], "waiting " + HumanDuration(seconds(12)) + ", as the server asked");
}

TEST(RetryAfter, OfTenYearsIsClampedAndSaysSo) {
  Try it;
  it.waiting.chance = 0.0;
  it.transport.script = {Status(429, {{"Retry-After", "315360000"}}), Status(200)};
  EXPECT_EQ(it.Send()->status, 200);
  EXPECT_EQ(it.waiting.waits, std::vector<Milliseconds>{std::chrono::minutes(5)});
  ASSERT_EQ(it.notices.size(), 1u);
  EXPECT_NE(it.notices[0].find("the server asked to wait"), std::string::npos);
}

TEST(RetryAfter, StormEndsWithinTheBudget) {
  Try it;
  it.transport.script = {Status(429, {{"Retry-After", "300"}})};
  it.transport.repeat = true;
  const auto outcome = it.Send();
  EXPECT_EQ(outcome.error().code, ErrorCode::kOffline);
  EXPECT_NE(outcome.error().message.find("too busy"), std::string::npos);
  Milliseconds total = {};
  for (const Milliseconds wait : it.waiting.waits) total += wait;
  EXPECT_LE(total, RetryPolicy{}.budget);
}

TEST(RetryAfter, CanBeADate) {
  EXPECT_EQ(ParseRetryAfter("Mon, 23 Nov 2026 10:00:45 GMT", kNow), seconds(45));
  EXPECT_EQ(ParseRetryAfter("Mon, 23 Nov 2026 09:00:00 GMT", kNow), seconds(0));
  EXPECT_EQ(ParseRetryAfter(" 7 ", kNow), seconds(7));
  EXPECT_EQ(ParseRetryAfter("99999999999999999999", kNow), std::chrono::hours(24 * 3650));
  EXPECT_GT(*ParseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", kNow), std::chrono::hours(24 * 3650));
  for (const char* bad : {"", "soon", "-5", "1.5", "Mon, 31 Feb 2026 10:00:45 GMT",
                          "Mon, 23 Nov 2026 25:00:45 GMT", "Mon, 23 Nov 2026 10:00:45 CET",
                          "Mon, 23 Nox 2026 10:00:45 GMT", "Mon, 23 Nov 2026 10:00 GMT"}) {
    EXPECT_FALSE(ParseRetryAfter(bad, kNow)) << bad;
  }
}

TEST(Retry, AWaitEndsWhenCancelled) {
  Try it;
  it.waiting.cancel_at = 1;
  it.transport.script = {Status(429, {{"Retry-After", "100"}}), Status(200)};
  EXPECT_EQ(it.Send().error().code, ErrorCode::kCancelled);
  EXPECT_EQ(it.transport.sent, 1);
}

TEST(SystemWaiting, IsWokenByAStop) {
  const auto waiting = MakeSystemWaiting();
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(waiting->Wait(std::chrono::hours(1), source.get_token()));
  EXPECT_TRUE(waiting->Wait(Milliseconds(0), {}));
  const double chance = waiting->Chance();
  EXPECT_TRUE(chance >= 0.0 && chance <= 1.0);
}

}  // namespace
}  // namespace satchel
