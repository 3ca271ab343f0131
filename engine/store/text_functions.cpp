#include "engine/store/text_functions.h"

#include <sqlite3.h>

#include <string_view>

#include "engine/filter/sql_functions.h"
#include "engine/record/text_order.h"

namespace satchel {

namespace {

std::string_view TextOf(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value)))
              : std::string_view();
}

// The second argument, made into a Parsed once per statement.
template <class Parsed>
const Parsed* ParsedOnce(sqlite3_context* context, sqlite3_value* value) {
  if (const auto* kept = static_cast<const Parsed*>(sqlite3_get_auxdata(context, 1))) return kept;
  sqlite3_set_auxdata(context, 1, new Parsed(TextOf(value)),
                      [](void* parsed) { delete static_cast<Parsed*>(parsed); });
  // SQLite may have dropped it at once, for want of memory.
  return static_cast<const Parsed*>(sqlite3_get_auxdata(context, 1));
}

int Compare(void* /*unused*/, int size_a, const void* a, int size_b, const void* b) {
  return CompareText({static_cast<const char*>(a), static_cast<std::size_t>(size_a)},
                     {static_cast<const char*>(b), static_cast<std::size_t>(size_b)});
}

void Like(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  const auto* pattern = ParsedOnce<LikePattern>(context, values[1]);
  if (!pattern) return sqlite3_result_error_nomem(context);
  sqlite3_result_int(context, pattern->Matches(TextOf(values[0])));
}

void PeriodNumber(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  const auto* periods = ParsedOnce<FiscalPeriods>(context, values[1]);
  if (!periods) return sqlite3_result_error_nomem(context);
  if (const auto period = periods->Of(sqlite3_value_int64(values[0]))) {
    sqlite3_result_int(context, *period);
  }
}

void Id(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  if (const auto id = IdOfText(TextOf(values[0]))) {
    sqlite3_result_blob(context, id->bytes.data(), static_cast<int>(id->bytes.size()),
                        SQLITE_TRANSIENT);
  }
}

}  // namespace

int RegisterTextFunctions(sqlite3* handle) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  int code =
      sqlite3_create_collation_v2(handle, kTextCollation, SQLITE_UTF8, nullptr, Compare, nullptr);
  const auto add = [&](const char* name, int arguments,
                       void (*function)(sqlite3_context*, int, sqlite3_value**)) {
    if (code != SQLITE_OK) return;
    code = sqlite3_create_function_v2(handle, name, arguments, kFlags, nullptr, function, nullptr,
                                      nullptr, nullptr);
  };
  add(kLikeFunction, 2, Like);
  add(kFiscalPeriodFunction, 2, PeriodNumber);
  add(kIdFunction, 1, Id);
  return code;
}

}  // namespace satchel
