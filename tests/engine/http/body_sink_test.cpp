#include "engine/http/body_sink.h"

#include <gtest/gtest.h>

#include "tests/support/raw_server.h"

namespace satchel {
namespace {

TEST(BodySink, UnpacksGzipInPiecesOfAnySize) {
  std::string plain;
  for (int i = 0; i < 5000; ++i) plain += std::to_string(i * i) + " ";
  const std::string packed = Gzip(plain) + Gzip("tail");
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{7}, std::size_t{4096}, packed.size()}) {
    BodySink sink({});
    ASSERT_TRUE(sink.SetEncoding("GZIP"));
    for (std::size_t at = 0; at < packed.size(); at += size) {
      ASSERT_TRUE(sink.Write(std::string_view(packed).substr(at, size)));
    }
    EXPECT_EQ(*sink.Finish(), plain + "tail") << size;
  }
}

TEST(BodySink, StopsExactlyAtItsCap) {
  HttpLimits limits;
  limits.body_bytes = 100;
  for (const std::size_t size : {std::size_t{99}, std::size_t{100}}) {
    BodySink sink(limits);
    EXPECT_TRUE(sink.Write(std::string(size, 'x')));
  }
  BodySink sink(limits);
  EXPECT_TRUE(sink.Write(std::string(100, 'x')));
  EXPECT_FALSE(sink.Write("x"));
}

TEST(BodySink, CountsUnpackedBytesAgainstTheCap) {
  HttpLimits limits;
  limits.body_bytes = 1000;
  BodySink sink(limits);
  ASSERT_TRUE(sink.SetEncoding("gzip"));
  EXPECT_FALSE(sink.Write(Gzip(std::string(1001, 'x'))));
}

TEST(BodySink, AllowsAnHonestRatioOnly) {
  HttpLimits limits;
  limits.ratio = 10;
  limits.ratio_from = 100;
  BodySink small(limits);
  ASSERT_TRUE(small.SetEncoding("gzip"));
  EXPECT_TRUE(small.Write(Gzip(std::string(100, 'x'))));
  BodySink large(limits);
  ASSERT_TRUE(large.SetEncoding("gzip"));
  EXPECT_FALSE(large.Write(Gzip(std::string(10'000, 'x'))));
}

TEST(BodySink, AcceptsAnEmptyBodyWhateverItsEncoding) {
  BodySink sink({});
  ASSERT_TRUE(sink.SetEncoding("gzip"));
  EXPECT_EQ(*sink.Finish(), "");
}

}  // namespace
}  // namespace satchel
