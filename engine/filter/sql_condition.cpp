#include "engine/filter/sql_condition.h"

#include <algorithm>
#include <functional>

#include "engine/filter/literal.h"
#include "engine/filter/sql_functions.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Fewer values are bound one by one; more go as one JSON text, within SQLite's 32 766 parameters.
constexpr std::size_t kLongList = 40;
// Terms of one AND or OR without parentheses; SQLite stops at depth 1 000.
constexpr std::size_t kFlatTerms = 50;
constexpr int kFrontDepth = 6;

Expression Never() {
  return {"0"};
}
Expression Always() {
  return {"1"};
}

std::string_view Symbol(Operator op) {
  switch (op) {
    case Operator::kNe:
      return " <> ";
    case Operator::kGt:
      return " > ";
    case Operator::kGe:
      return " >= ";
    case Operator::kLt:
      return " < ";
    case Operator::kLe:
      return " <= ";
    default:
      return " = ";
  }
}

// a op b with the sides exchanged.
Operator Mirrored(Operator op) {
  switch (op) {
    case Operator::kGt:
      return Operator::kLt;
    case Operator::kGe:
      return Operator::kLe;
    case Operator::kLt:
      return Operator::kGt;
    case Operator::kLe:
      return Operator::kGe;
    default:
      return op;
  }
}

Operator Positive(Operator op) {
  switch (op) {
    case Operator::kNotIn:
      return Operator::kIn;
    case Operator::kNotBetween:
      return Operator::kBetween;
    case Operator::kNe:
      return Operator::kEq;
    default:
      return op;
  }
}

// The opposite of a positive test; null passes.
std::string Negated(const std::string& sql) {
  return "(" + sql + ") IS NOT 1";
}

std::string Halves(const std::vector<Expression>& parts, std::size_t first, std::size_t last,
                   std::string_view conjunction) {
  std::string sql;
  if (last - first <= kFlatTerms) {
    for (std::size_t i = first; i < last; ++i) {
      if (i != first) sql += conjunction;
      sql += parts[i].sql;
    }
    return sql;
  }
  const std::size_t middle = first + (last - first) / 2;
  return "(" + Halves(parts, first, middle, conjunction) + ")" + std::string(conjunction) + "(" +
         Halves(parts, middle, last, conjunction) + ")";
}

// Values SQLite's JSON reader gives back unchanged.
bool FitsJson(const std::vector<SqlValue>& values) {
  return std::all_of(values.begin(), values.end(), [&](const SqlValue& value) {
    return value.index() == values.front().index() &&
           (std::holds_alternative<std::int64_t>(value) || std::holds_alternative<Guid>(value));
  });
}

}  // namespace

std::string Combine(std::vector<Expression> parts, std::string_view conjunction) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Expression& a, const Expression& b) { return a.cost < b.cost; });
  // SQLite's parser keeps what stands in front of a parenthesis on a stack of 100: the deepest part
  // goes first.
  const auto deepest =
      std::max_element(parts.begin(), parts.end(),
                       [](const Expression& a, const Expression& b) { return a.depth < b.depth; });
  if (deepest != parts.end() && deepest->depth > kFrontDepth) {
    std::rotate(parts.begin(), deepest, deepest + 1);
  }
  return Halves(parts, 0, parts.size(), conjunction);
}

std::string Binds::Add(SqlValue value) {
  const auto [at, added] = places_.try_emplace(value, values_.size() + 1);
  if (added) values_.push_back(std::move(value));
  return "?" + std::to_string(at->second);
}

void Binds::CutTo(std::size_t size) {
  for (std::size_t i = size; i < values_.size(); ++i) places_.erase(values_[i]);
  values_.resize(size);
}

std::string ConditionSql::Table(std::string_view entity) const {
  return SqlName(options_.table ? options_.table(entity) : std::string(entity));
}

std::string ConditionSql::Collated(const FieldSchema& field, const std::string& column) const {
  if (KindOf(field, schema_) != FieldKind::kText) return column;
  return column + " COLLATE " + kTextCollation;
}

std::string ConditionSql::Compared(const FieldSchema& field, const std::string& column) const {
  return KindOf(field, schema_) == FieldKind::kText ? ComparedText(column) : column;
}

Expression ConditionSql::CompareColumns(Operator op, const FieldSchema& left,
                                        const std::string& left_column, const FieldSchema& right,
                                        const std::string& right_column) const {
  Expression result;
  const int missing = StoredScale(right) - StoredScale(left);
  if (KindOf(left, schema_) != FieldKind::kNumber || missing == 0) {
    result.sql = Compared(left, left_column) + std::string(Symbol(Positive(op))) +
                 Compared(right, right_column);
    if (KindOf(left, schema_) == FieldKind::kText) result.cost = Cost::kText;
  } else if (missing < 0) {
    return CompareColumns(Mirrored(op), right, right_column, left, left_column);
  } else {
    // The finer side is cut to the coarser one's scale; scaling up could overflow.
    const std::string unit = "1" + std::string(static_cast<std::size_t>(missing), '0');
    const std::string whole = right_column + " / " + unit;
    const std::string rest = right_column + " % " + unit;
    const std::string floor = "(" + whole + " - (" + rest + " < 0))";
    const std::string ceiling = "(" + whole + " + (" + rest + " > 0))";
    switch (op) {
      case Operator::kLt:
      case Operator::kGe:
        result.sql = left_column + std::string(Symbol(op)) + ceiling;
        break;
      case Operator::kLe:
      case Operator::kGt:
        result.sql = left_column + std::string(Symbol(op)) + floor;
        break;
      default:
        result.sql = "(" + left_column + " = " + whole + " AND " + rest + " = 0)";
    }
  }
  if (op == Operator::kNe) result.sql = Negated(result.sql);
  return result;
}

Result<Expression> ConditionSql::Compile(const Condition& condition, const NamedField& named,
                                         const std::string& column, const FieldSchema* other_field,
                                         const std::string& other) {
  const FieldSchema& field = *named.field;
  if (other_field) return CompareColumns(condition.op, field, column, *other_field, other);
  const OperatorInfo& info = Info(condition.op);
  if (info.about_user) return AboutUser(condition, field, column);
  switch (condition.op) {
    case Operator::kNull:
      return Expression{column + " IS NULL"};
    case Operator::kNotNull:
      return Expression{column + " IS NOT NULL"};
    case Operator::kLike:
    case Operator::kNotLike:
    case Operator::kBeginsWith:
    case Operator::kNotBeginWith:
    case Operator::kEndsWith:
    case Operator::kNotEndWith:
      return Pattern(condition, column);
    case Operator::kContainValues:
    case Operator::kNotContainValues:
      return Choices(condition, field, column);
    case Operator::kUnder:
    case Operator::kEqOrUnder:
    case Operator::kNotUnder:
    case Operator::kAbove:
    case Operator::kEqOrAbove:
      return Hierarchy(condition, named, column);
    default:
      break;
  }
  if (condition.op >= Operator::kOn) return DateWindow(condition, field, column);
  if (KindOf(field, schema_) == FieldKind::kNumber) {
    return NumberComparison(condition, field, column);
  }
  return Comparison(condition, field, column);
}

Result<SqlValue> ConditionSql::Read(std::string_view text, const FieldSchema& field) {
  switch (KindOf(field, schema_)) {
    case FieldKind::kText:
      return SqlValue(std::string(text));
    case FieldKind::kNumber:
    case FieldKind::kChoice:
    case FieldKind::kMultiSelect:
      if (const auto number = ReadWholeNumber(text)) return SqlValue(*number);
      break;
    case FieldKind::kDouble:
      if (const auto number = ReadDouble(text)) return SqlValue(*number);
      break;
    case FieldKind::kBoolean:
      if (const auto value = ReadBoolean(text)) return SqlValue(std::int64_t{*value});
      break;
    case FieldKind::kId:
      if (const auto id = ParseGuid(text)) return SqlValue(*id);
      break;
    case FieldKind::kDateTime:
    case FieldKind::kDateTimeTzi:
    case FieldKind::kDateOnly: {
      const auto calendar = calendar_.Get();
      if (!calendar) return Fail(calendar.error());
      if (const auto value = (*calendar)->ReadLiteral(text, field.type)) return SqlValue(*value);
      break;
    }
  }
  return Fail(ErrorCode::kInvalid, BadLiteral(text, field.type));
}

std::string ConditionSql::InList(const std::string& column, const std::vector<SqlValue>& values) {
  if (values.empty()) return "0";
  if (values.size() == 1) return column + " = " + binds_.Add(values.front());
  std::string sql = column + " IN (";
  if (values.size() > kLongList && FitsJson(values)) {
    const bool ids = std::holds_alternative<Guid>(values.front());
    std::string json = "[";
    for (const SqlValue& value : values) {
      if (json.size() > 1) json += ',';
      json += ids ? '"' + ToString(std::get<Guid>(value)) + '"'
                  : std::to_string(std::get<std::int64_t>(value));
    }
    const std::string item = ids ? std::string(kIdFunction) + "(value)" : std::string("value");
    return sql + "SELECT " + item + " FROM json_each(" + binds_.Add(json + "]") + "))";
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    sql += (i == 0 ? "" : ", ") + binds_.Add(values[i]);
  }
  return sql + ")";
}

Result<Expression> ConditionSql::Comparison(const Condition& condition, const FieldSchema& field,
                                            const std::string& column) {
  std::vector<SqlValue> values;
  for (const std::string& text : condition.values) {
    auto value = Read(text, field);
    if (!value) return Fail(value.error());
    values.push_back(std::move(*value));
  }
  const std::string left = Compared(field, column);
  Expression result;
  if (KindOf(field, schema_) == FieldKind::kText) result.cost = Cost::kText;
  switch (condition.op) {
    case Operator::kIn:
    case Operator::kNotIn:
      result.sql = InList(left, values);
      break;
    case Operator::kBetween:
    case Operator::kNotBetween:
      result.sql = left + " BETWEEN " + binds_.Add(values[0]) + " AND " + binds_.Add(values[1]);
      break;
    case Operator::kNe:
      result.sql = left + " IS NOT " + binds_.Add(values[0]);
      return result;
    default:
      result.sql = left + std::string(Symbol(condition.op)) + binds_.Add(values[0]);
  }
  if (Info(condition.op).negated) result.sql = Negated(result.sql);
  // AND inside BETWEEN binds tighter than the AND around it, for SQLite and for readers.
  if (condition.op == Operator::kBetween) result.sql = "(" + result.sql + ")";
  return result;
}

Result<Expression> ConditionSql::NumberComparison(const Condition& condition,
                                                  const FieldSchema& field,
                                                  const std::string& column) {
  std::vector<ScaledLiteral> values;
  const bool whole = !FieldTypes{FieldType::kDecimal, FieldType::kMoney}.Has(field.type);
  for (const std::string& text : condition.values) {
    std::optional<ScaledLiteral> value;
    if (!whole) {
      value = ReadScaled(text, StoredScale(field));
    } else if (const auto number = ReadWholeNumber(text)) {
      value = ScaledLiteral{.floor = *number};
    }
    if (!value) return Fail(ErrorCode::kInvalid, BadLiteral(text, field.type));
    values.push_back(*value);
  }
  const auto compare = [&](Operator op, const ScaledLiteral& value) -> Expression {
    const bool upward = op == Operator::kGt || op == Operator::kGe;
    if (op == Operator::kEq && !value.exact) return Never();
    if (value.beyond != 0) {
      return (value.beyond < 0) == upward ? Expression{column + " IS NOT NULL"} : Never();
    }
    // Nothing stored lies between the floor and a finer literal.
    if (!value.exact) op = upward ? Operator::kGt : Operator::kLe;
    return {column + std::string(Symbol(op)) + binds_.Add(value.floor)};
  };
  switch (condition.op) {
    case Operator::kIn:
    case Operator::kNotIn: {
      std::vector<SqlValue> exact;
      for (const ScaledLiteral& value : values) {
        if (value.exact) exact.emplace_back(value.floor);
      }
      const bool negated = condition.op == Operator::kNotIn;
      if (exact.empty()) return negated ? Always() : Never();
      const std::string in = InList(column, exact);
      return Expression{negated ? Negated(in) : in};
    }
    case Operator::kBetween:
    case Operator::kNotBetween: {
      const std::string inside = "(" + compare(Operator::kGe, values[0]).sql + " AND " +
                                 compare(Operator::kLe, values[1]).sql + ")";
      return Expression{condition.op == Operator::kBetween ? inside : Negated(inside)};
    }
    case Operator::kNe:
      if (!values[0].exact) return Always();
      return Expression{column + " IS NOT " + binds_.Add(values[0].floor)};
    default:
      return compare(condition.op, values[0]);
  }
}

Result<Expression> ConditionSql::Pattern(const Condition& condition, const std::string& column) {
  std::string pattern = condition.values.at(0);
  if (condition.op == Operator::kBeginsWith || condition.op == Operator::kNotBeginWith) {
    pattern += '%';
  }
  if (condition.op == Operator::kEndsWith || condition.op == Operator::kNotEndWith) {
    pattern.insert(0, 1, '%');
  }
  const std::string sql =
      std::string(kLikeFunction) + "(" + column + ", " + binds_.Add(std::move(pattern)) + ")";
  return Expression{Info(condition.op).negated ? Negated(sql) : sql, Cost::kPattern};
}

Result<Expression> ConditionSql::Choices(const Condition& condition, const FieldSchema& field,
                                         const std::string& column) {
  std::vector<Expression> tests;
  for (const std::string& text : condition.values) {
    const auto number = ReadWholeNumber(text);
    if (!number) return Fail(ErrorCode::kInvalid, BadLiteral(text, field.type));
    tests.push_back(
        {"instr(" + column + ", " + binds_.Add("," + std::to_string(*number) + ",") + ") > 0"});
  }
  const std::string any = "(" + Combine(std::move(tests), " OR ") + ")";
  const bool negated = condition.op == Operator::kNotContainValues;
  return Expression{negated ? Negated(any) : any, Cost::kText};
}

Result<Expression> ConditionSql::DateWindow(const Condition& condition, const FieldSchema& field,
                                            const std::string& column) {
  const auto calendar = calendar_.Get();
  if (!calendar) return Fail(calendar.error());
  if (condition.op == Operator::kInFiscalPeriod) {
    const auto period = ReadWholeNumber(condition.values.at(0));
    if (!period)
      return Fail(ErrorCode::kInvalid, Quoted(condition.values[0]) + " is not a whole number");
    if (*period < 1 || *period > (*calendar)->periods_per_year()) return Never();
    return Expression{std::string(kFiscalPeriodFunction) + "(" + column + ", " +
                          binds_.Add(PrintCalendar(context_, field.type)) +
                          ") = " + binds_.Add(*period),
                      Cost::kPattern};
  }
  const auto window = (*calendar)->WindowOf(condition.op, condition.values, field.type);
  if (!window) return Fail(window.error());
  if (window->nothing) return Never();
  std::string sql;
  if (window->from) sql = column + " >= " + binds_.Add(*window->from);
  if (window->from && window->to) sql += " AND ";
  if (window->to) sql += column + " < " + binds_.Add(*window->to);
  return Expression{"(" + sql + ")"};
}

Result<Expression> ConditionSql::AboutUser(const Condition& condition, const FieldSchema& field,
                                           const std::string& column) {
  const UserContext& user = context_.user;
  if (user.id.empty()) {
    return Fail(ErrorCode::kInvalid,
                "the user is not known here; say as whom the filter is to be read");
  }
  if (condition.op == Operator::kEqUserLanguage) {
    // -1 stands for every language.
    return Expression{column + " IN (" + binds_.Add(std::int64_t{user.language}) + ", " +
                      binds_.Add(std::int64_t{-1}) + ")"};
  }
  std::vector<const std::string*> ids;
  const auto add = [&](const std::vector<std::string>& more) {
    for (const std::string& id : more) ids.push_back(&id);
  };
  switch (condition.op) {
    case Operator::kEqBusinessId:
    case Operator::kNeBusinessId:
      if (user.business_unit.empty()) {
        return Fail(ErrorCode::kInvalid, "the business unit of the user is not known here");
      }
      ids.push_back(&user.business_unit);
      break;
    case Operator::kEqUserTeams:
      add(user.teams);
      break;
    case Operator::kEqUserOrUserTeams:
      ids.push_back(&user.id);
      add(user.teams);
      break;
    case Operator::kEqUserOrUserHierarchy:
      ids.push_back(&user.id);
      add(user.reports);
      break;
    case Operator::kEqUserOrUserHierarchyAndTeams:
      ids.push_back(&user.id);
      add(user.reports);
      add(user.teams);
      add(user.report_teams);
      break;
    default:
      ids.push_back(&user.id);
  }
  std::vector<SqlValue> values;
  for (const std::string* id : ids) {
    auto value = Read(*id, field);
    if (!value) return Fail(value.error().While("the user's ids"));
    values.push_back(std::move(*value));
  }
  const std::string sql = InList(Compared(field, column), values);
  return Expression{Info(condition.op).negated ? Negated(sql) : sql};
}

Result<Expression> ConditionSql::Hierarchy(const Condition& condition, const NamedField& named,
                                           const std::string& column) {
  const FieldSchema& field = *named.field;
  const EntitySchema* entity = named.source->entity;
  if (entity->key != field.name) {
    entity = field.targets.size() == 1 ? schema_.Find(field.targets.front()) : nullptr;
  }
  const FieldSchema* key = entity ? entity->Find(entity->key) : nullptr;
  const FieldSchema* parent = entity ? entity->Find(entity->hierarchy) : nullptr;
  if (!key || !parent) {
    return Fail(ErrorCode::kInvalid,
                Quoted(Info(condition.op).name) +
                    " is asked of the key of an entity with a hierarchy, or of a lookup to one");
  }
  auto start = Read(condition.values.at(0), field);
  if (!start) return Fail(start.error());
  const std::string id = binds_.Add(std::move(*start));

  const bool down = condition.op != Operator::kAbove && condition.op != Operator::kEqOrAbove;
  const std::string key_column = "e." + SqlName(key->name);
  const std::string parent_column = "e." + SqlName(parent->name);
  const std::string next = down ? key_column : parent_column;
  const std::string by = down ? parent_column : key_column;
  // UNION, not UNION ALL: what was met before is not followed again, so a cycle ends.
  std::string sql = Compared(field, column) + " IN (WITH RECURSIVE h(id) AS (SELECT " + id +
                    " UNION SELECT " + next + " FROM h JOIN " + Table(entity->name) + " AS e ON " +
                    Collated(*key, by) + " = h.id WHERE " + next + " IS NOT NULL) SELECT id FROM h";
  const bool itself = condition.op == Operator::kEqOrUnder || condition.op == Operator::kEqOrAbove;
  if (!itself) sql += " WHERE " + Collated(*key, "id") + " <> " + id;
  sql += ")";
  return Expression{condition.op == Operator::kNotUnder ? Negated(sql) : sql, Cost::kSubquery};
}

}  // namespace satchel
