// What a field's cells are to the evaluator: which compare with which, and how.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/filter/user_clock.h"
#include "engine/record/cell.h"
#include "engine/record/decimal.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"

namespace satchel {

struct CellKind {
  // Cells of one class compare with each other and nothing else does.
  enum class Class : std::uint8_t {
    kText,
    kNumber,  // Whole and decimal, exact.
    kReal,
    kBoolean,
    kChoice,
    kMoment,
    kReading,
    kDay,
    kId,
    kChoices,  // Multi-select: only operators of its own.
  };
  Class cls = Class::kText;
  int scale = 0;  // Of decimal and money.
};

[[nodiscard]] CellKind KindOf(const Schema& schema, const FieldSchema& field);

// Null, or text with nothing in it.
[[nodiscard]] inline bool IsNull(const Cell& cell) {
  return cell.null() || (cell.kind == Cell::Kind::kText && cell.size == 0);
}

// < 0, 0, > 0; neither may be null, and the classes are the same.
[[nodiscard]] int CompareCells(const CellKind& a_kind, const Cell& a, const CellKind& b_kind,
                               const Cell& b);
// Equal cells of one class have equal keys.
[[nodiscard]] std::string KeyOf(const CellKind& kind, const Cell& cell);
[[nodiscard]] std::uint64_t HashOf(const CellKind& kind, const Cell& cell);

// A literal of a condition, to be compared with cells of one class.
struct Literal {
  Cell cell = {};  // Points into `bytes`, which therefore never moves.
  CellKind kind = {};
  std::shared_ptr<const std::string> bytes = {};
};
// The error is a sentence without the condition's name.
[[nodiscard]] Result<Literal> ParseLiteral(const FieldSchema& field, const CellKind& kind,
                                           const std::string& text, const UserClock& clock);

}  // namespace satchel
