#include "engine/filter/server_query.h"

#include <map>
#include <set>

#include "engine/filter/query_tree.h"
#include "engine/filter/window.h"

namespace satchel {

namespace {

constexpr std::string_view kFirstYear = "0001-";  // Where windows stop: then that end is open.

bool AtTheEdge(const std::string& literal) {
  return literal.starts_with(kFirstYear) || literal.starts_with("10000-");
}

class Freezer {
 public:
  Freezer(const QueryTree& tree, const FilterContext& context, std::vector<std::string>& left)
      : tree_(tree), calendar_(context), left_(left) {}

  Result<Query> Freeze(const Query& query) {
    Query frozen = query;
    auto filter = Freeze(query.filter);
    if (!filter) return Fail(filter.error());
    frozen.filter = std::move(*filter);
    for (std::size_t i = 0; i < query.links.size(); ++i) {
      auto link = Freeze(query.links[i]);
      if (!link) return Fail(link.error());
      frozen.links[i] = std::move(*link);
    }
    return frozen;
  }

 private:
  Result<Link> Freeze(const Link& link) {
    Link frozen = link;
    auto filter = Freeze(link.filter);
    if (!filter) return Fail(filter.error());
    frozen.filter = std::move(*filter);
    for (std::size_t i = 0; i < link.links.size(); ++i) {
      auto inner = Freeze(link.links[i]);
      if (!inner) return Fail(inner.error());
      frozen.links[i] = std::move(*inner);
    }
    return frozen;
  }

  Result<Group> Freeze(const Group& group) {
    Group frozen = group;
    for (std::size_t i = 0; i < group.nodes.size(); ++i) {
      const auto& item = group.nodes[i].item;
      if (const auto* condition = std::get_if<Condition>(&item)) {
        auto node = Freeze(*condition);
        if (!node) return Fail(node.error().While(Describe(*condition, EntityOf(*condition))));
        frozen.nodes[i] = std::move(*node);
      } else if (const auto* inner = std::get_if<Group>(&item)) {
        auto nested = Freeze(*inner);
        if (!nested) return Fail(nested.error());
        frozen.nodes[i] = Node{std::move(*nested)};
      } else {
        auto link = Freeze(std::get<Link>(item));
        if (!link) return Fail(link.error());
        frozen.nodes[i] = Node{std::move(*link)};
      }
    }
    return frozen;
  }

  const std::string& EntityOf(const Condition& condition) const {
    return tree_.FieldOf(condition).source->entity->name;
  }

  Result<Node> Freeze(const Condition& condition) {
    const FieldType type = tree_.FieldOf(condition).field->type;
    const OperatorInfo& info = Info(condition.op);
    if (!kDateTypes.Has(type) || !condition.value_of.empty()) return Node{condition};
    if (info.operand == Operand::kField) return Literals(condition, type);
    if (condition.op == Operator::kNull || condition.op == Operator::kNotNull) {
      return Node{condition};
    }
    if (condition.op == Operator::kInFiscalPeriod) {
      left_.push_back(Describe(condition, EntityOf(condition)) +
                      " is one window in every year; the server answers it by its own calendar");
      return Node{condition};
    }
    const auto calendar = calendar_.Get();
    if (!calendar) return Fail(calendar.error());
    const auto window = (*calendar)->WindowOf(condition.op, condition.values, type);
    if (!window) return Fail(window.error());
    if (window->nothing) {
      // The server's calendar may have the period that ours has not.
      Condition never{.entity = condition.entity, .field = condition.field, .op = Operator::kNull};
      Condition always = never;
      always.op = Operator::kNotNull;
      return Node{Group{.nodes = {Node{std::move(never)}, Node{std::move(always)}}}};
    }
    return Absolute(condition, *window, type);
  }

  // A reading without an offset is of the user's clock; the server may have another one in mind.
  Result<Node> Literals(const Condition& condition, FieldType type) {
    const auto calendar = calendar_.Get();
    if (!calendar) return Fail(calendar.error());
    Condition frozen = condition;
    for (std::string& text : frozen.values) {
      const auto value = (*calendar)->ReadLiteral(text, type);
      if (!value) return Fail(ErrorCode::kInvalid, "'" + text + "' is not a date and time");
      if (type == FieldType::kDateTime) text = Calendar::PrintLiteral(*value, type);
    }
    return Node{std::move(frozen)};
  }

  static Node Absolute(const Condition& condition, const Window& window, FieldType type) {
    Condition bound = condition;
    Group both;
    const auto add = [&](Operator op, std::int64_t value) {
      std::string literal = Calendar::PrintLiteral(value, type);
      if (AtTheEdge(literal)) return;
      bound.op = op;
      bound.values = {std::move(literal)};
      both.nodes.push_back(Node{bound});
    };
    if (window.from) add(Operator::kGe, *window.from);
    // The window may end before the first year: nothing lies in it.
    if (window.to && Calendar::PrintLiteral(*window.to, type).starts_with(kFirstYear)) {
      return Node{condition};
    }
    if (window.to) add(Operator::kLt, *window.to);
    if (both.nodes.empty()) {
      bound.op = Operator::kNotNull;
      bound.values.clear();
      return Node{bound};
    }
    if (both.nodes.size() == 1) return std::move(both.nodes.front());
    return Node{std::move(both)};
  }

  const QueryTree& tree_;
  CalendarOnDemand calendar_;
  std::vector<std::string>& left_;
};

class FieldCollector {
 public:
  FieldCollector(const QueryTree& tree, const Schema& schema) : tree_(tree), schema_(schema) {}

  void Add(const Source& source, const Group& filter, const std::vector<OrderItem>& order) {
    AddKey(*source.entity);
    if (source.link) {
      Add(*source.entity, *source.from);
      Add(*source.parent->entity, *source.to);
    }
    Add(filter);
    for (const OrderItem& item : order) Add(tree_.FieldOf(item));
    for (const auto* sources : {&source.joins, &source.tests}) {
      for (const auto& inner : *sources) Add(*inner, inner->link->filter, inner->link->order);
    }
  }

  [[nodiscard]] std::vector<NeededFields> Take() const {
    std::vector<NeededFields> needed;
    for (const auto& [entity, fields] : fields_) {
      needed.push_back({entity, {fields.begin(), fields.end()}});
    }
    return needed;
  }

 private:
  void Add(const Group& group) {
    for (const Node& node : group.nodes) {
      if (const auto* inner = std::get_if<Group>(&node.item)) Add(*inner);
      const auto* condition = std::get_if<Condition>(&node.item);
      if (!condition) continue;
      const NamedField& named = tree_.FieldOf(*condition);
      Add(named);
      if (!condition->value_of.empty()) Add(tree_.OtherOf(*condition));
      if (Info(condition->op).operand == Operand::kId) AddHierarchy(named);
    }
  }
  void Add(const NamedField& named) { Add(*named.source->entity, *named.field); }
  void Add(const EntitySchema& entity, const FieldSchema& field) {
    fields_[entity.name].insert(field.name);
  }
  void AddKey(const EntitySchema& entity) {
    if (const FieldSchema* key = entity.Find(entity.key)) Add(entity, *key);
  }
  void AddHierarchy(const NamedField& named) {
    const EntitySchema* entity = named.source->entity;
    if (entity->key != named.field->name && named.field->targets.size() == 1) {
      entity = schema_.Find(named.field->targets.front());
    }
    const FieldSchema* parent = entity ? entity->Find(entity->hierarchy) : nullptr;
    if (!parent) return;
    AddKey(*entity);
    Add(*entity, *parent);
  }

  const QueryTree& tree_;
  const Schema& schema_;
  std::map<std::string, std::set<std::string>> fields_;
};

}  // namespace

Result<FrozenQuery> FreezeDates(const Query& query, const Schema& schema,
                                const FilterContext& context) {
  const auto tree = QueryTree::Make(query, schema);
  if (!tree) return Fail(tree.error());
  FrozenQuery frozen;
  auto absolute = Freezer(*tree, context, frozen.left).Freeze(query);
  if (!absolute) return Fail(absolute.error());
  frozen.query = std::move(*absolute);
  return frozen;
}

std::vector<NeededFields> FieldsNeeded(const Query& query, const Schema& schema) {
  const auto tree = QueryTree::Make(query, schema);
  if (!tree) return {};  // Whoever asks the query itself gets the sentence.
  FieldCollector collector(*tree, schema);
  collector.Add(tree->root(), query.filter, query.order);
  return collector.Take();
}

}  // namespace satchel
