#include "engine/record/guid.h"

namespace satchel {

namespace {

// The value of a hexadecimal digit; 0x80 for any other character, so that one test at the end finds
// a bad one. A table, because whole downloads pass through here.
constexpr std::array<std::uint8_t, 256> MakeDigits() {
  std::array<std::uint8_t, 256> digits = {};
  for (std::size_t i = 0; i < digits.size(); ++i) digits[i] = 0x80;
  for (std::uint8_t i = 0; i < 10; ++i) digits[static_cast<std::size_t>('0' + i)] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    digits[static_cast<std::size_t>('a' + i)] = static_cast<std::uint8_t>(10 + i);
    digits[static_cast<std::size_t>('A' + i)] = static_cast<std::uint8_t>(10 + i);
  }
  return digits;
}
constexpr std::array<std::uint8_t, 256> kDigitValues = MakeDigits();

// Where the two digits of each byte stand in the text.
constexpr std::array<std::uint8_t, 16> kPlaces = {0,  2,  4,  6,  9,  11, 14, 16,
                                                  19, 21, 24, 26, 28, 30, 32, 34};

}  // namespace

std::optional<Guid> ParseGuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return std::nullopt;
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  Guid guid;
  unsigned bad = 0;
  for (std::size_t i = 0; i < 16; ++i) {
    const unsigned high = kDigitValues[static_cast<unsigned char>(text[kPlaces[i]])];
    const unsigned low = kDigitValues[static_cast<unsigned char>(text[kPlaces[i] + 1u])];
    bad |= high | low;
    guid.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if ((bad & 0x80) != 0) return std::nullopt;
  return guid;
}

std::string ToString(const Guid& guid) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(36, '-');
  for (std::size_t i = 0; i < 16; ++i) {
    text[kPlaces[i]] = kDigits[guid.bytes[i] >> 4];
    text[kPlaces[i] + 1u] = kDigits[guid.bytes[i] & 15];
  }
  return text;
}

}  // namespace satchel
