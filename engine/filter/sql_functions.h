// What the SQL of CompileSql calls, as plain functions. OpenDatabase (engine/store/database.h)
// registers each under its name below; nothing here knows SQLite.
//
// Registration: all functions are deterministic and innocuous (SQLITE_UTF8 | SQLITE_DETERMINISTIC |
// SQLITE_INNOCUOUS). A scalar function answers NULL when its first argument is NULL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/record/guid.h"
#include "policy/schema/field_type.h"

namespace satchel {

class Calendar;

// A collation: CompareText of engine/record/text_order.h.
inline constexpr const char* kTextCollation = "satchel_text";
// A text column as it is compared with something. The plus keeps SQLite from an index made for one
// query, with a Bloom filter that hashes the length of a text: texts that are equal but for
// trailing blanks would not meet (seen in 3.40). It costs nothing: no table has an index by this
// collation.
[[nodiscard]] std::string ComparedText(const std::string& column);

// satchel_like(text, pattern): 1 or 0. The pattern is the same for every row of a statement: keep
// the LikePattern with sqlite3_set_auxdata(context, 1, …).
inline constexpr const char* kLikeFunction = "satchel_like";

// satchel_id(text): the 16 bytes of a GUID as a BLOB; NULL when the text is none. For long lists of
// ids, which are bound as one JSON text.
inline constexpr const char* kIdFunction = "satchel_id";

// satchel_fiscal_period(value, calendar): the number of the fiscal period, 1 …, that a date
// column's value lies in; NULL when the calendar text is none of ours. The calendar is the same for
// every row of a statement: keep the FiscalPeriods with sqlite3_set_auxdata(context, 1, …).
inline constexpr const char* kFiscalPeriodFunction = "satchel_fiscal_period";

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

// Fiscal period numbers of any year, for satchel_fiscal_period. The text is what PrintCalendar
// wrote for the column's type and the context.
class FiscalPeriods {
 public:
  explicit FiscalPeriods(std::string_view calendar);
  // `value` as the column keeps it: ticks or days.
  [[nodiscard]] std::optional<int> Of(std::int64_t value) const;

 private:
  std::shared_ptr<const Calendar> calendar_;  // Null: no calendar.
  FieldType type_ = FieldType::kDateTime;
};
[[nodiscard]] std::string PrintCalendar(const FilterContext& context, FieldType type);

// satchel_id.
[[nodiscard]] inline std::optional<Guid> IdOfText(std::string_view text) {
  return ParseGuid(text);
}

}  // namespace satchel
