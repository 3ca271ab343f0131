#include "engine/http/batch.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

constexpr const char* kType = "multipart/mixed; boundary=b";

std::string Part(const std::string& request) {
  return "--b\r\nContent-Type: application/http\r\n\r\n" + request + "\r\n";
}

TEST(Batch, CarriesAGetAndReadsItBack) {
  const HttpRequest get = {.url = "accounts?fetchXml=%3Cfetch%3E",
                           .headers = {{"Accept", "application/json"},
                                       {"Prefer", "odata.maxpagesize=5"},
                                       {"Authorization", "Bearer t"},
                                       {"MSCRMCallerID", "u"}}};
  const HttpRequest post = WrapInBatch({get}, "https://a/api/$batch");
  EXPECT_EQ(post.method, Method::kPost);
  EXPECT_EQ(post.url, "https://a/api/$batch");
  EXPECT_EQ(post.body.find("Bearer"), std::string::npos);
  const auto parts = ReadBatchRequest(post.headers.back().value, post.body);
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 1u);
  EXPECT_EQ(parts->front().method, "GET");
  EXPECT_EQ(parts->front().target, get.url);
  EXPECT_EQ(parts->front().headers, (std::vector<Header>{{"Accept", "application/json"},
                                                         {"Prefer", "odata.maxpagesize=5"}}));
  EXPECT_EQ(parts->front().body, "");
}

TEST(Batch, IsReadWithSeveralParts) {
  const auto parts =
      ReadBatchRequest(kType, Part("GET /a HTTP/1.1\r\n\r\n") +
                                  Part("POST /b HTTP/1.1\r\nA: c\r\n\r\n{}") + "--b--");
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[1].method, "POST");
  EXPECT_EQ((*parts)[1].body, "{}");
}

TEST(Batch, IsRefusedWhenItCannotBeReadForSure) {
  const std::string get = Part("GET /a HTTP/1.1\r\n\r\n");
  for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
           {"application/json", get + "--b--"},
           {"multipart/mixed", get + "--b--"},
           {"multipart/mixed; boundary=c", get + "--b--"},
           {kType, "DELETE /x HTTP/1.1\r\n\r\n" + get + "--b--"},
           {kType, get},
           {kType, get + "--b-- and more"},
           {kType, get + "--b--\r\n--b\r\nContent-Type: application/http\r\n\r\n"},
           {kType, "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n--b--"},
           {kType, "--b\r\n\r\nGET /a HTTP/1.1\r\n\r\n\r\n--b--"},
           {kType, "--b\nContent-Type: application/http\n\nGET /a HTTP/1.1\n\n\n--b--"},
           {kType, "--b\r\nContent-Type: application/http\n\nGET /a HTTP/1.1\r\n\r\n\r\n--b--"},
           {kType, Part("GET /a") + "--b--"},
           {kType, Part("GET  /a HTTP/1.1\r\n\r\n") + "--b--"},
           {kType, Part("GET /a HTTP/1.1\r\nno colon\r\n\r\n") + "--b--"},
       }) {
    EXPECT_FALSE(ReadBatchRequest(type, body)) << body;
  }
}

HttpResponse Answer(const std::string& body) {
  return {.status = 200,
          .headers = {{"content-type", "multipart/mixed; boundary=batchresponse_x"}},
          .body = body,
          .bytes_received = 77};
}

TEST(BatchAnswer, GivesTheAnswerInside) {
  const auto inner = UnwrapBatch(
      Answer("--batchresponse_x\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 404 Not Found\r\n"
             "OData-Version: 4.0\r\n\r\n{\"error\":{}}\r\n--batchresponse_x--\r\n"));
  ASSERT_TRUE(inner) << inner.error().message;
  ASSERT_EQ(inner->size(), 1u);
  EXPECT_EQ(inner->front().status, 404);
  EXPECT_EQ(inner->front().Find("odata-version"), "4.0");
  EXPECT_EQ(inner->front().body, "{\"error\":{}}");
  EXPECT_EQ(inner->front().bytes_received, 77);
}

TEST(BatchAnswer, PassesAnErrorOfTheWholeBatch) {
  const auto same =
      UnwrapBatch({.status = 401, .headers = {{"Content-Type", "application/json"}}, .body = "{}"});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->front().status, 401);
}

TEST(BatchAnswer, IsCorruptWhenCutAnywhere) {
  const std::string whole =
      "--batchresponse_x\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n"
      "{}\r\n--batchresponse_x--";
  ASSERT_TRUE(UnwrapBatch(Answer(whole)));
  for (std::size_t cut = 0; cut + 2 <= whole.size(); ++cut) {
    EXPECT_FALSE(UnwrapBatch(Answer(whole.substr(0, cut)))) << cut;
  }
}

}  // namespace
}  // namespace satchel
