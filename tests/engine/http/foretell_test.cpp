// What a transport is told before it is asked for it.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <semaphore>

#include "engine/http/transport.h"
#include "tests/support/raw_server.h"

namespace satchel {
namespace {

using Peer = RawServer::Peer;
using Request = RawServer::Request;

// Answers with what it was asked, and by whom.
struct Echo {
  std::counting_semaphore<> asked{0};
  RawServer server{[this](const Request& request, Peer& peer) {
    peer.Send(HttpAnswer(200, request.Target() + request.Header("authorization")));
    asked.release();
  }};
  std::unique_ptr<Transport> transport = MakeCurlTransport();

  std::string Get(const std::string& target, const std::vector<Header>& headers = {}) {
    const auto answer = transport->Send({.url = server.Url() + target, .headers = headers}, {});
    return answer ? answer->body : answer.error().message;
  }
  void Foretell(const std::string& target) { transport->Foretell({.url = server.Url() + target}); }
};

TEST(Foretell, LetsTheServerWorkBeforeItsAnswerIsWanted) {
  Echo echo;
  EXPECT_EQ(echo.Get("/first"), "/first");  // The connection is there.
  echo.asked.acquire();
  echo.Foretell("/next");
  ASSERT_TRUE(echo.asked.try_acquire_for(std::chrono::seconds(10))) << "nobody has sent it";
  EXPECT_EQ(echo.Get("/next"), "/next");
  EXPECT_EQ(echo.server.requests(), 2);
  EXPECT_EQ(echo.server.connections(), 1);
}

TEST(Foretell, IsUsedOnce) {
  Echo echo;
  echo.Foretell("/a");
  EXPECT_EQ(echo.Get("/a"), "/a");
  EXPECT_EQ(echo.Get("/a"), "/a");
  EXPECT_EQ(echo.server.requests(), 2);
}

TEST(Foretell, TakesNoTimeThatAnybodyMeasured) {
  Echo echo;
  const HttpRequest request = {.url = echo.server.Url() + "/a"};
  echo.transport->Foretell(request);
  EXPECT_EQ(echo.transport->Send(request, {})->seconds.count(), 0);
  EXPECT_GT(echo.transport->Send(request, {})->seconds.count(), 0);
}

TEST(Foretell, IsNoAnswerToAnythingElse) {
  Echo echo;
  echo.Get("/warm");
  echo.Foretell("/a");
  EXPECT_EQ(echo.Get("/b"), "/b");
  EXPECT_EQ(echo.Get("/a", {{"Authorization", " Bearer other"}}), "/aBearer other");
  EXPECT_EQ(echo.Get("/a"), "/a");
  EXPECT_EQ(echo.server.requests(), 4);
}

TEST(Foretell, IsForgottenForWhatIsForetoldLater) {
  Echo echo;
  echo.Get("/warm");
  echo.asked.acquire();
  echo.Foretell("/a");
  echo.asked.acquire();
  echo.Foretell("/b");
  EXPECT_EQ(echo.Get("/b"), "/b");
  EXPECT_EQ(echo.server.requests(), 3);
  EXPECT_EQ(echo.Get("/a"), "/a");
  EXPECT_EQ(echo.server.requests(), 4);
}

TEST(Foretell, SendsNothingThatHasAnEffectOrMayNotBeSent) {
  Echo echo;
  echo.Get("/warm");
  bool left = false;
  const std::string url = echo.server.Url() + "/x";
  echo.transport->Foretell({.method = Method::kPost, .url = url, .body = "{}"});
  echo.transport->Foretell({.url = url, .may_have_left = &left});
  echo.transport->Foretell({.url = url, .headers = {{"A", "b\r\nC: d"}}});
  echo.transport->Foretell({.url = "http://192.0.2.1/x"});
  echo.transport->Foretell({.url = "nonsense"});
  EXPECT_EQ(echo.Get("/last"), "/last");
  EXPECT_EQ(echo.server.requests(), 2);
}

TEST(Foretell, TellsItsFaultsWhenItIsAskedFor) {
  RawServer server([](const Request& request, Peer& peer) {
    if (request.number > 1) return peer.Reset();
    peer.Send(HttpAnswer(200, "x"));
  });
  const auto transport = MakeCurlTransport();
  ASSERT_TRUE(transport->Send({.url = server.Url()}, {}));
  transport->Foretell({.url = server.Url()});
  const auto answer = transport->Send({.url = server.Url()}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kOffline);
}

TEST(Foretell, EndsWithACancelAndWithTheTransport) {
  std::counting_semaphore<> asked(0);
  RawServer server([&](const Request& request, Peer& peer) {
    if (request.number == 1) {
      peer.Send(HttpAnswer(200, "x"));
      return;
    }
    asked.release();
    peer.WaitUntilClientLeaves();
  });
  auto transport = MakeCurlTransport();
  ASSERT_TRUE(transport->Send({.url = server.Url()}, {}));
  transport->Foretell({.url = server.Url()});
  asked.acquire();
  std::stop_source source;
  auto answer = std::async(std::launch::async, [&] {
    return transport->Send({.url = server.Url()}, source.get_token());
  });
  source.request_stop();
  EXPECT_EQ(answer.get().error().code, ErrorCode::kCancelled);
  transport->Foretell({.url = server.Url()});
  transport.reset();  // The server would wait for ever otherwise.
}

}  // namespace
}  // namespace satchel
