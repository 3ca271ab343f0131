// Where the next page is, as text that a later process can use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/support/result.h"

namespace satchel {

struct PageCursor {
  enum class Kind : std::uint8_t {
    kFetch,   // `where` is the decoded paging cookie, empty on page 1 or when none is granted.
    kLink,    // `where` is the next link; empty: the first page.
    kKeyset,  // `where` is the literal of the last key; empty: the first page.
    kDelta,   // `where` is a next link or delta link of tracked changes; empty: tracking begins.
  };
  Kind kind = Kind::kFetch;
  std::int64_t page = 1;
  std::int64_t rows = 0;  // Delivered by the pages before.
  // Of a read that stops at a number of rows: the order values of the last of them, once it came.
  std::string edge = {};  // Holds no '|'.
  std::string where = {};
};

[[nodiscard]] std::string Print(const PageCursor& cursor);
// kExpired for text this version did not write: the read starts over.
[[nodiscard]] Result<PageCursor> ParseCursor(std::string_view text);

}  // namespace satchel
