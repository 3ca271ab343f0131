// The records behind a comparison: which came, which went, which stayed; page by page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/support/result.h"

namespace satchel {

struct Comparison;

enum class RecordChange : std::uint8_t { kAdded, kRemoved, kKept };
[[nodiscard]] std::string_view Name(RecordChange change);  // "added", "removed", "kept"

struct ComparedRecord {
  std::string id = {};
  std::string name = {};  // Empty: neither policy keeps the field that names the entity's records.
  friend bool operator==(const ComparedRecord&, const ComparedRecord&) = default;
};

// Opens read-only; one object per thread. Holds on to the comparison's scratch folders.
class ComparedRecords {
 public:
  virtual ~ComparedRecords() = default;
  [[nodiscard]] virtual Result<std::int64_t> Count(std::string_view entity,
                                                   RecordChange change) = 0;
  // [offset, offset + limit) by id. The first call for an entity walks its ids once.
  [[nodiscard]] virtual Result<std::vector<ComparedRecord>> Rows(std::string_view entity,
                                                                 RecordChange change,
                                                                 std::int64_t offset,
                                                                 std::int64_t limit) = 0;
  // {"id": …, "name": …}, a line each; a private file, whole or not at all.
  [[nodiscard]] virtual Result<> WriteJsonLines(std::string_view entity, RecordChange change,
                                                const std::filesystem::path& file) = 0;
};
[[nodiscard]] Result<std::unique_ptr<ComparedRecords>> OpenComparedRecords(
    const Comparison& comparison);

}  // namespace satchel
