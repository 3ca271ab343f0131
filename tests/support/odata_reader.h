// An OData v4 service's reading of $filter, written from the standard for tests: strict about
// types, three-valued, and with the differences that services are known to have as switches. It
// shares nothing with what compiles filters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/data_set.h"
#include "policy/support/result.h"

namespace satchel {

// What one service does and the next does not.
struct ODataManners {
  enum class Lower : std::uint8_t { kAscii, kSimple, kFull, kTurkish };
  // What tolower lowers; kFull: İ becomes two characters; kTurkish: I becomes ı, and İ becomes i.
  Lower lower = Lower::kSimple;
  bool ne_keeps_null = true;     // 'null ne 1' is true, as the standard says; else unknown.
  bool false_with_null = false;  // 'null gt 1' and contains(null,'x') are false; else unknown.
  bool case_blind = false;       // Text compares as the device does.
  bool ignores_padding = false;  // Blanks at the end do not count in eq and ne.
  bool empty_for_null = false;   // It holds an empty text where the device holds null.
};
[[nodiscard]] std::string Show(const ODataManners& manners);

class ODataReader {
 public:
  // `data` outlives the reader. Navigation properties and collections are those of `schema`.
  ODataReader(const Schema& schema, const RowSource& data, ODataManners manners)
      : schema_(schema), data_(data), manners_(manners) {}

  // Indexes of the rows for which the filter is true, ascending. Fails on what a strict service
  // refuses: syntax, unknown properties and functions, comparisons of different types.
  [[nodiscard]] Result<std::vector<std::size_t>> Run(std::string_view filter,
                                                     std::string_view entity) const;

 private:
  const Schema& schema_;
  const RowSource& data_;
  ODataManners manners_;
};

}  // namespace satchel
