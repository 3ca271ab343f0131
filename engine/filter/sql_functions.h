// What the SQL of CompileSql calls, as plain functions. OpenDatabase (engine/store/database.h)
// registers each under its name below; nothing here knows SQLite.
//
// Registration: all functions are deterministic and innocuous (SQLITE_UTF8 | SQLITE_DETERMINISTIC |
// SQLITE_INNOCUOUS). A scalar function answers NULL when its first argument is NULL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/guid.h"

namespace satchel {

// A collation: CompareText of engine/record/text_order.h.
inline constexpr const char* kTextCollation = "satchel_text";

// satchel_like(text, pattern): 1 or 0. The pattern is the same for every row of a statement: keep
// the LikePattern with sqlite3_set_auxdata(context, 1, …).
inline constexpr const char* kLikeFunction = "satchel_like";

// satchel_id(text): the 16 bytes of a GUID as a BLOB; NULL when the text is none. For long lists of
// ids, which are bound as one JSON text.
inline constexpr const char* kIdFunction = "satchel_id";

// A LIKE pattern taken apart once: % any run, _ one character, [a-c] one of, [^a] none of; case and
// trailing blanks as docs/filters.md says. Any text is a pattern; nothing fails.
class LikePattern {
 public:
  explicit LikePattern(std::string_view pattern);
  [[nodiscard]] bool Matches(std::string_view text) const;

 private:
  struct Range {
    std::int32_t first = 0;
    std::int32_t last = 0;
  };
  struct Piece {
    enum class Kind : std::uint8_t { kCharacter, kAny, kRun, kSet, kOutside };
    Kind kind = Kind::kCharacter;
    std::int32_t character = 0;      // Folded.
    std::vector<Range> ranges = {};  // Of a set; folded ends.
  };
  [[nodiscard]] static bool Fits(const Piece& piece, std::int32_t character);

  std::vector<Piece> pieces_;
};

// satchel_id.
[[nodiscard]] inline std::optional<Guid> IdOfText(std::string_view text) {
  return ParseGuid(text);
}

}  // namespace satchel
