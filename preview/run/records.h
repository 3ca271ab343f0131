// The records of a preview's or a device's database, page by page: for tables, JSON lines and CSV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct RecordColumn {
  std::string field = {};
  std::string label = {};
  FieldType type = FieldType::kString;
};

struct RecordRow {
  std::string id = {};
  std::vector<std::string> cells =
      {};  // For people, in column order: labels of choices and lookups where known.
};

struct RecordOrder {
  std::string field = {};  // Empty: by id.
  bool descending = false;
};

// Opens read-only; one object per thread.
class Records {
 public:
  virtual ~Records() = default;
  [[nodiscard]] virtual Result<std::vector<RecordColumn>> Columns(std::string_view entity) = 0;
  // With `search`: rows in which some text column contains it (case-blind).
  [[nodiscard]] virtual Result<std::int64_t> Count(std::string_view entity,
                                                   std::string_view search) = 0;
  // Rows [offset, offset + limit) of that order. A million rows answer any offset in a frame's time
  // after the first call for an order, which sorts ids once.
  [[nodiscard]] virtual Result<std::vector<RecordRow>> Rows(std::string_view entity,
                                                            const RecordOrder& order,
                                                            std::string_view search,
                                                            std::int64_t offset,
                                                            std::int64_t limit) = 0;
  // From now on only records with these ids, or all again.
  virtual void Restrict(std::optional<std::unordered_set<std::string>> ids) = 0;
  // Those rows in that order, a column per field; how many. A private file, whole or not at all;
  // kConflict when it exists. A cell that a spreadsheet would take for a formula begins with an
  // apostrophe.
  [[nodiscard]] virtual Result<std::int64_t> WriteCsv(std::string_view entity,
                                                      const RecordOrder& order,
                                                      std::string_view search,
                                                      const std::vector<std::string>& fields,
                                                      const std::filesystem::path& file) = 0;
  // One JSON object per record, a line each, in the types of `eval` data files.
  [[nodiscard]] virtual Result<void> WriteJsonLines(std::string_view entity,
                                                    const std::filesystem::path& file) = 0;
};
[[nodiscard]] Result<std::unique_ptr<Records>> OpenRecords(const std::filesystem::path& database);

}  // namespace satchel
