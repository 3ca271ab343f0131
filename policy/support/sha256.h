// SHA-256 (FIPS 180-4), for hashes that name content.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace satchel {

class Sha256 {
 public:
  Sha256();
  void Update(std::string_view bytes);
  // Lower-case hexadecimal, 64 characters. Ends the computation.
  [[nodiscard]] std::string Hex();

 private:
  void Block(const std::uint8_t* block);

  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> pending_ = {};
  std::uint64_t length_ = 0;
};

[[nodiscard]] std::string Sha256Hex(std::string_view bytes);

}  // namespace satchel
