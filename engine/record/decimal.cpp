#include "engine/record/decimal.h"

#include <limits>

namespace satchel {

namespace {

__extension__ using Wide = __int128;  // Products of an int64 and a power of ten up to 10^18 fit.

constexpr std::int64_t PowerOfTen(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  bool negative = false;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
  std::int64_t digits = 0;
  int count = 0;  // Significant digits taken.
  int scale = 0;
  bool any = false;
  bool point = false;
  int zeros = 0;  // Zeros not yet taken: trailing ones after the point are dropped.
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any = true;
    if (point && c == '0') {
      ++zeros;
      continue;
    }
    for (; zeros > 0; --zeros) {
      if (digits != 0 && ++count > kMostDecimalDigits) return std::nullopt;
      digits *= 10;
      ++scale;
    }
    if (digits != 0 || c != '0') {
      if (++count > kMostDecimalDigits) return std::nullopt;
    }
    digits = digits * 10 + (c - '0');
    if (point) ++scale;
  }
  if (!any) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    bool minus = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) minus = text[at++] == '-';
    int exponent = 0;
    const std::size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      exponent = exponent * 10 + (text[at] - '0');
      if (exponent > 400) return std::nullopt;
    }
    if (at == first) return std::nullopt;
    scale -= minus ? -exponent : exponent;
  }
  if (at != text.size()) return std::nullopt;
  if (digits == 0) return Decimal{};
  for (; scale < 0; ++scale) {
    if (++count > kMostDecimalDigits) return std::nullopt;
    digits *= 10;
  }
  for (; scale > kMostDecimalDigits && digits % 10 == 0; --scale) digits /= 10;
  if (scale > kMostDecimalDigits) return std::nullopt;
  return Decimal{negative ? -digits : digits, scale};
}

std::string ToString(const Decimal& decimal) {
  std::int64_t unscaled = decimal.unscaled;
  int scale = decimal.scale;
  for (; scale > 0 && unscaled % 10 == 0; --scale) unscaled /= 10;
  const bool negative = unscaled < 0;
  std::string digits = std::to_string(unscaled);
  if (negative) digits.erase(0, 1);
  if (scale > 0) {
    if (digits.size() <= static_cast<std::size_t>(scale)) {
      digits.insert(0, static_cast<std::size_t>(scale) + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
  }
  return negative ? "-" + digits : digits;
}

std::strong_ordering Compare(const Decimal& a, const Decimal& b) {
  const int scale = a.scale > b.scale ? a.scale : b.scale;
  const Wide left = static_cast<Wide>(a.unscaled) * PowerOfTen(scale - a.scale);
  const Wide right = static_cast<Wide>(b.unscaled) * PowerOfTen(scale - b.scale);
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

std::optional<std::int64_t> Rescale(const Decimal& decimal, int scale) {
  if (scale >= decimal.scale) {
    const Wide scaled = static_cast<Wide>(decimal.unscaled) * PowerOfTen(scale - decimal.scale);
    if (scaled > std::numeric_limits<std::int64_t>::max() ||
        scaled < std::numeric_limits<std::int64_t>::min()) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(scaled);
  }
  const std::int64_t divisor = PowerOfTen(decimal.scale - scale);
  if (decimal.unscaled % divisor != 0) return std::nullopt;
  return decimal.unscaled / divisor;
}

}  // namespace satchel
