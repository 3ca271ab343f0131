#include <gtest/gtest.h>

#include "engine/http/transport.h"
#include "tests/support/raw_server.h"
#include "tests/support/tls_server.h"

namespace satchel {
namespace {

const std::string kFolder = SATCHEL_SOURCE_DIR "/tests/support/tls/";

Result<HttpResponse> Get(const std::string& url, const std::string& ca_file = "") {
  return MakeCurlTransport({.ca_file = ca_file})
      ->Send({.url = url, .headers = {{"Authorization", "Bearer secret"}}}, {});
}

TEST(Tls, RefusesACertificateNobodyVouchesFor) {
  const TlsServer server(kFolder);
  const auto answer = Get(server.Url("localhost"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  EXPECT_NE(answer.error().message.find("not trusted"), std::string::npos);
  EXPECT_EQ(server.received(), "");
}

TEST(Tls, AcceptsItWithThePrivateAuthority) {
  const TlsServer server(kFolder);
  const auto answer = Get(server.Url("localhost"), kFolder + "ca.pem");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "hello");
  EXPECT_NE(server.received().find("Authorization: Bearer secret"), std::string::npos);
}

TEST(Tls, RefusesACertificateOfAnotherHost) {
  const TlsServer server(kFolder);
  const auto answer = Get(server.Url("127.0.0.1"), kFolder + "ca.pem");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  EXPECT_EQ(server.received(), "");
}

TEST(Tls, RefusesAServerThatSpeaksNoTls) {
  const RawServer plain([](const RawServer::Request&, RawServer::Peer& peer) {
    peer.Send(HttpAnswer(200, "hello"));
  });
  const auto answer = Get("https://127.0.0.1:" + std::to_string(plain.port()) + "/");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
}

}  // namespace
}  // namespace satchel
