// Random numbers that are the same everywhere. Every subsystem of the simulation has a stream of
// its own, so that one more draw in one of them changes nothing in the others.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace satchel::sim {

class Prng {
 public:
  explicit Prng(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 0x1234567U) { Next(); }
  // A stream of its own.
  Prng(std::uint64_t seed, std::string_view stream) : Prng(seed) {
    for (const char c : stream) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    Next();
  }

  std::uint64_t Next() {  // splitmix64
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  // 0 ≤ x < n; n > 0.
  std::size_t Below(std::size_t n) { return static_cast<std::size_t>(Next() % n); }
  bool OneIn(std::size_t n) { return Below(n) == 0; }
  template <class T>
  const T& Of(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace satchel::sim
