#include "engine/server/base64.h"

#include <array>

namespace satchel {

namespace {

constexpr std::int8_t kNone = -1;

constexpr std::array<std::int8_t, 256> MakeTable() {
  std::array<std::int8_t, 256> table = {};
  table.fill(kNone);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  table[static_cast<unsigned char>('-')] = 62;  // The form that is safe in URLs.
  table[static_cast<unsigned char>('_')] = 63;
  return table;
}
constexpr std::array<std::int8_t, 256> kTable = MakeTable();

constexpr int kEnded = 5;  // More padding than there can be: nothing may follow.

tl::unexpected<Error> NoBase64() {
  return Fail(ErrorCode::kCorrupt, "the body is no base64");
}

}  // namespace

Result<> Base64Decoder::Decode(std::string_view piece, std::string& bytes) {
  for (const char c : piece) {
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (count_ + padding_ < 2 || count_ + ++padding_ > 4) return NoBase64();
      continue;
    }
    const std::int8_t six = kTable[static_cast<unsigned char>(c)];
    if (six == kNone || padding_ > 0) return NoBase64();
    bits_ = bits_ << 6 | static_cast<std::uint32_t>(six);
    if (++count_ < 4) continue;
    bytes += static_cast<char>(bits_ >> 16 & 0xff);
    bytes += static_cast<char>(bits_ >> 8 & 0xff);
    bytes += static_cast<char>(bits_ & 0xff);
    bits_ = 0;
    count_ = 0;
  }
  if (padding_ > 0 && count_ + padding_ == 4) {
    // The group is whole: two characters make one byte, three make two.
    const std::uint32_t group = bits_ << (6 * padding_);
    bytes += static_cast<char>(group >> 16 & 0xff);
    if (count_ == 3) bytes += static_cast<char>(group >> 8 & 0xff);
    bits_ = 0;
    count_ = 0;
    padding_ = kEnded;
  }
  return {};
}

Result<> Base64Decoder::Finish() const {
  if (count_ == 0) return {};
  return Fail(ErrorCode::kCorrupt, "the body is base64 that ends in the middle");
}

}  // namespace satchel
