#include "tests/support/sqlite_pool.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace satchel {

namespace {

// A sanitizer is to see each block by itself.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__clang__)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

// In front of every block; what is behind it stays aligned.
struct alignas(std::max_align_t) Head {
  std::size_t size = 0;  // Of what is behind it.
};

constexpr std::size_t kStep = 32;
constexpr std::size_t kFineSizes = 64;   // Multiples of kStep, up to 2 KiB;
constexpr std::size_t kLargeSizes = 20;  // then powers of two, up to 2 GiB.
constexpr std::size_t kFine = kStep * kFineSizes;
constexpr std::size_t kBlock = 64 * 1024;  // So much is asked for at once.

std::size_t Rounded(std::size_t size) {
  return size <= kFine ? (size + kStep - 1) / kStep * kStep : std::bit_ceil(size);
}

std::size_t ListOf(std::size_t rounded) {
  if (rounded <= kFine) return rounded / kStep - 1;
  return kFineSizes + static_cast<std::size_t>(std::countr_zero(rounded)) -
         static_cast<std::size_t>(std::countr_zero(kFine)) - 1;
}

// SQLite's allocator is one of the process and is told of no object: this is the one place that
// keeps something beside objects, each thread for itself. A block freed by another thread than
// asked for it changes lists, which harms nobody. Nothing is given back before the process ends.
struct Pool {
  struct Free {
    Free* next = nullptr;
  };
  std::array<Free*, kFineSizes + kLargeSizes> lists = {};
  std::byte* at = nullptr;  // The rest of the block last asked for.
  std::size_t left = 0;

  void* Take(std::size_t rounded) {
    Free*& list = lists[ListOf(rounded)];
    if (list) {
      void* block = list;
      list = list->next;
      return block;
    }
    const std::size_t whole = rounded + sizeof(Head);
    if (whole > kBlock / 4) return Made(std::malloc(whole), rounded);
    if (left < whole) {
      at = static_cast<std::byte*>(std::malloc(kBlock));
      left = at ? kBlock : 0;
      if (!at) return nullptr;
    }
    void* block = Made(at, rounded);
    at += whole;
    left -= whole;
    return block;
  }
  static void* Made(void* memory, std::size_t size) {
    return memory ? new (memory) Head{size} + 1 : nullptr;
  }
  void Give(void* block, std::size_t rounded) {
    Free*& list = lists[ListOf(rounded)];
    list = new (block) Free{list};
  }
};

thread_local Pool pool;

std::size_t SizeOf(void* block) {
  return (static_cast<Head*>(block) - 1)->size;
}

extern "C" {
static int PoolRoundup(int size) {
  return static_cast<int>(Rounded(static_cast<std::size_t>(size)));
}
static void* PoolMalloc(int size) {
  return size > 0 ? pool.Take(Rounded(static_cast<std::size_t>(size))) : nullptr;
}
static void PoolFree(void* block) {
  if (block) pool.Give(block, SizeOf(block));
}
static void* PoolRealloc(void* block, int size) {
  const std::size_t old = SizeOf(block);
  if (Rounded(static_cast<std::size_t>(size)) == old) return block;
  void* other = PoolMalloc(size);
  if (!other) return nullptr;
  std::memcpy(other, block, std::min(old, static_cast<std::size_t>(size)));
  PoolFree(block);
  return other;
}
static int PoolSize(void* block) {
  return block ? static_cast<int>(SizeOf(block)) : 0;
}
static int PoolInit(void*) {
  return SQLITE_OK;
}
static void PoolShutdown(void*) {}
}

}  // namespace

void GiveSqliteAPool(bool sanitized_too) {
  if (kSanitized && !sanitized_too) return;
  static constexpr int kUncounted = 0;
  sqlite3_mem_methods methods = {PoolMalloc,  PoolFree, PoolRealloc,  PoolSize,
                                 PoolRoundup, PoolInit, PoolShutdown, nullptr};
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, kUncounted);
  sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

}  // namespace satchel
