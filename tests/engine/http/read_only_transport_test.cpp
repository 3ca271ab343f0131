#include <gtest/gtest.h>

#include "engine/http/batch.h"
#include "engine/http/transport.h"

namespace satchel {
namespace {

class CountingTransport : public Transport {
 public:
  Result<HttpResponse> Send(const HttpRequest&, std::stop_token) override {
    ++sent;
    return HttpResponse{.status = 200};
  }
  void Foretell(const HttpRequest&) override { ++foretold; }
  int sent = 0;
  int foretold = 0;
};

bool Passes(const HttpRequest& request) {
  CountingTransport next;
  const auto answer = MakeReadOnlyTransport(next)->Send(request, {});
  EXPECT_EQ(next.sent, answer ? 1 : 0);
  if (!answer) {
    EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  }
  return answer.has_value();
}

HttpRequest Batch(const std::string& parts, const std::string& url = "https://a/api/$batch") {
  return {.method = Method::kPost,
          .url = url,
          .headers = {{"content-type", "multipart/mixed;boundary=b"}},
          .body = parts};
}

const std::string kPart = "--b\r\nContent-Type: application/http\r\n\r\n";

TEST(ReadOnlyTransport, LetsThroughWhatReads) {
  EXPECT_TRUE(Passes({.url = "https://a/accounts"}));
  EXPECT_TRUE(Passes(WrapInBatch({{.url = "accounts"}}, "https://a/api/$batch")));
  EXPECT_TRUE(Passes(WrapInBatch({{.url = "accounts"}}, "https://a/api/%24batch")));
  EXPECT_TRUE(Passes({.method = Method::kPost,
                      .url = "https://login.example/t/oauth2/v2.0/token",
                      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                      .body = "grant_type=client_credentials"}));
}

TEST(ReadOnlyTransport, RefusesEveryWrite) {
  for (const Method method : {Method::kPost, Method::kPatch, Method::kPut, Method::kDelete}) {
    EXPECT_FALSE(Passes({.method = method, .url = "https://a/accounts"}));
  }
  EXPECT_FALSE(Passes({.method = Method::kDelete, .url = "https://a/$batch"}));
  EXPECT_FALSE(Passes({.method = Method::kPost, .url = "https://a/oauth2/v2.0/token"}));
  EXPECT_FALSE(Passes({.url = "https://a/", .headers = {{"X-HTTP-Method-Override", "DELETE"}}}));
}

TEST(ReadOnlyTransport, RefusesABatchThatDoesMoreThanRead) {
  EXPECT_TRUE(Passes(Batch(kPart + "GET /x HTTP/1.1\r\n\r\n\r\n--b--")));
  EXPECT_FALSE(Passes(Batch(kPart + "DELETE /x HTTP/1.1\r\n\r\n\r\n--b--")));
  EXPECT_FALSE(Passes(Batch(kPart + "get /x HTTP/1.1\r\n\r\n\r\n--b--")));
  EXPECT_FALSE(Passes(Batch(kPart + "GET /x HTTP/1.1\r\n\r\n\r\n" + kPart +
                            "PATCH /x HTTP/1.1\r\n\r\n{}\r\n--b--")));
  EXPECT_FALSE(Passes(Batch(kPart + "GET /x HTTP/1.1\r\n\r\nDELETE /x HTTP/1.1\r\n\r\n--b--")));
  EXPECT_FALSE(Passes(Batch(kPart + "GET /x HTTP/1.1\r\nX-HTTP-Method: MERGE\r\n\r\n\r\n--b--")));
  EXPECT_FALSE(Passes(
      Batch("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
            "Content-Type: application/http\r\n\r\nDELETE /x HTTP/1.1\r\n\r\n\r\n--c--\r\n--b--")));
  EXPECT_FALSE(Passes(Batch("--b--")));
  EXPECT_FALSE(Passes(Batch("")));
  EXPECT_FALSE(Passes(Batch(kPart + "GET /x HTTP/1.1\r\n\r\n\r\n--b--", "https://a/accounts")));
  HttpRequest json = Batch("{\"requests\":[]}");
  json.headers = {{"Content-Type", "application/json"}};
  EXPECT_FALSE(Passes(json));
}

TEST(ReadOnlyTransport, PassesOnWhatIsForetoldIfItOnlyReads) {
  CountingTransport next;
  const auto transport = MakeReadOnlyTransport(next);
  transport->Foretell({.method = Method::kPost, .url = "https://a/accounts"});
  transport->Foretell({.url = "https://a/", .headers = {{"X-HTTP-Method-Override", "DELETE"}}});
  EXPECT_EQ(next.foretold, 0);
  transport->Foretell({.url = "https://a/accounts"});
  EXPECT_EQ(next.foretold, 1);
}

}  // namespace
}  // namespace satchel
