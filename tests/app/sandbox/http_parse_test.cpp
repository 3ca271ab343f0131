#include "app/sandbox/http/parse.h"

#include <gtest/gtest.h>

#include "app/sandbox/http/gzip.h"
#include "app/sandbox/http/limits.h"
#include "engine/http/body_sink.h"

namespace satchel::sandbox {
namespace {

using State = RequestParser::State;

struct Parsed {
  State state = State::kNeedMore;
  HttpRequest request = {};
  bool keep_alive = false;
};

Parsed Next(RequestParser& parser) {
  Parsed parsed;
  parsed.state = parser.Next(parsed.request, parsed.keep_alive);
  return parsed;
}

Parsed Parse(std::string_view bytes) {
  RequestParser parser;
  parser.Feed(bytes);
  return Next(parser);
}

TEST(RequestParser, ReadsARequestByteByByte) {
  RequestParser parser;
  const std::string bytes =
      "POST /x?y=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX-A:  b \r\n\r\nabc";
  for (const char byte : bytes.substr(0, bytes.size() - 1)) {
    parser.Feed({&byte, 1});
    EXPECT_EQ(Next(parser).state, State::kNeedMore);
  }
  parser.Feed("c");
  const Parsed parsed = Next(parser);
  ASSERT_EQ(parsed.state, State::kComplete);
  EXPECT_EQ(parsed.request.method, "POST");
  EXPECT_EQ(parsed.request.target, "/x?y=1");
  EXPECT_EQ(parsed.request.headers.Find("x-a"), "b");
  EXPECT_EQ(parsed.request.body, "abc");
  EXPECT_TRUE(parsed.keep_alive);
  EXPECT_TRUE(parser.idle());
}

TEST(RequestParser, TakesRequestsThatFollowEachOther) {
  RequestParser parser;
  parser.Feed("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(Next(parser).request.target, "/1");
  const Parsed second = Next(parser);
  EXPECT_EQ(second.request.target, "/2");
  EXPECT_FALSE(second.keep_alive);
}

TEST(RequestParser, RefusesAnotherProtocolAtItsFirstByte) {
  EXPECT_EQ(Parse("\x16\x03\x01").state, State::kBad);  // TLS.
  EXPECT_EQ(Parse("\r").state, State::kNeedMore);       // Perhaps an empty line before a request.
  EXPECT_EQ(Parse("\r\n\x16").state, State::kBad);
}

TEST(RequestParser, PutsChunksTogether) {
  const Parsed parsed = Parse(
      "PATCH /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n");
  ASSERT_EQ(parsed.state, State::kComplete);
  EXPECT_EQ(parsed.request.body, "abcdefg");
}

TEST(RequestParser, SaysOnceThatTheClientMayGoOn) {
  RequestParser parser;
  parser.Feed("PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(Next(parser).state, State::kWantsContinue);
  EXPECT_EQ(Next(parser).state, State::kNeedMore);
  parser.Feed("ab");
  EXPECT_EQ(Next(parser).request.body, "ab");
}

TEST(RequestParser, TakesUrlsOf32768Characters) {
  const std::string path = "/" + std::string(32'767, 'a');
  EXPECT_EQ(Parse("GET " + path + " HTTP/1.1\r\n\r\n").request.target, path);
}

TEST(RequestParser, RefusesWhatIsTooLarge) {
  const auto status = [](const std::string& bytes) {
    RequestParser parser;
    parser.Feed(bytes);
    EXPECT_EQ(Next(parser).state, State::kBad);
    EXPECT_EQ(Next(parser).state, State::kBad) << "a broken connection stays broken";
    return parser.error_status();
  };
  EXPECT_EQ(status("GET /" + std::string(kMaxRequestLine, 'a')), 414);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nA: " + std::string(kMaxRequestLine + kMaxHeaderBytes, 'a')),
            431);
  EXPECT_EQ(status("PUT / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n"), 413);
  EXPECT_EQ(status("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n"), 413);
}

TEST(RequestParser, RefusesWhatIsMalformed) {
  for (const char* bytes :
       {"GET\r\n\r\n", "G T / HTTP/1.1\r\n bad\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nA\x01: b\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n"}) {
    EXPECT_EQ(Parse(bytes).state, State::kBad) << bytes;
  }
}

TEST(SandboxGzip, MakesABombThatIsValidGzip) {
  HttpLimits limits;
  limits.ratio = 10'000;
  BodySink sink(limits);
  ASSERT_TRUE(sink.SetEncoding("gzip"));
  const std::string bomb = GzipBomb(4);
  EXPECT_LT(bomb.size(), 5'000u);
  ASSERT_TRUE(sink.Write(bomb));
  const auto body = sink.Finish();
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, std::string(4u << 20, '\0'));
}

}  // namespace
}  // namespace satchel::sandbox
