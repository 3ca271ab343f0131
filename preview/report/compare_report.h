// A comparison for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "preview/compare/compare.h"
#include "preview/compare/compared_records.h"

namespace satchel {

// The first records of those an entity gained or lost.
struct RecordList {
  std::string entity = {};
  RecordChange change = RecordChange::kAdded;
  std::int64_t count = 0;  // Of all.
  std::vector<ComparedRecord> first = {};
};

// One user's comparison, with what was kept of its records before the databases went.
struct ComparedUser {
  Comparison comparison = {};
  std::vector<RecordList> lists = {};
};
// At most `most` records a list; lists without records are left out.
[[nodiscard]] Result<std::vector<RecordList>> ListRecords(const Comparison& comparison,
                                                          std::int64_t most);

// "+ Account: field 'revenue' added  [structural]"
[[nodiscard]] std::string ChangeLine(const Change& change);
// What changed, by meaning; then every entity that differs, for one user or side by side; then the
// lists.
[[nodiscard]] std::string CompareTable(const std::vector<ComparedUser>& users);

}  // namespace satchel
