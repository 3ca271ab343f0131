// Chance that is the same on every machine: integers only, one stream per row.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/record/guid.h"

namespace satchel::sandbox {

// A stream of numbers fixed by (seed, kind, row); SplitMix64 (Steele, Lea, Flood 2014). Rows do not
// depend on each other, so any row can be drawn without the ones before it.
class Draw {
 public:
  Draw(std::uint64_t seed, std::string_view kind, std::uint64_t row)
      : state_(Mix(seed) ^ Mix(row + 1)) {
    for (const char c : kind) state_ = Mix(state_ ^ static_cast<unsigned char>(c));
  }

  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    return Mix(state_);
  }
  // 0 … below - 1; below > 0. The bias of the remainder is far below what generated data shows.
  std::int64_t Below(std::int64_t below) {
    return static_cast<std::int64_t>(Next() % static_cast<std::uint64_t>(below));
  }
  std::int64_t Between(std::int64_t low, std::int64_t high) { return low + Below(high - low + 1); }
  // Small numbers are likelier: the smaller of two draws, twice over.
  std::int64_t Skewed(std::int64_t below) {
    const std::int64_t a = Below(below);
    const std::int64_t b = Below(below);
    const std::int64_t c = Below(below);
    return a < b ? (a < c ? a : c) : (b < c ? b : c);
  }
  bool Percent(int percent) { return Below(100) < percent; }
  template <class T, std::size_t N>
  const T& Pick(const T (&from)[N]) {
    return from[static_cast<std::size_t>(Below(static_cast<std::int64_t>(N)))];
  }
  // A random (version 4) id.
  Guid Id() {
    Guid guid;
    for (std::size_t half = 0; half < 2; ++half) {
      const std::uint64_t bits = Next();
      for (std::size_t i = 0; i < 8; ++i)
        guid.bytes[half * 8 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    }
    guid.bytes[6] = static_cast<std::uint8_t>((guid.bytes[6] & 0x0F) | 0x40);
    guid.bytes[8] = static_cast<std::uint8_t>((guid.bytes[8] & 0x3F) | 0x80);
    return guid;
  }

 private:
  static std::uint64_t Mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace satchel::sandbox
