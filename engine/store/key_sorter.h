// Sorts (key, row) pairs with bounded memory, so that an index can be written in its own order.
//
// Sorted runs go to a file that has no name; a merge reads them back. Building a key table from it
// is about twice as fast as CREATE INDEX (docs/decisions/0012-sorted-key-tables.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "engine/record/cell.h"
#include "engine/record/guid.h"
#include "policy/support/result.h"

namespace satchel {

class KeySorter {
 public:
  // The key as two big-endian halves, so that numbers compare as the bytes would. An integer key is
  // in `high`, its sign bit flipped.
  struct Entry {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::int64_t row = 0;
    friend auto operator<=>(const Entry&, const Entry&) = default;
    [[nodiscard]] Guid id() const;
    [[nodiscard]] std::int64_t integer() const;
  };
  enum class Kind : std::uint8_t { kEmpty, kId, kInteger, kOther };

  // What sorts as the key does. kOther: neither a GUID nor an integer, and `entry` says nothing.
  [[nodiscard]] static Kind Read(const Cell& key, Entry& entry);

  // Runs that do not fit memory go to an unnamed file in `folder`.
  explicit KeySorter(std::filesystem::path folder);
  KeySorter(KeySorter&& other) noexcept;
  KeySorter& operator=(KeySorter&&) = delete;
  ~KeySorter();

  // Nulls are skipped. Fails when the disk does.
  [[nodiscard]] Result<> Add(const Cell& key, std::int64_t row);
  // kOther: some key was neither a GUID nor an integer, or they were mixed; there is nothing to
  // merge then.
  [[nodiscard]] Kind kind() const { return kind_; }
  // Visits every pair in order; ends early with the visitor's error. May be called again.
  [[nodiscard]] Result<> Merge(const std::function<Result<>(const Entry&)>& visit);

 private:
  struct Run {
    std::int64_t offset = 0;
    std::size_t size = 0;
  };
  [[nodiscard]] Result<> Spill();
  void SortPending();

  std::filesystem::path folder_;
  Kind kind_ = Kind::kEmpty;
  std::vector<Entry> pending_ = {};  // Not yet sorted.
  std::vector<Run> runs_ = {};
  int file_ = -1;
};

}  // namespace satchel
