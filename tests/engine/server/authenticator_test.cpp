#include "engine/server/authenticator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/fake_transport.h"
#include "tests/support/fake_waiting.h"

namespace satchel {
namespace {

constexpr const char* kSecret = "s3cret+/&=";

class FakeSecrets : public Secrets {
 public:
  explicit FakeSecrets(std::optional<std::string> secret) : secret_(std::move(secret)) {}
  std::optional<std::string> Find(AuthKind, const std::string&) override { return secret_; }

 private:
  std::optional<std::string> secret_;
};

const Url kSignedInto = *ParseUrl("https://org.example/api/data/v9.2/");

struct Sign {
  Profile profile;
  std::optional<std::string> secret = kSecret;
  FakeTransport transport;
  FakeWaiting waiting;
  std::unique_ptr<Authenticator> it;

  Sign(AuthKind kind, FakeTransport::Answer answer, std::optional<std::string> with = kSecret)
      : secret(std::move(with)), transport(std::move(answer)) {
    profile = {.name = "prod",
               .url = kSignedInto.Text(),
               .auth = kind,
               .tenant = "contoso",
               .client_id = "app 1"};
  }
  Result<std::string> Authorization() {
    if (!it) {
      FakeSecrets secrets(secret);
      auto made = MakeAuthenticator(profile, kSignedInto, secrets, transport, waiting);
      if (!made) return Fail(made.error());
      it = std::move(*made);
    }
    const auto headers = it->Headers({});
    if (!headers) return Fail(headers.error());
    return headers->empty() ? "" : headers->front().value;
  }
};

FakeTransport::Answer Tokens(int lasts = 3599) {
  auto count = std::make_shared<int>(0);
  return [count, lasts](const HttpRequest&) {
    return JsonAnswer(R"({"token_type":"Bearer","expires_in":)" + std::to_string(lasts) +
                      R"(,"access_token":"t)" + std::to_string(++*count) + "\"}");
  };
}

TEST(Authenticator, SendsTokensAndBasicCredentials) {
  EXPECT_EQ(*Sign(AuthKind::kNone, Tokens(), std::nullopt).Authorization(), "");
  EXPECT_EQ(*Sign(AuthKind::kToken, Tokens(), "abc").Authorization(), "Bearer abc");
  EXPECT_EQ(*Sign(AuthKind::kBasic, Tokens(), "alice:").Authorization(), "Basic YWxpY2U6");
  EXPECT_EQ(*Sign(AuthKind::kBasic, Tokens(), "a:bc").Authorization(), "Basic YTpiYw==");
  EXPECT_EQ(*Sign(AuthKind::kBasic, Tokens(), "a:b").Authorization(), "Basic YTpi");
}

TEST(Authenticator, NamesTheVariableThatIsMissing) {
  for (const auto& [kind, variable] :
       {std::pair{AuthKind::kToken, "SATCHEL_TOKEN"}, std::pair{AuthKind::kBasic, "SATCHEL_BASIC"},
        std::pair{AuthKind::kClient, "SATCHEL_CLIENT_SECRET"}}) {
    const auto failed = Sign(kind, Tokens(), std::nullopt).Authorization();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kDenied);
    EXPECT_NE(failed.error().message.find(variable), std::string::npos);
  }
  EXPECT_FALSE(Sign(AuthKind::kBasic, Tokens(), "no colon").Authorization());
  EXPECT_FALSE(Sign(AuthKind::kToken, Tokens(), "a\r\nX: y").Authorization());
}

TEST(ClientCredentials, ArePostedAsAFormWithTheSecretInTheBodyOnly) {
  Sign sign(AuthKind::kClient, Tokens());
  EXPECT_EQ(*sign.Authorization(), "Bearer t1");
  ASSERT_EQ(sign.transport.sent.size(), 1u);
  const HttpRequest& request = sign.transport.sent.front();
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.url, "https://login.microsoftonline.com/contoso/oauth2/v2.0/token");
  EXPECT_EQ(request.body,
            "grant_type=client_credentials&client_id=app%201&scope=https%3A%2F%2Forg.example%2F."
            "default&client_secret=s3cret%2B%2F%26%3D");
  EXPECT_EQ(HeaderOf(request, "Content-Type"), "application/x-www-form-urlencoded");
}

TEST(ClientCredentials, AreFetchedOnceAndAgainFiveMinutesBeforeTheyExpire) {
  Sign sign(AuthKind::kClient, Tokens(3600));
  EXPECT_EQ(*sign.Authorization(), "Bearer t1");
  sign.waiting.now += std::chrono::seconds(3299);
  EXPECT_EQ(*sign.Authorization(), "Bearer t1");
  sign.waiting.now += std::chrono::seconds(1);
  EXPECT_EQ(*sign.Authorization(), "Bearer t2");
  EXPECT_EQ(sign.transport.sent.size(), 2u);
}

TEST(ClientCredentials, OfAShortLifeAreNotFetchedForEveryRequest) {
  Sign sign(AuthKind::kClient, Tokens(60));
  EXPECT_EQ(*sign.Authorization(), "Bearer t1");
  sign.waiting.now += std::chrono::seconds(29);
  EXPECT_EQ(*sign.Authorization(), "Bearer t1");
  sign.waiting.now += std::chrono::seconds(1);
  EXPECT_EQ(*sign.Authorization(), "Bearer t2");
}

TEST(ClientCredentials, AreRenewedOnceForManyThreadsThatSawTheSame401) {
  Sign sign(AuthKind::kClient, Tokens());
  ASSERT_TRUE(sign.Authorization());
  const auto used = *sign.it->Headers({});
  std::vector<std::thread> threads;
  std::atomic<int> renewed = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      if (sign.it->Renew(used, {}).value_or(false)) ++renewed;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(renewed, 4);
  EXPECT_EQ(sign.transport.sent.size(), 2u);
  EXPECT_EQ(*sign.Authorization(), "Bearer t2");
}

TEST(ClientCredentials, SayWhyTheyWereRefusedWithoutTheSecret) {
  Sign sign(AuthKind::kClient, [](const HttpRequest& request) {
    return JsonAnswer(R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid )"
                      R"(client secret provided.\r\nTrace ID: )" +
                          PercentEncode(request.body) + "\"}",
                      401);
  });
  const auto failed = sign.Authorization();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kDenied);
  EXPECT_NE(failed.error().message.find("AADSTS7000215"), std::string::npos);
  EXPECT_EQ(failed.error().message.find("Trace"), std::string::npos);
  EXPECT_EQ(failed.error().message.find("s3cret"), std::string::npos);
}

TEST(ClientCredentials, GoToHttpsOnlyExceptOnThisComputer) {
  Sign sign(AuthKind::kClient, Tokens());
  sign.profile.authority = "http://login.example";
  EXPECT_EQ(sign.Authorization().error().code, ErrorCode::kInvalid);
  sign.profile.authority = "http://127.0.0.1:8099";
  sign.profile.tenant = "";
  EXPECT_TRUE(sign.Authorization());
  EXPECT_EQ(sign.transport.sent.front().url, "http://127.0.0.1:8099/oauth2/v2.0/token");
  Sign whole(AuthKind::kClient, Tokens());
  whole.profile.authority = "https://sso.example/realms/x/token";
  EXPECT_TRUE(whole.Authorization());
  EXPECT_EQ(whole.transport.sent.front().url, "https://sso.example/realms/x/token");
}

TEST(ClientCredentials, RefuseAnswersWithoutAToken) {
  for (const char* body : {"", "<html></html>", "{}", R"({"access_token":5})",
                           R"({"access_token":""})", R"({"access_token":"a\r\nX: y"})"}) {
    Sign sign(AuthKind::kClient, [body](const HttpRequest&) { return JsonAnswer(body); });
    const auto failed = sign.Authorization();
    ASSERT_FALSE(failed) << body;
    EXPECT_EQ(failed.error().code, ErrorCode::kCorrupt) << body;
  }
}

}  // namespace
}  // namespace satchel
