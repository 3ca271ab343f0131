// One condition as an SQL expression that is true or not (null counts as not).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/filter/context.h"
#include "engine/filter/query_tree.h"
#include "engine/filter/sql.h"
#include "engine/filter/window.h"
#include "policy/support/result.h"

namespace satchel {

// The values of a statement, each once however often it is used.
class Binds {
 public:
  // "?7"
  std::string Add(SqlValue value);
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::vector<SqlValue> Take() { return std::move(values_); }
  // Forgets everything added since there were `size` values.
  void CutTo(std::size_t size);

 private:
  std::vector<SqlValue> values_;
  std::map<SqlValue, std::size_t> places_;
};

// How much work an expression is for a row: cheap ones go first in a group.
enum class Cost { kPlain, kText, kPattern, kSubquery };
struct Expression {
  std::string sql = {};
  Cost cost = Cost::kPlain;
  int depth = 0;  // Of parentheses that other terms stand in front of.
};

class ConditionSql {
 public:
  ConditionSql(const Schema& schema, const FilterContext& context, const SqlOptions& options,
               Binds& binds)
      : schema_(schema), context_(context), options_(options), binds_(binds), calendar_(context) {}

  // `column` is the field's SQL name; `other` that of valueof's field.
  [[nodiscard]] Result<Expression> Compile(const Condition& condition, const NamedField& named,
                                           const std::string& column,
                                           const FieldSchema* other_field,
                                           const std::string& other);

  // left = right (< <= > >= <>) of two fields of one kind, exact also where their scales differ.
  [[nodiscard]] Expression CompareColumns(Operator op, const FieldSchema& left,
                                          const std::string& left_column, const FieldSchema& right,
                                          const std::string& right_column) const;
  // The column as it sorts: text with its collation.
  [[nodiscard]] std::string Collated(const FieldSchema& field, const std::string& column) const;
  // The column as it is compared with something.
  [[nodiscard]] std::string Compared(const FieldSchema& field, const std::string& column) const;
  [[nodiscard]] std::string Table(std::string_view entity) const;

 private:
  [[nodiscard]] Result<Expression> Comparison(const Condition& condition, const FieldSchema& field,
                                              const std::string& column);
  [[nodiscard]] Result<Expression> NumberComparison(const Condition& condition,
                                                    const FieldSchema& field,
                                                    const std::string& column);
  [[nodiscard]] Result<Expression> Pattern(const Condition& condition, const std::string& column);
  [[nodiscard]] Result<Expression> Choices(const Condition& condition, const FieldSchema& field,
                                           const std::string& column);
  [[nodiscard]] Result<Expression> DateWindow(const Condition& condition, const FieldSchema& field,
                                              const std::string& column);
  [[nodiscard]] Result<Expression> AboutUser(const Condition& condition, const FieldSchema& field,
                                             const std::string& column);
  [[nodiscard]] Result<Expression> Hierarchy(const Condition& condition, const NamedField& named,
                                             const std::string& column);

  // A literal of the field's type as it is stored; kNumber excepted.
  [[nodiscard]] Result<SqlValue> Read(std::string_view text, const FieldSchema& field);
  [[nodiscard]] std::string InList(const std::string& column, const std::vector<SqlValue>& values);

  const Schema& schema_;
  const FilterContext& context_;
  const SqlOptions& options_;
  Binds& binds_;
  CalendarOnDemand calendar_;
};

// Parts joined by AND or OR, cheap ones first: nested in halves where there are many, since SQLite
// limits the depth of an expression. No parts: "".
[[nodiscard]] std::string Combine(std::vector<Expression> parts, std::string_view conjunction);

}  // namespace satchel
