// Exact decimal numbers: an integer and a scale. No rounding anywhere.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace satchel {

inline constexpr int kMostDecimalDigits = 18;

struct Decimal {
  std::int64_t unscaled = 0;
  int scale = 0;  // value = unscaled / 10^scale; 0 … kMostDecimalDigits.
};

// "-12.50", "1e3". Nothing when it is no number or does not fit kMostDecimalDigits after
// normalising.
[[nodiscard]] std::optional<Decimal> ParseDecimal(std::string_view text);
// Shortest exact form: "12.5", "-3", "1000".
[[nodiscard]] std::string ToString(const Decimal& decimal);
// By value: 1.0 == 1.00. Exact for every pair.
[[nodiscard]] std::strong_ordering Compare(const Decimal& a, const Decimal& b);
// `unscaled` at another scale; nothing when digits would be lost or it does not fit.
[[nodiscard]] std::optional<std::int64_t> Rescale(const Decimal& decimal, int scale);

}  // namespace satchel
