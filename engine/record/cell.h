// One value of one record, as the parser yields it, the store binds it and the evaluator reads it.
//
// How each field type is kept in SQLite (the local database and the sandbox follow the same rule,
// so that one SQL compiler serves both; docs/store.md):
//   string memo ................ TEXT, "" is stored as NULL
//   integer bigint picklist state status ... INTEGER
//   boolean .................... INTEGER 0 | 1
//   decimal money .............. INTEGER scaled by ScaleOf(field)
//   double ..................... REAL
//   datetime datetime_tzi ...... INTEGER, Instant::ticks
//   dateonly ................... INTEGER, Day::days
//   multiselectpicklist ........ TEXT ",1,3,": ascending, a comma at both ends
//   lookup owner customer uniqueidentifier ... BLOB, the 16 bytes of the GUID
//     (services whose ids are not GUIDs: TEXT or INTEGER as the key's own type says)
//   the target of a polymorphic lookup ....... TEXT in the column TypeColumn(field)
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/guid.h"
#include "policy/schema/schema.h"

namespace satchel {

// A view; the bytes of text and ids belong to somebody else (the batch, the statement's row).
struct Cell {
  enum class Kind : std::uint8_t { kNull, kInteger, kReal, kText, kId };
  Kind kind = Kind::kNull;
  std::uint32_t size = 0;  // Bytes of text or id.
  union {
    std::int64_t integer;
    double real;
    const char* bytes;
  };

  Cell() : integer(0) {}
  static Cell Null() { return {}; }
  static Cell Integer(std::int64_t value);
  static Cell Real(double value);
  static Cell Text(std::string_view text);
  static Cell Id(const Guid& guid);  // Points at `guid`.

  [[nodiscard]] bool null() const { return kind == Kind::kNull; }
  [[nodiscard]] std::string_view view() const { return {bytes, size}; }  // kText and kId.
};

// Digits after the point that a decimal or money column keeps: the schema's precision, else 4 for
// money and 10 for decimal.
[[nodiscard]] int ScaleOf(const FieldSchema& field);

// Names no field can have, so they never collide with one.
inline constexpr std::string_view kRowIdColumn = "@rid";        // Sequential INTEGER PRIMARY KEY.
inline constexpr std::string_view kVersionColumn = "@version";  // ETag or versionnumber, as sent.
[[nodiscard]] std::string TypeColumn(std::string_view field);   // "ownerid@type"
// A name as an SQL identifier: "account" with quotes, inner quotes doubled.
[[nodiscard]] std::string SqlName(std::string_view name);

// Rows of one entity, row-major, with everything they point at.
//
// columns() gives the layout; cell(row, column) is valid as long as the batch lives.
class RowBatch {
 public:
  struct Column {
    std::string name = {};  // Field name, TypeColumn(field) or kVersionColumn.
    friend bool operator==(const Column&, const Column&) = default;
  };

  RowBatch() = default;
  explicit RowBatch(std::vector<Column> columns) : columns_(std::move(columns)) {}
  RowBatch(RowBatch&&) noexcept = default;
  RowBatch& operator=(RowBatch&&) noexcept = default;

  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  // Where the column of that name is; nothing when there is none.
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view name) const;
  [[nodiscard]] std::size_t rows() const {
    return columns_.empty() ? 0 : cells_.size() / columns_.size();
  }
  [[nodiscard]] const Cell& cell(std::size_t row, std::size_t column) const {
    return cells_[row * columns_.size() + column];
  }
  // The cells of a row, columns().size() of them.
  [[nodiscard]] const Cell* row(std::size_t index) const {
    return cells_.data() + index * columns_.size();
  }

  // Makes room for this many rows in all; only speed changes.
  void Reserve(std::size_t rows) { cells_.reserve(rows * columns_.size()); }
  // Appends an all-null row and returns its cells; valid until the next AddRow.
  Cell* AddRow();
  void RemoveLastRow();
  // Copies bytes into the batch; the copy lives as long as the batch and never moves.
  std::string_view Keep(std::string_view bytes);
  // Takes over a whole buffer (a page body) whose bytes cells point into.
  void KeepBuffer(std::string buffer);

 private:
  std::vector<Column> columns_;
  std::vector<Cell> cells_;
  std::vector<std::vector<char>> blocks_;  // Arena; a block never grows past its capacity.
  std::deque<std::string> buffers_;        // A deque: its strings never move.
};

}  // namespace satchel
