#include "tests/support/file_content.h"

#include <algorithm>
#include <cstring>

namespace satchel {

FileContent::Block& FileContent::Own(std::size_t index) {
  std::shared_ptr<Block>& block = blocks_[index];
  if (block.use_count() > 1) block = std::make_shared<Block>(*block);
  return *block;
}

std::size_t FileContent::Read(std::size_t offset, std::size_t count, char* into) const {
  const std::size_t there = offset < size_ ? std::min(count, size_ - offset) : 0;
  for (std::size_t done = 0; done < there;) {
    const std::size_t within = (offset + done) % kBlock;
    const std::size_t part = std::min(there - done, kBlock - within);
    std::memcpy(into + done, blocks_[(offset + done) / kBlock]->data() + within, part);
    done += part;
  }
  return there;
}

std::string FileContent::Bytes(std::size_t offset, std::size_t count) const {
  std::string bytes(offset < size_ ? std::min(count, size_ - offset) : 0, '\0');
  Read(offset, bytes.size(), bytes.data());
  return bytes;
}

void FileContent::Write(std::size_t offset, std::string_view bytes) {
  if (size_ < offset + bytes.size()) Resize(offset + bytes.size());
  for (std::size_t done = 0; done < bytes.size();) {
    const std::size_t within = (offset + done) % kBlock;
    const std::size_t part = std::min(bytes.size() - done, kBlock - within);
    std::memcpy(Own((offset + done) / kBlock).data() + within, bytes.data() + done, part);
    done += part;
  }
}

void FileContent::Resize(std::size_t size) {
  const std::size_t kept = std::min(blocks_.size(), (size + kBlock - 1) / kBlock);
  blocks_.resize(kept);
  if (size < size_ && size % kBlock != 0) {
    Block& last = Own(kept - 1);
    std::fill(last.begin() + static_cast<std::ptrdiff_t>(size % kBlock), last.end(), '\0');
  }
  while (blocks_.size() * kBlock < size) blocks_.push_back(std::make_shared<Block>());
  size_ = size;
}

}  // namespace satchel
