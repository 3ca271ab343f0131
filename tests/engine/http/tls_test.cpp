#include <gtest/gtest.h>
#include <httplib.h>

#include <thread>

#include "engine/http/transport.h"

namespace satchel {
namespace {

const std::string kFolder = SATCHEL_SOURCE_DIR "/tests/support/tls/";

// Presents a certificate for "localhost" that a test authority signed.
class TlsServer {
 public:
  TlsServer() : server_((kFolder + "server.pem").c_str(), (kFolder + "server.key").c_str()) {
    server_.Get("/", [this](const httplib::Request& request, httplib::Response& response) {
      authorization_ = request.get_header_value("Authorization");
      response.set_content("hello", "text/plain");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~TlsServer() {
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] std::string Url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(port_) + "/";
  }
  [[nodiscard]] const std::string& authorization() const { return authorization_; }

 private:
  httplib::SSLServer server_;
  int port_ = 0;
  std::string authorization_;
  std::thread thread_;
};

Result<HttpResponse> Get(const std::string& url, const std::string& ca_file = "") {
  return MakeCurlTransport({.ca_file = ca_file})
      ->Send({.url = url, .headers = {{"Authorization", "Bearer secret"}}}, {});
}

TEST(Tls, RefusesACertificateNobodyVouchesFor) {
  const TlsServer server;
  const auto answer = Get(server.Url("localhost"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  EXPECT_NE(answer.error().message.find("not trusted"), std::string::npos);
  EXPECT_EQ(server.authorization(), "");
}

TEST(Tls, AcceptsItWithThePrivateAuthority) {
  const TlsServer server;
  const auto answer = Get(server.Url("localhost"), kFolder + "ca.pem");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "hello");
}

TEST(Tls, RefusesACertificateOfAnotherHost) {
  const TlsServer server;
  const auto answer = Get(server.Url("127.0.0.1"), kFolder + "ca.pem");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
  EXPECT_EQ(server.authorization(), "");
}

TEST(Tls, RefusesAServerThatSpeaksNoTls) {
  httplib::Server plain;
  const int port = plain.bind_to_any_port("127.0.0.1");
  std::thread thread([&plain] { plain.listen_after_bind(); });
  while (!plain.is_running()) std::this_thread::yield();
  const auto answer = Get("https://127.0.0.1:" + std::to_string(port) + "/");
  plain.stop();
  thread.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDenied);
}

}  // namespace
}  // namespace satchel
