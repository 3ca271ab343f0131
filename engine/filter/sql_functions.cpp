#include "engine/filter/sql_functions.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <charconv>

#include "engine/filter/window.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Takes the folded character at `at` and moves past it.
UChar32 TakeFolded(std::string_view text, std::size_t& at) {
  const auto byte = static_cast<std::uint8_t>(text[at]);
  if (byte < 0x80) {  // Nearly all text; no table look-up.
    ++at;
    return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  auto position = static_cast<std::int32_t>(at);
  UChar32 character = 0;
  U8_NEXT_OR_FFFD(bytes, position, static_cast<std::int32_t>(text.size()), character);
  at = static_cast<std::size_t>(position);
  return u_foldCase(character, U_FOLD_CASE_DEFAULT);
}

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

LikePattern::LikePattern(std::string_view pattern) {
  using Kind = Piece::Kind;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    const std::size_t close = c == '[' ? pattern.find(']', at) : std::string_view::npos;
    if (c == '%') {
      if (pieces_.empty() || pieces_.back().kind != Kind::kRun) {
        pieces_.push_back({.kind = Kind::kRun});
      }
      ++at;
    } else if (c == '_') {
      pieces_.push_back({.kind = Kind::kAny});
      ++at;
    } else if (close != std::string_view::npos) {
      std::string_view set = pattern.substr(at + 1, close - at - 1);
      Piece piece{.kind = Kind::kSet};
      if (set.starts_with('^')) {
        piece.kind = Kind::kOutside;
        set.remove_prefix(1);
      }
      for (std::size_t i = 0; i < set.size();) {
        const UChar32 first = TakeFolded(set, i);
        UChar32 last = first;
        if (i + 1 < set.size() && set[i] == '-') last = TakeFolded(set, ++i);
        piece.ranges.push_back({first, last});
      }
      pieces_.push_back(std::move(piece));
      at = close + 1;
    } else {
      pieces_.push_back({.kind = Kind::kCharacter, .character = TakeFolded(pattern, at)});
    }
  }
}

bool LikePattern::Fits(const Piece& piece, std::int32_t character) {
  switch (piece.kind) {
    case Piece::Kind::kCharacter:
      return piece.character == character;
    case Piece::Kind::kSet:
    case Piece::Kind::kOutside: {
      const bool inside =
          std::any_of(piece.ranges.begin(), piece.ranges.end(),
                      [&](const Range& r) { return r.first <= character && character <= r.last; });
      return inside == (piece.kind == Piece::Kind::kSet);
    }
    case Piece::Kind::kAny:
    case Piece::Kind::kRun:
      return true;
  }
  return false;
}

bool LikePattern::Matches(std::string_view text) const {
  std::size_t at = 0;
  std::size_t piece = 0;
  // Where to go on when the pieces after the last % do not fit: one character further. Earlier
  // runs need no second try, so the cost is at most text times pattern.
  std::size_t run = pieces_.size();
  std::size_t run_at = 0;
  while (at < text.size()) {
    if (piece < pieces_.size() && pieces_[piece].kind == Piece::Kind::kRun) {
      if (piece + 1 == pieces_.size()) return true;
      run = piece++;
      run_at = at;
      continue;
    }
    std::size_t next = at;
    if (piece < pieces_.size() && Fits(pieces_[piece], TakeFolded(text, next))) {
      ++piece;
      at = next;
      continue;
    }
    if (run == pieces_.size()) return false;
    TakeFolded(text, run_at);
    piece = run + 1;
    at = run_at;
  }
  while (piece < pieces_.size() && pieces_[piece].kind == Piece::Kind::kRun) ++piece;
  return piece == pieces_.size();
}

std::string ComparedText(const std::string& column) {
  return "+" + column + " COLLATE " + kTextCollation;
}

// "datetime Europe/Berlin 4 1 quarterly" in numbers: type, zone, month, day, period.
std::string PrintCalendar(const FilterContext& context, FieldType type) {
  return std::string(Name(type)) + ' ' + context.zone + ' ' +
         std::to_string(context.fiscal.start_month) + ' ' +
         std::to_string(context.fiscal.start_day) + ' ' +
         std::to_string(static_cast<int>(context.fiscal.period));
}

FiscalPeriods::FiscalPeriods(std::string_view calendar) {
  const std::vector<std::string_view> parts = Split(calendar, ' ');
  if (parts.size() != 5) return;
  const auto type = FindFieldType(parts[0]);
  const auto month = Number(parts[2]);
  const auto day = Number(parts[3]);
  const auto period = Number(parts[4]);
  if (!type || !month || !day || !period || *period < 0 ||
      *period > static_cast<int>(FiscalPeriod::kFourWeek)) {
    return;
  }
  FilterContext context;
  context.zone = parts[1];
  context.fiscal = {*month, *day, static_cast<FiscalPeriod>(*period)};
  auto made = Calendar::Make(context);
  if (!made) return;
  type_ = *type;
  calendar_ = std::make_shared<const Calendar>(std::move(*made));
}

std::optional<int> FiscalPeriods::Of(std::int64_t value) const {
  if (!calendar_) return std::nullopt;
  return calendar_->PlaceOf(value, type_).period + 1;
}

}  // namespace satchel
