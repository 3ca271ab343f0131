// Requests that have an effect, and bodies that come in pieces.
#include <gtest/gtest.h>

#include "engine/http/transport.h"
#include "tests/support/raw_server.h"

namespace satchel {
namespace {

using Peer = RawServer::Peer;
using Request = RawServer::Request;

TEST(CurlTransport, NeverSendsARequestWithAnEffectTwice) {
  // The first request leaves an idle connection; the second is read and its connection closed.
  RawServer server([](const Request& request, Peer& peer) {
    if (request.number == 1) {
      peer.Send(HttpAnswer(200, "x"));
    } else {
      peer.Close();
    }
  });
  const auto transport = MakeCurlTransport();
  ASSERT_TRUE(transport->Send({.url = server.Url()}, {}));
  bool may_have_left = false;
  const auto answer = transport->Send(
      {.method = Method::kPost, .url = server.Url(), .body = "x", .may_have_left = &may_have_left},
      {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kOffline);
  EXPECT_TRUE(may_have_left);
  EXPECT_EQ(server.requests(), 2);
}

TEST(CurlTransport, KnowsWhenNothingHasLeft) {
  std::string url;
  {
    RawServer gone([](const Request&, Peer&) {});
    url = gone.Url();
  }
  const auto transport = MakeCurlTransport();
  bool may_have_left = true;
  EXPECT_FALSE(transport->Send(
      {.method = Method::kPost, .url = url, .body = "x", .may_have_left = &may_have_left}, {}));
  EXPECT_FALSE(may_have_left);
  may_have_left = true;
  EXPECT_FALSE(transport->Send(
      {.method = Method::kPost, .url = "nonsense", .may_have_left = &may_have_left}, {}));
  EXPECT_FALSE(may_have_left);
}

TEST(CurlTransport, PassesABodyOnPieceByPiece) {
  const std::string body(1 << 20, 'x');
  RawServer server([&](const Request& request, Peer& peer) {
    const bool zipped = request.Target() == "/gzip";
    const int status = request.Target() == "/missing" ? 404 : 200;
    peer.Send(
        HttpAnswer(status, zipped ? Gzip(body) : body, zipped ? "Content-Encoding: gzip\r\n" : ""));
  });
  const auto transport = MakeCurlTransport({.limits = {.body_bytes = 10, .ratio = 2000}});
  for (const char* path : {"/plain", "/gzip"}) {
    std::size_t bytes = 0;
    int pieces = 0;
    const auto answer = transport->Send({.url = server.Url() + path,
                                         .sink =
                                             [&](std::string_view piece) {
                                               bytes += piece.size();
                                               ++pieces;
                                               return Result<>();
                                             },
                                         .most = body.size()},
                                        {});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(bytes, body.size()) << path;
    EXPECT_GT(pieces, 1);
  }
  const auto too_long = transport->Send({.url = server.Url() + "/plain",
                                         .sink = [](std::string_view) { return Result<>(); },
                                         .most = body.size() - 1},
                                        {});
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code, ErrorCode::kCorrupt);
  const auto full = transport->Send(
      {.url = server.Url() + "/plain",
       .sink = [](std::string_view) { return Result<>(Fail(ErrorCode::kIo, "disk full")); },
       .most = body.size()},
      {});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::kIo);
}

TEST(CurlTransport, KeepsTheBodyOfAnErrorOutOfTheSink) {
  RawServer server([](const Request&, Peer& peer) { peer.Send(HttpAnswer(404, "gone")); });
  bool called = false;
  const auto answer = MakeCurlTransport()->Send({.url = server.Url(),
                                                 .sink =
                                                     [&called](std::string_view) {
                                                       called = true;
                                                       return Result<>();
                                                     },
                                                 .most = 100},
                                                {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "gone");
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace satchel
