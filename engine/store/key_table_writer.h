// Writes (key, row) pairs into an empty key table, in their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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
  [[nodiscard]] Result<> Put(std::optional<Statement>& statement, std::size_t from,
                             std::size_t count);

  Database& database_;
  std::string into_;
  KeySorter::Kind kind_;
  std::vector<std::pair<Guid, std::int64_t>> waiting_ = {};  // Binds point into it.
  std::vector<std::int64_t> numbers_ = {};
  std::optional<Statement> many_ = {};  // Compiling it costs more than a small table is worth.
  std::optional<Statement> one_ = {};
};

}  // namespace satchel
