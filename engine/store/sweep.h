// Holds what a server says should be here against what is: ids and versions, both directions.
//
// Everything goes through one sort, so that a million ids take bounded memory and no look-ups.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "engine/record/value.h"
#include "engine/store/database.h"
#include "engine/store/key_sorter.h"
#include "policy/support/result.h"

namespace satchel {

// A version, however it is written, as a number to compare for equality. 0: none.
[[nodiscard]] std::uint64_t VersionHash(const Cell& version);
[[nodiscard]] std::uint64_t KeyHash(const Cell& key);

// Order-independent: how many, and a sum over all of them.
struct SetHash {
  std::int64_t count = 0;
  std::uint64_t sum = 0;
  void Add(std::uint64_t key_hash, std::uint64_t version_hash);
  void Remove(std::uint64_t key_hash, std::uint64_t version_hash);
  friend bool operator==(const SetHash&, const SetHash&) = default;
};

class Sweep {
 public:
  enum class From : std::uint8_t { kHere, kServer, kSetAside };

  // Temporary files go to `folder`; keys that are text are sorted by `database`. One at a time.
  Sweep(Database& database, std::filesystem::path folder);

  [[nodiscard]] Result<> Add(From from, const Cell& key, std::uint64_t version);

  struct Found {
    Value key = {};
    bool here = false;
    bool server = false;
    bool set_aside = false;
    bool here_same = false;  // Has the server's version.
    bool set_aside_same = false;
    std::uint64_t server_version = 0;
  };
  // Every key once, in key order.
  [[nodiscard]] Result<> Visit(const std::function<Result<>(const Found&)>& visit);

 private:
  [[nodiscard]] Result<> VisitText(const std::function<Result<>(const Found&)>& visit);

  Database& database_;
  KeySorter sorter_;
  Cell::Kind kind_ = Cell::Kind::kNull;  // Of the keys; kNull: none yet.
  std::unique_ptr<Statement> put_ = {};  // For keys that are text.
};

}  // namespace satchel
