// The bytes of a file of TestVfs, in blocks: growing copies nothing, and neither does a copy, whose
// blocks are shared until one side writes.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace satchel {

class FileContent {
 public:
  [[nodiscard]] std::size_t size() const { return size_; }
  // As many bytes as there are from `offset` on, at most `count`; how many there were.
  std::size_t Read(std::size_t offset, std::size_t count, char* into) const;
  [[nodiscard]] std::string Bytes(std::size_t offset, std::size_t count) const;
  // A gap that this leaves reads as zeros.
  void Write(std::size_t offset, std::string_view bytes);
  void Resize(std::size_t size);

 private:
  static constexpr std::size_t kBlock = 8 * 1024;
  using Block = std::array<char, kBlock>;

  [[nodiscard]] Block& Own(std::size_t index);

  std::size_t size_ = 0;
  std::vector<std::shared_ptr<Block>> blocks_ = {};  // What is behind the end is zero.
};

}  // namespace satchel
