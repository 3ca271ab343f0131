// Changes a table to what was set aside for it: rows that differ, rows that are new, rows that go.
// Inside the caller's transaction.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "engine/record/value.h"
#include "engine/store/database.h"
#include "engine/store/labels.h"
#include "engine/store/local_schema.h"
#include "engine/store/merge.h"

namespace satchel {

// A row that came with an older version than the one here, and was ignored.
struct KeptVersion {
  Value key = {};
  Value incoming = {};
  Value here = {};
  bool asked = false;  // It had been asked for by id.
};

class MergeRows {
 public:
  // `incoming` and `gone` are temporary tables as EntityMerge makes them; `incoming` holds every id
  // once. What is ignored is taken out of both.
  MergeRows(Database& database, const LocalTable& table, std::string incoming, std::string gone,
            std::string asked);

  [[nodiscard]] Result<MergeCounts> Apply(std::stop_token stop);
  [[nodiscard]] const std::vector<KeptVersion>& ignored() const { return ignored_; }

 private:
  [[nodiscard]] Result<> Match();
  [[nodiscard]] Result<> Update(std::stop_token stop);
  [[nodiscard]] Result<> Insert(std::stop_token stop);
  [[nodiscard]] Result<> Remove(std::stop_token stop);
  [[nodiscard]] Result<> Write(std::int64_t row, const std::vector<bool>& differs,
                               const Statement& theirs);
  [[nodiscard]] Result<> Ignore(std::int64_t number, const Statement& theirs,
                                const Statement& ours);

  Database& database_;
  const LocalTable& table_;
  std::string incoming_;
  std::string gone_;
  std::string asked_;
  std::string columns_;      // Of the table, without the row number.
  std::size_t key_ = 0;      // Among them.
  std::size_t version_ = 0;  // Likewise.
  Unpointed unpointed_;
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs_ = {};  // Row here, row incoming.
  std::vector<std::int64_t> fresh_ = {};                           // Rows incoming, by key.
  std::map<std::vector<bool>, Statement> updates_ = {};            // By the columns that differ.
  std::vector<KeptVersion> ignored_ = {};
  MergeCounts counts_ = {};
};

}  // namespace satchel
