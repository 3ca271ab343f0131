// Writes (key, row) pairs into an empty key table, in their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/record/guid.h"
#include "engine/store/database.h"
#include "engine/store/key_sorter.h"
#include "policy/support/result.h"

namespace satchel {

// Pairs go in many at a time; what is not yet in is lost with the writer unless End was called.
class KeyTableWriter {
 public:
  // `kind`: kId or kInteger, that of all keys.
  KeyTableWriter(Database& database, const std::string& table, const std::string& field,
                 KeySorter::Kind kind);

  [[nodiscard]] Result<> Add(const KeySorter::Entry& entry);
  [[nodiscard]] Result<> End();

 private:
  struct Pair {
    Guid id = {};  // Or …
    std::int64_t number = 0;
    std::int64_t row = 0;
  };
  [[nodiscard]] Result<> Put(std::optional<Statement>& statement, std::size_t from,
                             std::size_t count);

  Database& database_;
  std::string into_;
  KeySorter::Kind kind_;
  std::vector<Pair> waiting_ = {};      // Binds point into it.
  std::optional<Statement> many_ = {};  // Compiling it costs more than a small table is worth.
  std::optional<Statement> one_ = {};
};

}  // namespace satchel
