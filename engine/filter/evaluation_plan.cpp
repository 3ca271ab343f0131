#include "engine/filter/evaluation_plan.h"

#include "policy/support/text.h"

namespace satchel {

namespace {

tl::unexpected<Error> Wrong(std::string what) {
  return Fail(ErrorCode::kInvalid, std::move(what));
}

// How a message names a condition: "account.revenue gt 'abc'".
std::string Shown(const std::string& entity, const Condition& condition) {
  std::string text = "condition " + (condition.entity.empty() ? entity : condition.entity) + "." +
                     condition.field + " " + std::string(Info(condition.op).name);
  for (const std::string& value : condition.values) {
    if (&value == &condition.values.front() + 3) return text + " …";
    text += " " + Quoted(value);
  }
  if (!condition.value_of.empty()) text += " " + condition.value_of;
  return text;
}

// Where a name is read: the query's entity (link is null) or a link.
struct Scope {
  const EntitySchema* entity = nullptr;
  const RowBatch* batch = nullptr;
  std::size_t slot = 0;
  PlannedLink* link = nullptr;
};

class Planner {
 public:
  Planner(EvaluationPlan& plan, const TestSurroundings& around) : plan_(plan), around_(around) {}

  Result<> Build(const Query& query) {
    const EntitySchema* entity = around_.schema.Find(query.entity);
    if (!entity) return UnknownEntity(query.entity);
    plan_.entity = entity;
    plan_.batch = around_.rows.Rows(query.entity);
    if (!plan_.batch) return Wrong("there are no rows of " + Quoted(query.entity));
    const Scope root{entity, plan_.batch, 0, nullptr};
    // All links before any condition: a condition may name a link that comes later.
    if (auto links = PlanLinks(query.links, root, plan_.links); !links) return links;
    if (auto filter = PlanGroup(query.filter, root, plan_.filter); !filter) return filter;
    if (auto filters = PlanFilters(plan_.links); !filters) return filters;
    if (auto order = PlanOrder(query.order, root, plan_.order); !order) return order;
    if (auto order = AppendLinkOrders(plan_.links); !order) return order;
    for (const OrderPlace& item : plan_.order) plan_.orders_by_link |= item.place.slot != 0;
    return AppendKey(root, plan_.by_key);
  }

 private:
  using Links = std::vector<std::unique_ptr<PlannedLink>>;

  tl::unexpected<Error> UnknownEntity(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& [known, unused] : around_.schema.entities) names.push_back(known);
    std::string what = "the schema has no entity " + Quoted(name);
    if (const std::string near = Nearest(name, names); !near.empty()) {
      what += "; did you mean " + Quoted(near) + "?";
    }
    return Wrong(std::move(what));
  }

  Result<CellPlace> PlaceOf(const Scope& scope, const std::string& name) const {
    const FieldSchema* field = scope.entity->Find(name);
    if (!field) {
      std::vector<std::string> names;
      for (const auto& [known, unused] : scope.entity->fields) names.push_back(known);
      std::string what = Quoted(scope.entity->name) + " has no field " + Quoted(name);
      if (const std::string near = Nearest(name, names); !near.empty()) {
        what += "; did you mean " + Quoted(near) + "?";
      }
      return Wrong(std::move(what));
    }
    const auto column = ColumnOf(*scope.batch, scope.entity->name, name);
    if (!column) return Fail(column.error());
    return CellPlace{scope.slot, *column, scope.batch, KindOf(around_.schema, *field)};
  }

  static Scope ScopeOf(PlannedLink& link) { return {link.entity, link.batch, link.slot, &link}; }

  Result<> PlanLinks(const std::vector<Link>& links, const Scope& scope, Links& out) {
    for (const Link& link : links) {
      auto planned = PlanLink(link, scope);
      if (!planned) return Fail(planned.error());
      out.push_back(std::move(*planned));
    }
    return {};
  }

  Result<std::unique_ptr<PlannedLink>> PlanLink(const Link& link, const Scope& scope) {
    const std::string shown = "link to " + Quoted(link.entity);
    auto planned = std::make_unique<PlannedLink>();
    planned->link = &link;
    planned->parent = scope.link;
    planned->slot = plan_.slots++;
    planned->entity = around_.schema.Find(link.entity);
    if (!planned->entity) return Fail(UnknownEntity(link.entity).value().While(shown));
    planned->batch = around_.rows.Rows(link.entity);
    if (!planned->batch) return Wrong(shown + ": there are no rows of " + Quoted(link.entity));
    if (!link.alias.empty() && planned->joins()) {
      if (!aliases_.emplace(link.alias, planned.get()).second) {
        return Wrong(shown + ": the alias " + Quoted(link.alias) +
                     " is used twice (give one another)");
      }
    }
    const auto to = PlaceOf(scope, link.to);
    if (!to) return Fail(to.error().While(shown + ", to"));
    const auto from = PlaceOf(ScopeOf(*planned), link.from);
    if (!from) return Fail(from.error().While(shown + ", from"));
    if (to->kind.cls != from->kind.cls) {
      return Wrong(shown + ": " + Quoted(link.from) + " and " + Quoted(link.to) +
                   " hold different kinds of values and cannot be joined");
    }
    planned->to = *to;
    planned->index = plan_.IndexOf(*planned->batch, from->column, from->kind);
    if (auto nested = PlanLinks(link.links, ScopeOf(*planned), planned->links); !nested) {
      return Fail(nested.error());
    }
    return planned;
  }

  Result<> PlanFilters(Links& links) {
    for (auto& link : links) {
      if (auto done = PlanFilterOf(*link); !done) return done;
    }
    return {};
  }

  Result<> PlanFilterOf(PlannedLink& link) {
    if (auto done = PlanGroup(link.link->filter, ScopeOf(link), link.filter); !done) return done;
    if (link.link->type == LinkType::kMatchFirst) {
      if (auto done = PlanOrder(link.link->order, ScopeOf(link), link.order); !done) return done;
      for (const OrderPlace& item : link.order) {
        if (item.place.slot != link.slot) {
          return Wrong("link to " + Quoted(link.link->entity) +
                       ": its order may name only its own fields");
        }
      }
      if (auto done = AppendKey(ScopeOf(link), link.order); !done) return done;
    }
    return PlanFilters(link.links);
  }

  Result<> PlanGroup(const Group& group, const Scope& scope, PlannedGroup& out) {
    out.conjunction = group.conjunction;
    for (const Node& node : group.nodes) {
      PlannedNode& planned = out.nodes.emplace_back();
      if (const auto* condition = std::get_if<Condition>(&node.item)) {
        planned.condition = std::make_unique<PlannedCondition>();
        if (auto done = PlanCondition(*condition, scope, *planned.condition); !done) {
          return Fail(done.error().While(Shown(scope.entity->name, *condition)));
        }
      } else if (const auto* inner = std::get_if<Group>(&node.item)) {
        planned.group = std::make_unique<PlannedGroup>();
        if (auto done = PlanGroup(*inner, scope, *planned.group); !done) return done;
      } else {
        const Link& link = std::get<Link>(node.item);
        if (!IsTest(link.type)) {
          return Wrong("link to " + Quoted(link.entity) +
                       ": inside a filter a link is any, not any, " + "all or not all, not " +
                       std::string(Name(link.type)));
        }
        auto test = PlanLink(link, scope);
        if (!test) return Fail(test.error());
        planned.test = std::move(*test);
        if (auto done = PlanFilterOf(*planned.test); !done) return done;
      }
    }
    return {};
  }

  Result<> PlanCondition(const Condition& condition, const Scope& scope, PlannedCondition& out) {
    const auto target = Named(condition.entity, scope);
    if (!target) return Fail(target.error());
    const auto place = PlaceOf(*target, condition.field);
    if (!place) return Fail(place.error());
    out.place = *place;
    out.op = condition.op;
    if (condition.value_of.empty()) {
      auto test = MakeValueTest(condition, *target->entity, *target->entity->Find(condition.field),
                                around_);
      if (!test) return Fail(test.error());
      out.test = std::move(*test);
      return {};
    }
    if (!TakesValueOf(condition.op)) {
      return Wrong("only eq ne gt ge lt le compare two fields");
    }
    if (!Info(condition.op).fields.Has(target->entity->Find(condition.field)->type)) {
      return Wrong("the operator does not go with a " +
                   std::string(Name(target->entity->Find(condition.field)->type)) + " field");
    }
    if (!condition.values.empty()) return Wrong("it has both a value and a valueof");
    // Without an alias the other field is of the same row.
    const std::size_t dot = condition.value_of.find('.');
    const auto other_scope =
        dot == std::string::npos ? target : Named(condition.value_of.substr(0, dot), scope);
    if (!other_scope) return Fail(other_scope.error());
    const auto other =
        PlaceOf(*other_scope,
                dot == std::string::npos ? condition.value_of : condition.value_of.substr(dot + 1));
    if (!other) return Fail(other.error());
    if (other->kind.cls != place->kind.cls) {
      return Wrong("the two fields hold different kinds of values");
    }
    out.other = *other;
    return {};
  }

  // The scope an alias stands for, seen from `scope`: a link around it, or one below it that joins.
  Result<Scope> Named(const std::string& alias, const Scope& scope) {
    if (alias.empty()) return scope;
    for (PlannedLink* around = scope.link; around; around = around->parent) {
      if (around->link->alias == alias) return ScopeOf(*around);
    }
    const auto at = aliases_.find(alias);
    if (at == aliases_.end()) {
      return Wrong("no joined link here has the alias " + Quoted(alias) +
                   " (add it to the link that is meant)");
    }
    // Its rows, and those of the links between, must be enumerated for the place that asks.
    PlannedLink* found = at->second;
    for (PlannedLink* up = found; up != scope.link; up = up->parent) {
      if (!up || !up->joins()) {
        return Wrong("the alias " + Quoted(alias) + " cannot be seen from here");
      }
    }
    for (PlannedLink* up = found; up != scope.link; up = up->parent) up->seen = true;
    if (scope.link) scope.link->filter_looks_below = true;
    return ScopeOf(*found);
  }

  Result<> PlanOrder(const std::vector<OrderItem>& order, const Scope& scope,
                     std::vector<OrderPlace>& out) {
    for (const OrderItem& item : order) {
      const auto target = Named(item.entity, scope);
      if (!target) return Fail(target.error().While("order by " + Quoted(item.field)));
      const auto place = PlaceOf(*target, item.field);
      if (!place) return Fail(place.error().While("order by " + Quoted(item.field)));
      out.push_back({*place, item.descending});
    }
    return {};
  }

  // Orders written inside joined links come after those of the entity.
  Result<> AppendLinkOrders(Links& links) {
    for (auto& link : links) {
      if (!link->joins()) continue;
      if (!link->link->order.empty()) {
        if (auto done = PlanOrder(link->link->order, ScopeOf(*link), plan_.order); !done)
          return done;
        for (PlannedLink* up = link.get(); up; up = up->parent) up->seen = true;
      }
      if (auto done = AppendLinkOrders(link->links); !done) return done;
    }
    return {};
  }

  Result<> AppendKey(const Scope& scope, std::vector<OrderPlace>& out) const {
    if (scope.entity->key.empty()) return {};
    const auto place = PlaceOf(scope, scope.entity->key);
    if (!place) return Fail(place.error());
    out.push_back({*place, false});
    return {};
  }

  EvaluationPlan& plan_;
  const TestSurroundings& around_;
  std::map<std::string, PlannedLink*, std::less<>> aliases_;
};

}  // namespace

const JoinIndex* EvaluationPlan::IndexOf(const RowBatch& rows, std::size_t column,
                                         const CellKind& kind) {
  auto& index = indexes_[{&rows, column}];
  if (!index) index = std::make_unique<JoinIndex>(rows, column, kind);
  return index.get();
}

Result<std::unique_ptr<EvaluationPlan>> EvaluationPlan::Make(const Query& query,
                                                             const TestSurroundings& around) {
  auto plan = std::make_unique<EvaluationPlan>();
  if (auto built = Planner(*plan, around).Build(query); !built) return Fail(built.error());
  return plan;
}

}  // namespace satchel
