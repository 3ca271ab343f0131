#include "engine/server/page_cursor.h"

#include <charconv>

namespace satchel {

namespace {

constexpr std::string_view kKinds = "FLKD";

bool TakeNumber(std::string_view& text, std::int64_t& value) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || value < 0) return false;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (text.substr(0, 1) != "|") return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string Print(const PageCursor& cursor) {
  return std::string(1, kKinds[static_cast<std::size_t>(cursor.kind)]) + "|" +
         std::to_string(cursor.page) + "|" + std::to_string(cursor.rows) + "|" + cursor.edge + "|" +
         cursor.where;
}

Result<PageCursor> ParseCursor(std::string_view text) {
  PageCursor cursor;
  const std::size_t kind = text.size() > 1 ? kKinds.find(text[0]) : std::string_view::npos;
  if (kind != std::string_view::npos && text[1] == '|') {
    cursor.kind = static_cast<PageCursor::Kind>(kind);
    text.remove_prefix(2);
    if (TakeNumber(text, cursor.page) && TakeNumber(text, cursor.rows) && cursor.page > 0) {
      const std::size_t bar = text.find('|');
      if (bar != std::string_view::npos) {
        cursor.edge = std::string(text.substr(0, bar));
        cursor.where = std::string(text.substr(bar + 1));
        return cursor;
      }
    }
  }
  return Fail(ErrorCode::kExpired,
              "the place where the download stopped cannot be read (start over)");
}

}  // namespace satchel
