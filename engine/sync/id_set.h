// Which ids a read has brought so far, as 64-bit hashes: 8 to 16 bytes an id. Only to notice a
// server that repeats itself; nothing is dropped on its word.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/record/cell.h"

namespace satchel {

class IdSet {
 public:
  // True when the id is new.
  bool Insert(const Cell& id) {
    if (2 * (count_ + 1) > slots_.size()) Grow();
    return Put(HashOf(id));
  }

 private:
  static std::uint64_t HashOf(const Cell& id) {
    std::uint64_t hash = 0xcbf29ce484222325U + static_cast<std::uint64_t>(id.kind);
    if (id.kind == Cell::Kind::kInteger) {
      hash ^= static_cast<std::uint64_t>(id.integer);
    } else {
      for (const char c : id.view()) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
      }
    }
    hash ^= hash >> 32;
    hash *= 0x9e3779b97f4a7c15U;
    hash ^= hash >> 29;
    return hash ? hash : 1;  // 0 marks a free slot.
  }
  bool Put(std::uint64_t hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != 0) {
      if (slots_[at] == hash) return false;
      at = (at + 1) & mask;
    }
    slots_[at] = hash;
    ++count_;
    return true;
  }
  void Grow() {
    std::vector<std::uint64_t> old(slots_.empty() ? 1024 : 2 * slots_.size());
    old.swap(slots_);
    count_ = 0;
    for (const std::uint64_t hash : old) {
      if (hash != 0) Put(hash);
    }
  }

  std::vector<std::uint64_t> slots_ = {};  // A power of two.
  std::size_t count_ = 0;
};

}  // namespace satchel
