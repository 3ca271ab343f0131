#include "engine/http/asked_to_wait.h"

#include <gtest/gtest.h>

#include "tests/support/fake_transport.h"

namespace satchel {
namespace {

using std::chrono::seconds;

struct Asked {
  HttpResponse next = {.status = 200};
  bool away = false;
  std::chrono::system_clock::time_point now = std::chrono::system_clock::time_point(seconds(1'000));
  FakeTransport server{[this](const HttpRequest&) -> Result<HttpResponse> {
    if (away) return Fail(ErrorCode::kOffline, "no connection");
    return next;
  }};
  AskedToWait watch{server, [this] { return now; }};
  std::optional<Seconds> After(int status, const std::string& retry_after = "") {
    next = {.status = status};
    if (!retry_after.empty()) next.headers = {{"Retry-After", retry_after}};
    (void)watch.Send({.url = "https://a.example/"}, {});
    return watch.left();
  }
};

TEST(AskedToWait, IsWhatTheLastAnswerAskedFor) {
  Asked it;
  EXPECT_EQ(it.watch.left(), std::nullopt);
  EXPECT_EQ(it.After(200), std::nullopt);
  EXPECT_EQ(it.After(429, "120"), seconds(120));
  EXPECT_EQ(it.After(503, "30"), seconds(30));
  EXPECT_EQ(it.After(503), std::nullopt) << "it did not say for how long";
  EXPECT_EQ(it.After(429, "Thu, 01 Jan 1970 00:17:00 GMT"), seconds(20));
  EXPECT_EQ(it.After(200, "60"), std::nullopt);
}

TEST(AskedToWait, PassesAndOutlastsALostConnection) {
  Asked it;
  (void)it.After(429, "120");
  it.away = true;
  (void)it.After(200);
  it.now += seconds(20);
  EXPECT_EQ(it.watch.left(), seconds(100));
  it.now += seconds(100);
  EXPECT_EQ(it.watch.left(), std::nullopt);
}

}  // namespace
}  // namespace satchel
