#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <semaphore>
#include <thread>

#include "engine/http/transport.h"
#include "tests/support/raw_server.h"

namespace satchel {
namespace {

using Peer = RawServer::Peer;
using Request = RawServer::Request;

Result<HttpResponse> Get(Transport& transport, const std::string& url, std::stop_token stop = {}) {
  return transport.Send({.url = url}, std::move(stop));
}

// What a fresh transport says about a server that answers every request with `bytes` and closes.
Result<HttpResponse> GetBytes(const std::string& bytes, const HttpLimits& limits = {}) {
  RawServer server([&](const Request&, Peer& peer) {
    peer.Send(bytes);
    peer.Close();
  });
  return Get(*MakeCurlTransport({.limits = limits}), server.Url());
}

ErrorCode CodeOf(const Result<HttpResponse>& answer) {
  EXPECT_FALSE(answer) << answer->status;
  return answer ? ErrorCode::kNotFound : answer.error().code;
}

TEST(CurlTransport, ReturnsStatusHeadersAndBody) {
  RawServer server([](const Request&, Peer& peer) {
    peer.Send(HttpAnswer(404, "gone", "OData-Version: 4.0\r\nX-Empty:\r\n"));
  });
  const auto answer = Get(*MakeCurlTransport(), server.Url() + "/x?y=%20z");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "gone");
  EXPECT_EQ(answer->Find("odata-version"), "4.0");
  EXPECT_EQ(answer->Find("absent"), "");
}

TEST(CurlTransport, SendsMethodHeadersAndBodyAsTold) {
  Request seen;
  RawServer server([&](const Request& request, Peer& peer) {
    seen = request;
    peer.Send(HttpAnswer(200, "{}"));
  });
  const auto transport = MakeCurlTransport();
  ASSERT_TRUE(transport->Send({.method = Method::kPost,
                               .url = server.Url() + "/$batch",
                               .headers = {{"Authorization", "Bearer t"}, {"Content-Type", "a/b"}},
                               .body = "x\ny"},
                              {}));
  EXPECT_EQ(seen.head.substr(0, 22), "POST /$batch HTTP/1.1\r");
  EXPECT_EQ(seen.body, "x\ny");
  EXPECT_EQ(seen.Header("authorization"), "Bearer t");
  EXPECT_EQ(seen.Header("content-type"), "a/b");
  EXPECT_EQ(seen.Header("accept-encoding"), "gzip");
  EXPECT_EQ(seen.Header("expect"), "");
  ASSERT_TRUE(transport->Send({.method = Method::kPatch, .url = server.Url(), .body = "1"}, {}));
  EXPECT_EQ(seen.head.substr(0, 8), "PATCH / ");
  ASSERT_TRUE(transport->Send({.method = Method::kDelete, .url = server.Url()}, {}));
  EXPECT_EQ(seen.head.substr(0, 9), "DELETE / ");
  EXPECT_EQ(seen.body, "");
  ASSERT_TRUE(Get(*transport, server.Url()));
  EXPECT_EQ(seen.head.substr(0, 6), "GET / ");
}

TEST(CurlTransport, KeepsTheConnectionOpen) {
  RawServer server([](const Request&, Peer& peer) { peer.Send(HttpAnswer(200, "x")); });
  const auto transport = MakeCurlTransport();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Get(*transport, server.Url()));
  EXPECT_EQ(server.requests(), 20);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransport, ServesSeveralThreadsAtOnce) {
  RawServer server(
      [](const Request& request, Peer& peer) { peer.Send(HttpAnswer(200, request.Target())); });
  const auto transport = MakeCurlTransport();
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/" + std::to_string(t * 100 + i);
        const auto answer = Get(*transport, server.Url() + path);
        if (answer && answer->body == path) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 100);
  EXPECT_LE(server.connections(), 4);
}

TEST(CurlTransport, UnpacksGzipAndCountsWireBytes) {
  std::string page;
  for (int i = 0; i < 20'000; ++i) page += std::to_string(i * 7919 % 100'003) + ",";
  const std::string packed = Gzip(page);
  const std::string head = "Content-Encoding: gzip\r\n";
  const auto answer = GetBytes(HttpAnswer(200, packed, head));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, page);
  EXPECT_EQ(answer->bytes_received,
            static_cast<std::int64_t>(HttpAnswer(200, packed, head).size()));
}

TEST(CurlTransport, SaysOfflineWhenNobodyListens) {
  int port = 0;
  {
    port = RawServer([](const Request&, Peer&) {}).port();
  }
  const auto answer =
      Get(*MakeCurlTransport(), "http://127.0.0.1:" + std::to_string(port) + "/secret?x=1");
  EXPECT_EQ(CodeOf(answer), ErrorCode::kOffline);
  EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
}

TEST(CurlTransport, SurvivesAResetAtAnyByte) {
  const std::string whole = HttpAnswer(200, "{\"value\":[{\"name\":\"Acme\"}]}", "A: b\r\n");
  std::atomic<std::size_t> cut = 0;  // The server has a thread of its own.
  RawServer server([&](const Request&, Peer& peer) {
    peer.Send(std::string_view(whole).substr(0, cut));
    peer.Reset();
  });
  const auto transport = MakeCurlTransport();
  for (cut = 0; cut < whole.size(); ++cut) {
    EXPECT_EQ(CodeOf(Get(*transport, server.Url())), ErrorCode::kOffline) << cut;
  }
}

TEST(CurlTransport, SurvivesAnOrderlyCloseAtAnyByte) {
  const std::string whole = HttpAnswer(200, "{\"value\":[]}", "A: b\r\n");
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_FALSE(GetBytes(whole.substr(0, cut))) << cut;
  }
}

TEST(CurlTransport, RefusesABodyOverTheCapWhetherAnnouncedOrNot) {
  HttpLimits limits;
  limits.body_bytes = 1000;
  EXPECT_TRUE(GetBytes(HttpAnswer(200, std::string(1000, 'x')), limits));
  EXPECT_EQ(CodeOf(GetBytes(HttpAnswer(200, std::string(1001, 'x')), limits)), ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(GetBytes(HttpAnswer(500, std::string(1001, 'x')), limits)), ErrorCode::kCorrupt);
  RawServer endless([](const Request&, Peer& peer) {
    peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (peer.Send("100\r\n" + std::string(256, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(CodeOf(Get(*MakeCurlTransport({.limits = limits}), endless.Url())),
            ErrorCode::kCorrupt);
}

TEST(CurlTransport, RefusesAGzipBomb) {
  const std::string bomb = Gzip(std::string(std::size_t{32} << 20, '\0'));
  ASSERT_LT(bomb.size(), std::size_t{100} << 10);
  const auto answer = GetBytes(HttpAnswer(200, bomb, "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(CodeOf(answer), ErrorCode::kCorrupt);
  EXPECT_NE(answer.error().message.find("unpacks"), std::string::npos);
}

TEST(CurlTransport, RefusesBrokenGzip) {
  const std::string packed = Gzip("{\"value\":[]}");
  const std::string head = "Content-Encoding: gzip\r\n";
  EXPECT_EQ(CodeOf(GetBytes(HttpAnswer(200, packed.substr(0, packed.size() - 3), head))),
            ErrorCode::kCorrupt);
  EXPECT_EQ(CodeOf(GetBytes(HttpAnswer(200, "this is no gzip", head))), ErrorCode::kCorrupt);
}

TEST(CurlTransport, RefusesAnEncodingNobodyAskedFor) {
  for (const char* encoding : {"br", "deflate", "gzip, gzip", "zstd"}) {
    const auto answer =
        GetBytes(HttpAnswer(200, "x", "Content-Encoding: " + std::string(encoding) + "\r\n"));
    EXPECT_EQ(CodeOf(answer), ErrorCode::kCorrupt) << encoding;
  }
  EXPECT_EQ(
      CodeOf(GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")),
      ErrorCode::kCorrupt);
}

TEST(CurlTransport, RefusesHugeHeaders) {
  HttpLimits limits;
  limits.header_bytes = 2000;
  EXPECT_TRUE(GetBytes(HttpAnswer(200, "x", "A: " + std::string(1000, 'h') + "\r\n"), limits));
  EXPECT_EQ(CodeOf(GetBytes(HttpAnswer(200, "x", "A: " + std::string(2000, 'h') + "\r\n"), limits)),
            ErrorCode::kCorrupt);
  RawServer endless([](const Request&, Peer& peer) {
    peer.Send("HTTP/1.1 200 OK\r\n");
    while (peer.Send("X-Filler: again and again\r\n")) {
    }
  });
  EXPECT_EQ(CodeOf(Get(*MakeCurlTransport(), endless.Url())), ErrorCode::kCorrupt);
}

TEST(CurlTransport, RefusesWhatIsNoHttp) {
  EXPECT_EQ(CodeOf(GetBytes("SSH-2.0-OpenSSH_9.2\r\n")), ErrorCode::kCorrupt);
  EXPECT_FALSE(GetBytes(std::string("\0\1\2\3", 4)));
  EXPECT_FALSE(GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nlie\r\n"));
  EXPECT_FALSE(GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"));
  EXPECT_FALSE(GetBytes("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc"));
}

TEST(CurlTransport, GivesUpOnASlowLoris) {
  HttpLimits limits;
  limits.total = std::chrono::milliseconds(200);
  RawServer server([](const Request&, Peer& peer) {
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx");
    peer.WaitUntilClientLeaves();
  });
  const auto answer = Get(*MakeCurlTransport({.limits = limits}), server.Url());
  EXPECT_EQ(CodeOf(answer), ErrorCode::kOffline);
  EXPECT_NE(answer.error().message.find("in time"), std::string::npos);
}

TEST(CurlTransport, StopsWithin100MillisecondsOfACancel) {
  std::binary_semaphore asked(0);
  RawServer server([&](const Request&, Peer& peer) {
    asked.release();
    peer.WaitUntilClientLeaves();
  });
  const auto transport = MakeCurlTransport();
  // The quickest of a few: a loaded machine can hold up any one of them, and what looked at the
  // cancel too seldom would be late every time.
  auto quickest = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < 10 && quickest >= std::chrono::milliseconds(100); ++i) {
    std::stop_source source;
    auto answer = std::async(std::launch::async,
                             [&] { return Get(*transport, server.Url(), source.get_token()); });
    asked.acquire();
    const auto start = std::chrono::steady_clock::now();
    source.request_stop();
    EXPECT_EQ(CodeOf(answer.get()), ErrorCode::kCancelled);
    quickest = std::min(quickest, std::chrono::steady_clock::now() - start);
  }
  EXPECT_LT(quickest, std::chrono::milliseconds(100));
}

TEST(CurlTransport, DoesNotSendWhenAlreadyCancelled) {
  RawServer server([](const Request&, Peer& peer) { peer.Send(HttpAnswer(200, "x")); });
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(CodeOf(Get(*MakeCurlTransport(), server.Url(), source.get_token())),
            ErrorCode::kCancelled);
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlTransport, FollowsThreeRedirectsOfAGetAndNoMore) {
  int hops = 0;
  RawServer server([&](const Request& request, Peer& peer) {
    const int at = std::stoi(request.Target().substr(1));
    peer.Send(at == hops ? HttpAnswer(200, "here")
                         : HttpAnswer(302, "", "Location: /" + std::to_string(at + 1) + "\r\n"));
  });
  const auto transport = MakeCurlTransport();
  for (hops = 0; hops <= 3; ++hops) {
    const auto answer = Get(*transport, server.Url() + "/0");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "here");
  }
  hops = 4;
  EXPECT_EQ(CodeOf(Get(*transport, server.Url() + "/0")), ErrorCode::kCorrupt);
}

TEST(CurlTransport, NeverCarriesTheSignInToAnotherHost) {
  RawServer thief([](const Request&, Peer& peer) { peer.Send(HttpAnswer(200, "thanks")); });
  for (const std::string& location :
       {thief.Url() + "/", "//127.0.0.1:" + std::to_string(thief.port()) + "/",
        std::string("https://127.0.0.1/"), std::string("file:///etc/passwd"),
        std::string("http://localhost:1/")}) {
    RawServer server([&](const Request&, Peer& peer) {
      peer.Send(HttpAnswer(302, "", "Location: " + location + "\r\n"));
    });
    const auto transport = MakeCurlTransport();
    const auto answer =
        transport->Send({.url = server.Url(), .headers = {{"Authorization", "Bearer secret"}}}, {});
    EXPECT_EQ(CodeOf(answer), ErrorCode::kDenied) << location;
  }
  EXPECT_EQ(thief.requests(), 0);
}

TEST(CurlTransport, DoesNotFollowARedirectOfAWrite) {
  RawServer server(
      [](const Request&, Peer& peer) { peer.Send(HttpAnswer(307, "", "Location: /again\r\n")); });
  const auto answer =
      MakeCurlTransport()->Send({.method = Method::kPost, .url = server.Url(), .body = "x"}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 307);
  EXPECT_EQ(server.requests(), 1);
}

TEST(CurlTransport, RefusesRequestsThatMustNotBeSent) {
  const auto transport = MakeCurlTransport();
  for (const char* url : {"http://example.org/", "ftp://127.0.0.1/", "https://u:p@127.0.0.1/",
                          "file:///etc/passwd", "http://127.0.0.1/\r\nX: y"}) {
    EXPECT_EQ(CodeOf(Get(*transport, url)), ErrorCode::kInvalid) << url;
  }
  RawServer server([](const Request&, Peer& peer) { peer.Send(HttpAnswer(200, "x")); });
  for (const Header& header :
       {Header{"A", "b\r\nC: d"}, Header{"A\r\nB", "c"}, Header{"A", std::string("b\0c", 3)},
        Header{"A", "b\nc"}, Header{"", "x"}, Header{"A: b", "c"}}) {
    EXPECT_EQ(CodeOf(transport->Send({.url = server.Url(), .headers = {header}}, {})),
              ErrorCode::kInvalid);
  }
  EXPECT_EQ(server.requests(), 0);
}

TEST(CurlTransport, ReportsAnUnreadableCaFile) {
  RawServer server([](const Request&, Peer& peer) { peer.Send(HttpAnswer(200, "x")); });
  const auto transport = MakeCurlTransport({.ca_file = "/no/such/file.pem"});
  EXPECT_EQ(CodeOf(Get(*transport, server.Url())), ErrorCode::kIo);
}

}  // namespace
}  // namespace satchel
