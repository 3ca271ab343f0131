#include "engine/filter/value_test.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "engine/filter/calendar_test.h"
#include "engine/filter/json_text.h"
#include "engine/filter/wildcard.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

constexpr std::int64_t kMostCount = 2'147'483'647;
constexpr std::int64_t kLastYear = 9999;

using Keys = std::unordered_set<std::string>;

tl::unexpected<Error> Wrong(std::string what) {
  return Fail(ErrorCode::kInvalid, std::move(what));
}

// Null never meets a positive question; a negated operator is the opposite of its twin.
ValueTest Positive(ValueTest test) {
  return [test = std::move(test)](const Cell& cell) { return !IsNull(cell) && test(cell); };
}
ValueTest Negated(ValueTest test) {
  return [test = std::move(test)](const Cell& cell) { return IsNull(cell) || !test(cell); };
}

ValueTest Among(CellKind kind, std::shared_ptr<const Keys> keys) {
  return [kind, keys = std::move(keys)](const Cell& cell) {
    return keys->find(KeyOf(kind, cell)) != keys->end();
  };
}

Result<std::vector<Literal>> ParseLiterals(const Condition& condition, const FieldSchema& field,
                                           const CellKind& kind, const UserClock& clock) {
  std::vector<Literal> literals;
  for (const std::string& text : condition.values) {
    auto literal = ParseLiteral(field, kind, text, clock);
    if (!literal) return Fail(literal.error());
    literals.push_back(std::move(*literal));
  }
  return literals;
}

Result<std::vector<std::int64_t>> ParseNumbers(const Condition& condition, Operand operand) {
  std::vector<std::int64_t> numbers;
  for (const std::string& text : condition.values) {
    if (operand == Operand::kDay) {
      const auto day = ParseDay(text);
      if (!day) return Wrong(Quoted(text) + " is not a day (write it as in 2024-05-31)");
      numbers.push_back(day->days);
      continue;
    }
    const auto number = ParseWhole(text);
    if (!number) return Wrong(Quoted(text) + " is not a whole number (write one such as 30)");
    const bool year =
        operand == Operand::kYear || (operand == Operand::kPeriodAndYear && numbers.size() == 1);
    if (year && (*number < 1 || *number > kLastYear)) {
      return Wrong(Quoted(text) + " is not a year (write a number from 1 to 9999)");
    }
    if (operand == Operand::kCount && (*number < 1 || *number > kMostCount)) {
      return Wrong(Quoted(text) + " is not a count (write a number from 1 to 2147483647)");
    }
    numbers.push_back(*number);
  }
  return numbers;
}

ValueTest HasChoice(const std::vector<std::int64_t>& choices) {
  std::vector<std::string> marks;
  for (const std::int64_t choice : choices) marks.push_back("," + std::to_string(choice) + ",");
  return [marks = std::move(marks)](const Cell& cell) {
    return std::any_of(marks.begin(), marks.end(), [&](const std::string& mark) {
      return cell.view().find(mark) != std::string_view::npos;
    });
  };
}

// The ids a user operator stands for.
Result<std::vector<std::string>> UserIds(Operator op, const UserContext& user) {
  if (user.id.empty()) {
    return Wrong("it depends on who asks, and no user is given (name the user)");
  }
  std::vector<std::string> ids;
  const auto add = [&](const std::vector<std::string>& more) {
    ids.insert(ids.end(), more.begin(), more.end());
  };
  switch (op) {
    case Operator::kEqBusinessId:
    case Operator::kNeBusinessId:
      if (user.business_unit.empty()) return Wrong("the user's business unit is not known");
      return std::vector<std::string>{user.business_unit};
    case Operator::kEqUserTeams:
      return user.teams;
    case Operator::kEqUserOrUserTeams:
      add(user.teams);
      break;
    case Operator::kEqUserOrUserHierarchy:
      add(user.reports);
      break;
    case Operator::kEqUserOrUserHierarchyAndTeams:
      add(user.reports);
      add(user.teams);
      add(user.report_teams);
      break;
    default:
      break;
  }
  ids.push_back(user.id);
  return ids;
}

Result<ValueTest> MakeUserTest(Operator op, const FieldSchema& field, const CellKind& kind,
                               const TestSurroundings& around) {
  auto ids = UserIds(op, around.context.user);
  if (!ids) return Fail(ids.error());
  auto keys = std::make_shared<Keys>();
  for (const std::string& id : *ids) {
    const auto literal = ParseLiteral(field, kind, id, around.clock);
    if (!literal) return Fail(literal.error().While("the user's ids"));
    keys->insert(KeyOf(literal->kind, literal->cell));
  }
  return Among(kind, std::move(keys));
}

// All ids below (or above) one, by its parent lookup; never the one itself.
class Hierarchy {
 public:
  static Result<Hierarchy> Of(const EntitySchema& entity, const FieldSchema& field,
                              const TestSurroundings& around) {
    const EntitySchema* tree = nullptr;
    if (field.name == entity.key) {
      tree = &entity;
    } else if (kLookupTypes.Has(field.type) && field.targets.size() == 1) {
      tree = around.schema.Find(field.targets.front());
    }
    const FieldSchema* parent = tree ? tree->Find(tree->hierarchy) : nullptr;
    const FieldSchema* key = tree ? tree->Find(tree->key) : nullptr;
    if (!parent || !key) {
      return Wrong("it asks for a hierarchy, and " + Quoted(field.name) +
                   " is neither the key of an entity that has one nor a lookup to such an entity");
    }
    const RowBatch* batch = around.rows.Rows(tree->name);
    if (!batch) return Wrong("there are no rows of " + Quoted(tree->name));
    const auto key_column = ColumnOf(*batch, tree->name, key->name);
    if (!key_column) return Fail(key_column.error());
    const auto parent_column = ColumnOf(*batch, tree->name, parent->name);
    if (!parent_column) return Fail(parent_column.error());
    Hierarchy hierarchy;
    const CellKind key_kind = KindOf(around.schema, *key);
    const CellKind parent_kind = KindOf(around.schema, *parent);
    for (std::size_t i = 0; i < batch->rows(); ++i) {
      const Cell& child = batch->cell(i, *key_column);
      const Cell& above = batch->cell(i, *parent_column);
      if (IsNull(child) || IsNull(above)) continue;
      const std::string child_key = KeyOf(key_kind, child);
      const std::string parent_key = KeyOf(parent_kind, above);
      hierarchy.children_[parent_key].push_back(child_key);
      hierarchy.parent_[child_key] = parent_key;
    }
    return hierarchy;
  }

  [[nodiscard]] Keys Below(const std::string& top) const {
    Keys below;
    std::vector<std::string> open = {top};
    while (!open.empty()) {
      const auto at = children_.find(open.back());
      open.pop_back();
      if (at == children_.end()) continue;
      for (const std::string& child : at->second) {
        if (child != top && below.insert(child).second) open.push_back(child);
      }
    }
    return below;
  }
  [[nodiscard]] Keys Above(const std::string& bottom) const {
    Keys above;
    for (auto at = parent_.find(bottom); at != parent_.end(); at = parent_.find(at->second)) {
      if (at->second == bottom || !above.insert(at->second).second) break;  // A cycle.
    }
    return above;
  }

 private:
  std::unordered_map<std::string, std::vector<std::string>> children_;
  std::unordered_map<std::string, std::string> parent_;
};

Result<ValueTest> MakeHierarchyTest(const Condition& condition, const EntitySchema& entity,
                                    const FieldSchema& field, const CellKind& kind,
                                    const TestSurroundings& around) {
  const auto hierarchy = Hierarchy::Of(entity, field, around);
  if (!hierarchy) return Fail(hierarchy.error());
  const auto literal = ParseLiteral(field, kind, condition.values.front(), around.clock);
  if (!literal) return Fail(literal.error());
  const std::string id = KeyOf(literal->kind, literal->cell);
  const bool up = condition.op == Operator::kAbove || condition.op == Operator::kEqOrAbove;
  auto keys = std::make_shared<Keys>(up ? hierarchy->Above(id) : hierarchy->Below(id));
  if (condition.op == Operator::kEqOrUnder || condition.op == Operator::kEqOrAbove) {
    keys->insert(id);
  }
  return Among(kind, std::move(keys));
}

Result<> CheckValues(const Condition& condition) {
  const OperatorInfo& info = Info(condition.op);
  const std::size_t count = condition.values.size();
  const auto asks = [&](const char* how_many) {
    return Wrong("it takes " + std::string(how_many) + ", not " + std::to_string(count));
  };
  if (info.arity == Arity::kNone && count != 0) return asks("no value");
  if (info.arity == Arity::kOne && count != 1) return asks("one value");
  if (info.arity == Arity::kTwo && count != 2) return asks("two values");
  if (info.arity == Arity::kMany && count == 0) return asks("one or more values");
  return {};
}

// The positive question; the caller adds null and negation.
Result<ValueTest> MakePositiveTest(const Condition& condition, const EntitySchema& entity,
                                   const FieldSchema& field, const CellKind& kind,
                                   const TestSurroundings& around) {
  const Operator op = condition.op;
  const OperatorInfo& info = Info(op);
  if (op == Operator::kEqUserLanguage) {
    if (around.context.user.id.empty()) return Wrong("no user is given (name the user)");
    return ValueTest([language = around.context.user.language](const Cell& cell) {
      return cell.integer == language || cell.integer == -1;
    });
  }
  if (info.about_user) return MakeUserTest(op, field, kind, around);
  switch (info.operand) {
    case Operand::kId:
      return MakeHierarchyTest(condition, entity, field, kind, around);
    case Operand::kPattern: {
      const std::string& value = condition.values.front();
      const bool begins = op == Operator::kBeginsWith || op == Operator::kNotBeginWith;
      const bool ends = op == Operator::kEndsWith || op == Operator::kNotEndWith;
      return ValueTest([wildcard = Wildcard(begins ? value + "%"
                                            : ends ? "%" + value
                                                   : value)](const Cell& cell) {
        return wildcard.Matches(cell.view());
      });
    }
    case Operand::kChoices: {
      const auto choices = ParseNumbers(condition, info.operand);
      if (!choices) return Fail(choices.error());
      return HasChoice(*choices);
    }
    case Operand::kField: {
      auto literals = ParseLiterals(condition, field, kind, around.clock);
      if (!literals) return Fail(literals.error());
      if (info.arity == Arity::kMany) {
        auto keys = std::make_shared<Keys>();
        for (const Literal& literal : *literals) keys->insert(KeyOf(literal.kind, literal.cell));
        return Among(kind, std::move(keys));
      }
      if (info.arity == Arity::kTwo) {
        return ValueTest([kind, from = (*literals)[0], to = (*literals)[1]](const Cell& cell) {
          return CompareCells(kind, cell, from.kind, from.cell) >= 0 &&
                 CompareCells(kind, cell, to.kind, to.cell) <= 0;
        });
      }
      const Operator asked = op == Operator::kNe ? Operator::kEq : op;
      return ValueTest([kind, asked, literal = literals->front()](const Cell& cell) {
        return Satisfies(asked, CompareCells(kind, cell, literal.kind, literal.cell));
      });
    }
    default: {
      auto numbers = ParseNumbers(condition, info.operand);
      if (!numbers) return Fail(numbers.error());
      return ValueTest(
          [test = CalendarTest(op, field.type, std::move(*numbers), around.context, around.clock)](
              const Cell& cell) { return test.Matches(cell.integer); });
    }
  }
}

}  // namespace

Result<ValueTest> MakeValueTest(const Condition& condition, const EntitySchema& entity,
                                const FieldSchema& field, const TestSurroundings& around) {
  const OperatorInfo& info = Info(condition.op);
  if (!info.fields.Has(field.type)) {
    return Wrong("the operator " + std::string(info.name) + " does not go with a " +
                 std::string(Name(field.type)) + " field");
  }
  if (auto checked = CheckValues(condition); !checked) return Fail(checked.error());
  if (condition.op == Operator::kNull) return ValueTest(IsNull);
  if (condition.op == Operator::kNotNull) {
    return ValueTest([](const Cell& cell) { return !IsNull(cell); });
  }
  auto test = MakePositiveTest(condition, entity, field, KindOf(around.schema, field), around);
  if (!test) return test;
  return info.negated ? Negated(std::move(*test)) : Positive(std::move(*test));
}

bool Satisfies(Operator op, int order) {
  switch (op) {
    case Operator::kEq:
      return order == 0;
    case Operator::kNe:
      return order != 0;
    case Operator::kGt:
      return order > 0;
    case Operator::kGe:
      return order >= 0;
    case Operator::kLt:
      return order < 0;
    case Operator::kLe:
      return order <= 0;
    default:
      return false;
  }
}

Result<std::size_t> ColumnOf(const RowBatch& batch, const std::string& entity,
                             const std::string& field) {
  for (std::size_t i = 0; i < batch.columns().size(); ++i) {
    if (batch.columns()[i].name == field) return i;
  }
  return Wrong("the rows of " + Quoted(entity) + " do not carry the field " + Quoted(field));
}

}  // namespace satchel
