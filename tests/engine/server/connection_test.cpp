#include "engine/server/connection.h"

#include <gtest/gtest.h>

#include "engine/http/batch.h"
#include "tests/support/fake_transport.h"
#include "tests/support/fake_waiting.h"

namespace satchel {
namespace {

constexpr const char* kRoot = "https://org.example/api/data/v9.2/";

// Renews "token 1" to "token 2" and so on, as often as allowed.
class CountingAuthenticator : public Authenticator {
 public:
  Result<std::vector<Header>> Headers(std::stop_token) override {
    return std::vector<Header>{{"Authorization", "token " + std::to_string(number)}};
  }
  Result<bool> Renew(const std::vector<Header>&, std::stop_token) override {
    ++number;
    return true;
  }
  int number = 1;
};

struct Talk {
  FakeTransport transport;
  Connection connection;

  explicit Talk(FakeTransport::Answer answer)
      : transport(std::move(answer)),
        connection(*ParseUrl(kRoot), transport, std::make_unique<FakeWaiting>(),
                   std::make_unique<CountingAuthenticator>()) {}
};

FakeTransport::Answer Always(int status, std::string body = "{}") {
  return [status, body](const HttpRequest&) { return JsonAnswer(body, status); };
}

TEST(Connection, SendsWhatODataServersExpect) {
  Talk talk(Always(200));
  ASSERT_TRUE(talk.connection.Get("accounts?$select=name", {{"Prefer", "x"}}, {}));
  const HttpRequest& request = talk.transport.sent.front();
  EXPECT_EQ(request.url, "https://org.example/api/data/v9.2/accounts?$select=name");
  EXPECT_EQ(HeaderOf(request, "Accept"), "application/json");
  EXPECT_EQ(HeaderOf(request, "OData-MaxVersion"), "4.0");
  EXPECT_EQ(HeaderOf(request, "Prefer"), "x");
  EXPECT_EQ(HeaderOf(request, "Authorization"), "token 1");
}

TEST(Connection, AsksForOneKindOfAnswerOnly) {
  Talk talk(Always(200));
  ASSERT_TRUE(talk.connection.Get("$metadata", {{"Accept", "application/xml"}}, {}));
  int accepts = 0;
  for (const Header& header : talk.transport.sent.front().headers) {
    if (header.name != "Accept") continue;
    ++accepts;
    EXPECT_EQ(header.value, "application/xml");
  }
  EXPECT_EQ(accepts, 1);
}

TEST(Connection, RenewsTheTokenOnceAfterA401AndRepeatsOnce) {
  Talk talk([](const HttpRequest& request) {
    return JsonAnswer("{}", HeaderOf(request, "Authorization") == "token 2" ? 200 : 401);
  });
  EXPECT_TRUE(talk.connection.Get("accounts", {}, {}));
  ASSERT_EQ(talk.transport.sent.size(), 2u);
  EXPECT_EQ(HeaderOf(talk.transport.sent[1], "Authorization"), "token 2");

  Talk refused(Always(401));
  const auto answer = refused.connection.Get("accounts", {}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  EXPECT_EQ(refused.transport.sent.size(), 2u);
}

TEST(Connection, ClassifiesEveryStatusInTheServersWords) {
  const std::pair<int, ErrorCode> kCases[] = {
      {302, ErrorCode::kDenied},      {400, ErrorCode::kInvalid},  {401, ErrorCode::kDenied},
      {403, ErrorCode::kDenied},      {404, ErrorCode::kNotFound}, {410, ErrorCode::kExpired},
      {418, ErrorCode::kCorrupt},     {429, ErrorCode::kOffline},  {500, ErrorCode::kOffline},
      {501, ErrorCode::kUnsupported}, {503, ErrorCode::kOffline},  {204, ErrorCode::kCorrupt},
  };
  for (const auto& [status, code] : kCases) {
    Talk talk(Always(status, R"({"error":{"code":"0x1","message":"The \u001b[31mreason"}})"));
    const auto answer = talk.connection.Get("accounts", {}, {});
    ASSERT_FALSE(answer) << status;
    EXPECT_EQ(answer.error().code, code) << status;
    EXPECT_EQ(answer.error().message.find('\x1b'), std::string::npos);
    if (status != 429 && status != 503) {
      EXPECT_NE(answer.error().message.find("reason"), std::string::npos) << answer.error().message;
    }
    EXPECT_NE(answer.error().message.find('('), std::string::npos) << "says what to do";
  }
}

TEST(Connection, NeverFollowsALinkOutOfTheServiceRoot) {
  Talk talk(Always(200, "{}"));
  for (const char* link :
       {"https://evil.example/api/data/v9.2/accounts", "http://org.example/api/data/v9.2/accounts",
        "//evil.example/x", "/other", "../../v9.2.evil/x",
        "https://org.example:8443/api/data/v9.2/",
        "https://org.example@evil.example/api/data/v9.2/", "file:///etc/passwd"}) {
    EXPECT_FALSE(talk.connection.Follow("accounts", link)) << link;
    EXPECT_FALSE(talk.connection.Get(link, {}, {})) << link;
  }
  EXPECT_TRUE(talk.transport.sent.empty());
  EXPECT_EQ(*talk.connection.Follow("accounts?$top=1", "accounts?%24skiptoken=3"),
            std::string(kRoot) + "accounts?%24skiptoken=3");
}

TEST(Connection, SendsLongReadsInABatch) {
  Talk talk([](const HttpRequest&) {
    return HttpResponse{
        .status = 200,
        .headers = {{"Content-Type", "multipart/mixed; boundary=r"}},
        .body =
            "--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"a\":1}\r\n"
            "--r--"};
  });
  const std::string target = "accounts?fetchXml=" + std::string(kMaxUrlBytes, 'x');
  const auto json = talk.connection.GetJson(target, {{"MSCRMCallerID", "u"}, {"Prefer", "p"}}, {});
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ((*json)["a"].AsInteger(0), 1);
  const HttpRequest& request = talk.transport.sent.front();
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.url, std::string(kRoot) + "$batch");
  EXPECT_EQ(HeaderOf(request, "MSCRMCallerID"), "u");
  EXPECT_EQ(HeaderOf(request, "Authorization"), "token 1");
  const auto parts = ReadBatchRequest(HeaderOf(request, "Content-Type"), request.body);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->front().target, target);
}

TEST(Connection, ReportsAnErrorInsideABatch) {
  Talk talk([](const HttpRequest&) {
    return HttpResponse{
        .status = 200,
        .headers = {{"Content-Type", "multipart/mixed; boundary=r"}},
        .body =
            "--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n"
            "{\"error\":{\"message\":\"no privilege\"}}\r\n--r--"};
  });
  const auto one = talk.connection.Get("a?" + std::string(kMaxUrlBytes, 'x'), {}, {});
  EXPECT_EQ(one.error().code, ErrorCode::kDenied);
  EXPECT_EQ(talk.connection.GetAll({"a", "b"}, {}, {}).error().code, ErrorCode::kDenied);
}

TEST(Connection, ReadsOneByOneWhereThereIsNoBatch) {
  Talk talk([](const HttpRequest& request) {
    return JsonAnswer("{\"a\":1}", request.method == Method::kPost ? 404 : 200);
  });
  const auto all = talk.connection.GetAll({"x", "y"}, {}, {});
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->size(), 2u);
  EXPECT_EQ(talk.transport.sent.size(), 3u);
}

TEST(Connection, ReadsListsToTheirEnd) {
  Talk talk([](const HttpRequest& request) {
    if (request.url.find("page=2") != std::string::npos) return JsonAnswer(R"({"value":[3]})");
    return JsonAnswer(R"({"value":[1,2],"@odata.nextLink":"list?page=2"})");
  });
  const auto items = talk.connection.GetList("list", {}, {});
  ASSERT_TRUE(items) << items.error().message;
  EXPECT_EQ(items->size(), 3u);
  const Tally tally = talk.connection.TakeTally();
  EXPECT_EQ(tally.requests, 2);
  EXPECT_GT(tally.bytes, 0);
  EXPECT_EQ(talk.connection.TakeTally().requests, 0);
}

TEST(Connection, StopsWhenALinkLeadsToItself) {
  Talk talk(Always(200, R"({"value":[],"@odata.nextLink":"list?page=2"})"));
  const auto items = talk.connection.GetList("list", {}, {});
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error().code, ErrorCode::kCorrupt);
  EXPECT_LE(talk.transport.sent.size(), 2u);
}

TEST(Connection, StopsWhenLinksLeadInACircle) {
  Talk talk([](const HttpRequest& request) {
    const bool second = request.url.find("page=2") != std::string::npos;
    return JsonAnswer(std::string(R"({"value":[],"@odata.nextLink":"list?page=)") +
                      (second ? "1" : "2") + "\"}");
  });
  const auto items = talk.connection.GetList("list?page=1", {}, {});
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(talk.transport.sent.size(), 2u);
}

TEST(Connection, BlamesNoQueryOfTheUsersForItsOwnQuestions) {
  Talk talk(Always(400, R"({"error":{"message":"no such property"}})"));
  EXPECT_EQ(talk.connection.Get("accounts?$filter=x", {}, {}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(talk.connection.GetJson("WhoAmI", {}, {}).error().code, ErrorCode::kUnsupported);
}

TEST(Connection, CallsAWebPageAWebPage) {
  Talk talk(Always(200, "<!DOCTYPE html><html>Sign in</html>"));
  const auto json = talk.connection.GetJson("WhoAmI", {}, {});
  ASSERT_FALSE(json);
  EXPECT_NE(json.error().message.find("web page"), std::string::npos);
}

TEST(Json, RefusesDeepAndBrokenDocuments) {
  EXPECT_TRUE(ParseJson(std::string(60, '[') + std::string(60, ']')));
  EXPECT_FALSE(ParseJson(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(ParseJson(std::string(1'000'000, '[')));
  for (const char* bad : {"", "{", "{\"a\":1", "nul", "{} {}", "{\"a\":\"\xFF\"}"}) {
    EXPECT_FALSE(ParseJson(bad)) << bad;
  }
  EXPECT_EQ((*ParseJson("\xEF\xBB\xBF{\"a\":{\"b\":7}}"))["a"]["b"].AsText(), "7");
  EXPECT_EQ((*ParseJson("{}"))["a"]["b"]["c"].AsText(), "");
}

}  // namespace
}  // namespace satchel
