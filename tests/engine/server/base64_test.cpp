#include "engine/server/base64.h"

#include <gtest/gtest.h>

namespace satchel {
namespace {

Result<std::string> Whole(std::string_view text, std::size_t piece) {
  Base64Decoder decoder;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (auto fine = decoder.Decode(text.substr(at, piece), bytes); !fine) return Fail(fine.error());
  }
  if (auto fine = decoder.Finish(); !fine) return Fail(fine.error());
  return bytes;
}

TEST(Base64, DecodesWhereverThePiecesEnd) {
  for (std::size_t piece = 1; piece < 12; ++piece) {
    EXPECT_EQ(Whole("", piece), "");
    EXPECT_EQ(Whole("U2F0", piece), "Sat");
    EXPECT_EQ(Whole("U2F0Y2hlbA==", piece), "Satchel");
    EXPECT_EQ(Whole("U2F0Y2hlbCE=", piece), "Satchel!");
    EXPECT_EQ(Whole("U2F0\r\nY2hl\r\nbA==\r\n", piece), "Satchel");
    EXPECT_EQ(Whole("+/-_", piece), std::string("\xfb\xff\xbf"));
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text :
       {"U2F", "U2F0Y", "U2F0=", "=", "U===", "U2F0 Y2hl", "bA==bA==", "bA==="}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{20}}) {
      const auto bytes = Whole(text, piece);
      ASSERT_FALSE(bytes) << text;
      EXPECT_EQ(bytes.error().code, ErrorCode::kCorrupt);
    }
  }
}

}  // namespace
}  // namespace satchel
