#include "engine/server/change_batch.h"

#include <gtest/gtest.h>

#include "engine/server/json.h"
#include "tests/support/fake_transport.h"

namespace satchel {
namespace {

std::vector<HttpRequest> Two() {
  return {{.method = Method::kPatch,
           .url = "accounts(1)",
           .headers = {{"Content-Type", "application/json"}, {"If-Match", "W/\"1\""}},
           .body = R"({"name":"A"})"},
          {.method = Method::kDelete, .url = "accounts(2)"}};
}

HttpResponse Multipart(const std::string& body) {
  return {
      .status = 200, .headers = {{"Content-Type", "multipart/mixed; boundary=r"}}, .body = body};
}

const std::string kPart =
    "--r\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n";

TEST(ChangeBatch, MakesIndependentPartsAndAsksToGoOn) {
  const HttpRequest request =
      WrapChanges(Two(), BatchForm::kMultipart, false, "$batch", {{"MSCRMCallerID", "ann"}});
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(HeaderOf(request, "Prefer"), "odata.continue-on-error");
  EXPECT_EQ(HeaderOf(request, "MSCRMCallerID"), "ann");
  EXPECT_EQ(request.body,
            "--satchel_batch\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: "
            "binary\r\nContent-ID: 1\r\n\r\nPATCH accounts(1) HTTP/1.1\r\nContent-Type: "
            "application/json\r\nIf-Match: W/\"1\"\r\n\r\n{\"name\":\"A\"}\r\n"
            "--satchel_batch\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: "
            "binary\r\nContent-ID: 2\r\n\r\nDELETE accounts(2) HTTP/1.1\r\n\r\n\r\n"
            "--satchel_batch--\r\n");
}

TEST(ChangeBatch, MakesOneChangeSetOfWhatGoesTogether) {
  const HttpRequest request = WrapChanges(Two(), BatchForm::kMultipart, true, "$batch", {});
  EXPECT_EQ(HeaderOf(request, "Prefer"), "");
  EXPECT_NE(request.body.find("Content-Type: multipart/mixed; boundary=satchel_set\r\n\r\n"
                              "--satchel_set\r\n"),
            std::string::npos);
  EXPECT_NE(request.body.find("--satchel_set--\r\n--satchel_batch--\r\n"), std::string::npos);
}

TEST(ChangeBatch, MakesJson) {
  const HttpRequest request = WrapChanges(Two(), BatchForm::kJson, true, "$batch", {});
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "application/json");
  const auto json = ParseJson(request.body);
  ASSERT_TRUE(json) << request.body;
  const auto& first = (*json)["requests"].items.front();
  EXPECT_EQ(first["id"].AsText(), "1");
  EXPECT_EQ(first["atomicityGroup"].AsText(), "set");
  EXPECT_EQ(first["headers"]["if-match"].AsText(), "W/\"1\"");
  EXPECT_EQ(first["body"]["name"].AsText(), "A");
}

TEST(ChangeBatch, ReadsAnswersInOrder) {
  const ChangeAnswers answers = UnwrapChanges(
      Multipart(kPart + "HTTP/1.1 200 OK\r\nETag: W/\"7\"\r\n\r\n{\"a\":1}\r\n" + kPart +
                "HTTP/1.1 412 Precondition Failed\r\n\r\n"
                "{\"error\":{\"code\":\"0x80060882\",\"message\":\"It differs.\"}}\r\n--r--\r\n"),
      2);
  EXPECT_TRUE(answers.whole);
  ASSERT_TRUE(answers.parts[0] && answers.parts[1]);
  EXPECT_EQ(answers.parts[0]->etag, "W/\"7\"");
  EXPECT_EQ(answers.parts[1]->status, 412);
  EXPECT_EQ(answers.parts[1]->code, "0x80060882");
  EXPECT_EQ(answers.parts[1]->words, "It differs.");
}

TEST(ChangeBatch, ReadsTheAnswersOfAChangeSetByTheirIds) {
  const std::string part = "--s\r\nContent-Type: application/http\r\nContent-ID: ";
  const ChangeAnswers answers = UnwrapChanges(
      Multipart("--r\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n" + part +
                "2\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n" + part +
                "1\r\n\r\nHTTP/1.1 201 Created\r\n\r\n{\"@odata.etag\":\"W/\\\"5\\\"\"}\r\n"
                "--s--\r\n--r--\r\n"),
      2);
  EXPECT_TRUE(answers.whole);
  ASSERT_TRUE(answers.parts[0] && answers.parts[1]);
  EXPECT_EQ(answers.parts[0]->etag, "W/\"5\"");
  EXPECT_EQ(answers.parts[1]->status, 204);
}

TEST(ChangeBatch, BelievesOnlyWhatStandsThereWholeWhereverItIsCut) {
  const std::string body = kPart + "HTTP/1.1 204 No Content\r\nETag: W/\"7\"\r\n\r\n\r\n" + kPart +
                           "HTTP/1.1 204 No Content\r\nETag: W/\"8\"\r\n\r\n\r\n--r--\r\n";
  const std::size_t second = body.find("--r", 10);
  for (std::size_t length = 0; length < body.size(); ++length) {
    const ChangeAnswers answers = UnwrapChanges(Multipart(body.substr(0, length)), 2);
    const std::size_t last = body.size() - 7;  // Up to "\r\n--r".
    EXPECT_EQ(answers.parts[0].has_value(), length >= second + 3) << length;
    EXPECT_EQ(answers.parts[1].has_value(), length >= last + 3) << length;
    EXPECT_EQ(answers.whole, length >= last + 5) << length;
    if (answers.parts[0]) {
      EXPECT_EQ(answers.parts[0]->etag, "W/\"7\"");
    }
  }
}

TEST(ChangeBatch, ReadsJsonAnswersInAnyOrder) {
  const ChangeAnswers answers = UnwrapChanges(JsonAnswer(R"({"responses":[
        {"id":"2","status":404,"body":{"error":{"code":"404","message":"Not Found"}}},
        {"id":"1","status":200,"headers":{"ETag":"W/\"9\""},"body":{}}]})"),
                                              3);
  ASSERT_TRUE(answers.parts[0] && answers.parts[1]);
  EXPECT_EQ(answers.parts[0]->etag, "W/\"9\"");
  EXPECT_EQ(answers.parts[1]->words, "Not Found");
  EXPECT_FALSE(answers.parts[2]);
}

TEST(ChangeBatch, TakesNothingElseForAnAnswer) {
  for (const HttpResponse& response :
       {JsonAnswer("{\"value\":[]}"), JsonAnswer("{\"responses\":"), Multipart(""),
        Multipart("--x\r\n\r\n--x--"),
        HttpResponse{
            .status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<html>"}}) {
    const ChangeAnswers answers = UnwrapChanges(response, 2);
    EXPECT_FALSE(answers.any);
    EXPECT_FALSE(answers.parts[0]);
  }
}

}  // namespace
}  // namespace satchel
