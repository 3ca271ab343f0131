#include "engine/filter/query_tree.h"
#include "engine/filter/server_query.h"
#include "engine/filter/window.h"

namespace satchel {

namespace {

// Copies a query, replacing date conditions by absolute ones.
class Freezer {
 public:
  Freezer(const QueryTree& tree, const Calendar& calendar) : tree_(tree), calendar_(calendar) {}

  Result<FrozenQuery> Freeze(const Query& query) {
    FrozenQuery frozen;
    frozen.query = query;
    auto filter = Freeze(query.filter);
    if (!filter) return Fail(filter.error());
    auto links = Freeze(query.links);
    if (!links) return Fail(links.error());
    frozen.query.filter = *std::move(filter);
    frozen.query.links = *std::move(links);
    frozen.left = left_;
    return frozen;
  }

 private:
  Result<std::vector<Link>> Freeze(const std::vector<Link>& links) {
    std::vector<Link> frozen;
    for (const Link& link : links) {
      auto one = Freeze(link);
      if (!one) return Fail(one.error());
      frozen.push_back(*std::move(one));
    }
    return frozen;
  }

  Result<Link> Freeze(const Link& link) {
    Link frozen = link;
    auto filter = Freeze(link.filter);
    if (!filter) return Fail(filter.error());
    auto links = Freeze(link.links);
    if (!links) return Fail(links.error());
    frozen.filter = *std::move(filter);
    frozen.links = *std::move(links);
    return frozen;
  }

  Result<Group> Freeze(const Group& group) {
    Group frozen{.conjunction = group.conjunction};
    for (const Node& node : group.nodes) {
      if (const auto* condition = std::get_if<Condition>(&node.item)) {
        auto one = Freeze(*condition);
        if (!one) return Fail(one.error());
        frozen.nodes.push_back(*std::move(one));
      } else if (const auto* inner = std::get_if<Group>(&node.item)) {
        auto one = Freeze(*inner);
        if (!one) return Fail(one.error());
        frozen.nodes.push_back({*std::move(one)});
      } else {
        auto one = Freeze(std::get<Link>(node.item));
        if (!one) return Fail(one.error());
        frozen.nodes.push_back({*std::move(one)});
      }
    }
    return frozen;
  }

  Result<Node> Freeze(const Condition& condition) {
    const NamedField& named = tree_.FieldOf(condition);
    if (!kDateTypes.Has(named.field->type) || !condition.value_of.empty()) return Node{condition};
    const OperatorInfo& info = Info(condition.op);
    if (info.operand == Operand::kField) return Node{Absolute(condition, named.field->type)};
    if (condition.op == Operator::kInFiscalPeriod) {
      left_.push_back(Describe(condition, named.source->entity->name));
      return Node{condition};
    }
    const bool windowed = info.relative || info.operand == Operand::kDay ||
                          info.operand == Operand::kYear || info.operand == Operand::kPeriodAndYear;
    if (!windowed) return Node{condition};
    const auto window = calendar_.WindowOf(condition.op, condition.values, named.field->type);
    if (!window) return Fail(window.error().While(Describe(condition, named.source->entity->name)));
    return InWindow(condition, *window, named.field->type);
  }

  // A reading of the user's clock becomes a moment that any server reads alike.
  Condition Absolute(const Condition& condition, FieldType type) const {
    Condition absolute = condition;
    for (std::string& value : absolute.values) {
      if (const auto read = calendar_.ReadLiteral(value, type))
        value = Calendar::PrintLiteral(*read, type);
    }
    return absolute;
  }

  static Node InWindow(const Condition& condition, const Window& window, FieldType type) {
    const auto compare = [&](Operator op, std::vector<std::string> values) {
      return Condition{.entity = condition.entity,
                       .field = condition.field,
                       .op = op,
                       .values = std::move(values)};
    };
    Group both;
    if (window.nothing) {
      both.nodes = {{compare(Operator::kNull, {})}, {compare(Operator::kNotNull, {})}};
      return {both};
    }
    if (window.from)
      both.nodes.push_back({compare(Operator::kGe, {Calendar::PrintLiteral(*window.from, type)})});
    if (window.to)
      both.nodes.push_back({compare(Operator::kLt, {Calendar::PrintLiteral(*window.to, type)})});
    if (both.nodes.empty()) both.nodes.push_back({compare(Operator::kNotNull, {})});
    return both.nodes.size() == 1 ? both.nodes.front() : Node{both};
  }

  const QueryTree& tree_;
  const Calendar& calendar_;
  std::vector<std::string> left_;
};

}  // namespace

Result<FrozenQuery> FreezeDates(const Query& query, const Schema& schema,
                                const FilterContext& context) {
  const auto tree = QueryTree::Make(query, schema);
  if (!tree) return Fail(tree.error());
  const auto calendar = Calendar::Make(context);
  if (!calendar) return Fail(calendar.error());
  return Freezer(*tree, *calendar).Freeze(query);
}

}  // namespace satchel
