#include "engine/server/change_sender.h"

#include <gtest/gtest.h>

#include "engine/http/batch.h"
#include "tests/support/fake_transport.h"
#include "tests/support/fake_waiting.h"

namespace satchel {
namespace {

class RenewingSignIn : public Authenticator {
 public:
  Result<std::vector<Header>> Headers(std::stop_token) override {
    return std::vector<Header>{{"Authorization", "Bearer " + std::to_string(token)}};
  }
  Result<bool> Renew(const std::vector<Header>&, std::stop_token) override {
    ++token;
    return true;
  }
  int token = 1;
};

using Kind = ChangeOutcome::Kind;

// A service that answers every part with 204, save `poison`, which spoils the whole batch.
struct Service {
  bool multipart = true;
  bool json = true;
  bool goes_on = true;       // After a failure.
  int poison = 0;            // Part whose presence refuses the batch.
  std::vector<int> refused;  // Parts answered with 400.
  int takes = 1'000'000;     // Changes; then parts are answered with 429 until it was waited for.
  std::function<Result<HttpResponse>(const HttpRequest&, int call)> before;
  int calls = 0;
  std::vector<int> carried_out;

  FakeTransport transport{[this](const HttpRequest& request) { return Answer(request); }};
  FakeWaiting* waiting = new FakeWaiting;  // The connection's.
  Connection connection{*ParseUrl("http://127.0.0.1/s/"), transport,
                        std::unique_ptr<Waiting>(waiting), std::make_unique<RenewingSignIn>()};

  Result<HttpResponse> Answer(const HttpRequest& request) {
    ++calls;
    if (before) {
      auto answer = before(request, calls);
      if (!answer || answer->status != 0) return answer;
    }
    if (request.url != "http://127.0.0.1/s/$batch") {
      return HttpResponse{.status = One(NumberOf(request.url))};
    }
    const bool is_json = HeaderOf(request, "Content-Type") == "application/json";
    if (!(is_json ? json : multipart)) return HttpResponse{.status = 415};
    std::vector<int> numbers;
    for (std::size_t at = request.body.find("things("); at != std::string::npos;
         at = request.body.find("things(", at + 1)) {
      numbers.push_back(NumberOf(request.body.substr(at)));
    }
    if (std::find(numbers.begin(), numbers.end(), poison) != numbers.end()) {
      return HttpResponse{.status = 400};
    }
    HttpResponse answer = {.status = 200};
    answer.headers.push_back(
        {"Content-Type", is_json ? "application/json" : "multipart/mixed;boundary=r"});
    int id = 0;
    for (const int number : numbers) {
      const int status = One(number);
      ++id;
      if (is_json) {
        answer.body += (id > 1 ? "," : "{\"responses\":[") + std::string("{\"id\":\"") +
                       std::to_string(id) + "\",\"status\":" + std::to_string(status) +
                       (status == 429 ? R"(,"headers":{"Retry-After":"7"}})" : "}");
      } else {
        answer.body += "--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 " +
                       std::to_string(status) + " X\r\n" +
                       (status == 429 ? "Retry-After: 7\r\n" : "") + "\r\n\r\n";
      }
      if (status >= 400 && !goes_on) break;
    }
    answer.body += is_json ? "]}" : "--r--\r\n";
    return answer;
  }
  int One(int number) {
    if (std::find(refused.begin(), refused.end(), number) != refused.end()) return 400;
    if (takes == 0) return 429;
    --takes;
    carried_out.push_back(number);
    return 204;
  }
  static int NumberOf(const std::string& url) {
    return std::stoi(url.substr(url.find("things(") + 7));
  }
};

std::vector<HttpRequest> Things(int count) {
  std::vector<HttpRequest> changes;
  for (int i = 1; i <= count; ++i) {
    changes.push_back({.method = Method::kDelete, .url = "things(" + std::to_string(i) + ")"});
  }
  return changes;
}

std::size_t Count(const std::vector<ChangeOutcome>& outcomes, Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(outcomes.begin(), outcomes.end(),
                    [kind](const ChangeOutcome& outcome) { return outcome.kind == kind; }));
}

TEST(ChangeSender, FindsOutOnceWhichBatchAServiceTakes) {
  Service json;
  json.multipart = false;
  ChangeSender sender(json.connection, false);
  for (int i = 0; i < 2; ++i) {
    const auto outcomes = sender.Send(Things(3), {}, false, {});
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 3u);
  }
  EXPECT_EQ(json.calls, 3);

  Service neither;
  neither.multipart = neither.json = false;
  ChangeSender single(neither.connection, false);
  const auto outcomes = single.Send(Things(3), {}, false, {});
  ASSERT_TRUE(outcomes) << outcomes.error().message;
  EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 3u);
  EXPECT_EQ(neither.calls, 5);
  EXPECT_EQ(single.Send(Things(2), {}, true, {}).error().code, ErrorCode::kUnsupported);
}

TEST(ChangeSender, SendsAgainWhatAServerDidNotLookAtAfterAFailure) {
  Service it;
  it.goes_on = false;
  it.refused = {2, 4};
  ChangeSender sender(it.connection, true);
  const auto outcomes = sender.Send(Things(6), {}, false, {});
  ASSERT_TRUE(outcomes) << outcomes.error().message;
  EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 6u);
  EXPECT_EQ((*outcomes)[1].answer.status, 400);
  EXPECT_EQ((*outcomes)[3].answer.status, 400);
  EXPECT_EQ(it.carried_out, (std::vector<int>{1, 3, 5, 6}));
}

TEST(ChangeSender, SinglesOutWhatSpoilsAWholeBatch) {
  Service it;
  it.poison = 5;
  ChangeSender sender(it.connection, true);
  const auto outcomes = sender.Send(Things(9), {}, false, {});
  ASSERT_TRUE(outcomes) << outcomes.error().message;
  EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 9u);
  // Each once; the fifth went alone, where it spoils nothing.
  std::sort(it.carried_out.begin(), it.carried_out.end());
  EXPECT_EQ(it.carried_out, (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(ChangeSender, RepeatsOnlyWhatTheServerSaysItDidNotDo) {
  Service it;
  it.before = [](const HttpRequest&, int call) -> Result<HttpResponse> {
    if (call == 1) return HttpResponse{.status = 401};
    if (call == 2) return HttpResponse{.status = 429, .headers = {{"Retry-After", "2"}}};
    if (call == 3) return HttpResponse{.status = 503, .headers = {{"Retry-After", "2"}}};
    return HttpResponse{};
  };
  ChangeSender sender(it.connection, true);
  const auto outcomes = sender.Send(Things(2), {}, false, {});
  ASSERT_TRUE(outcomes) << outcomes.error().message;
  EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 2u);
  EXPECT_EQ(it.calls, 4);
  EXPECT_EQ(it.carried_out, (std::vector<int>{1, 2}));
  EXPECT_EQ(HeaderOf(it.transport.sent.back(), "Authorization"), "Bearer 2");
}

TEST(ChangeSender, WaitsAndSendsAgainTheChangesOfABatchForWhichTheServerIsTooBusy) {
  for (const bool json : {false, true}) {
    Service it;
    it.multipart = !json;
    it.refused = {2};
    it.takes = 3;
    it.before = [&it](const HttpRequest&, int) -> Result<HttpResponse> {
      if (!it.waiting->waits.empty()) it.takes = 1'000'000;
      return HttpResponse{};
    };
    ChangeSender sender(it.connection, false);
    const auto outcomes = sender.Send(Things(6), {}, false, {});
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 6u);
    EXPECT_EQ((*outcomes)[1].answer.status, 400);
    EXPECT_EQ((*outcomes)[5].answer.status, 204);
    EXPECT_EQ(it.carried_out, (std::vector<int>{1, 3, 4, 5, 6}));
    ASSERT_EQ(it.waiting->waits.size(), 1u);
    EXPECT_GE(it.waiting->waits[0], std::chrono::seconds(7));
  }
}

TEST(ChangeSender, GivesUpWaitingForABusyServerWithTheRestUnsent) {
  Service it;
  it.takes = 2;
  ChangeSender sender(it.connection, true);
  const auto outcomes = sender.Send(Things(300), {}, false, {});
  ASSERT_TRUE(outcomes) << outcomes.error().message;
  EXPECT_EQ(Count(*outcomes, Kind::kAnswered), 2u);
  EXPECT_EQ(Count(*outcomes, Kind::kNotSent), 298u);
  EXPECT_EQ((*outcomes)[2].error.code, ErrorCode::kOffline);
  EXPECT_GT(it.calls, 5);

  Service none;
  none.takes = 0;
  ChangeSender other(none.connection, true);
  EXPECT_EQ(other.Send(Things(3), {}, true, {}).error().code, ErrorCode::kOffline);
}

TEST(ChangeSender, NeverRepeatsWhatMayHaveBeenDone) {
  for (const int status : {0, 500, 502, 503, 504, 200, 302}) {
    Service it;
    it.before = [status](const HttpRequest&, int) -> Result<HttpResponse> {
      if (status == 0) return Fail(ErrorCode::kOffline, "broke");
      return HttpResponse{.status = status, .body = "<html>"};
    };
    ChangeSender sender(it.connection, true);
    const auto outcomes = sender.Send(Things(300), {}, false, {});
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    EXPECT_EQ(it.calls, 1) << status;
    EXPECT_EQ(Count(*outcomes, Kind::kLost), 200u) << status;
    EXPECT_EQ(Count(*outcomes, Kind::kNotSent), 100u) << status;
  }
}

TEST(ChangeSender, FailsWhereNothingWasCarriedOut) {
  Service it;
  it.before = [](const HttpRequest& request, int) -> Result<HttpResponse> {
    *request.may_have_left = false;
    return Fail(ErrorCode::kOffline, "no connection");
  };
  ChangeSender sender(it.connection, true);
  EXPECT_EQ(sender.Send(Things(2), {}, false, {}).error().code, ErrorCode::kOffline);
  it.before = [](const HttpRequest&, int) -> Result<HttpResponse> {
    return HttpResponse{.status = 401};
  };
  EXPECT_EQ(sender.Send(Things(2), {}, false, {}).error().code, ErrorCode::kDenied);
}

}  // namespace
}  // namespace satchel
