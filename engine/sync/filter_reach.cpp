#include "engine/sync/filter_reach.h"

#include <functional>
#include <map>
#include <set>

#include "engine/filter/query_tree.h"
#include "engine/filter/server_query.h"
#include "engine/filter/window.h"
#include "policy/support/sha256.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

using VisitCondition = std::function<void(const Condition&)>;

void Walk(const Link& link, std::set<std::string>* entities, const VisitCondition& visit);

void Walk(const Group& group, std::set<std::string>* entities, const VisitCondition& visit) {
  for (const Node& node : group.nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) visit(*condition);
    if (const auto* inner = std::get_if<Group>(&node.item)) Walk(*inner, entities, visit);
    if (const auto* link = std::get_if<Link>(&node.item)) Walk(*link, entities, visit);
  }
}

void Walk(const Link& link, std::set<std::string>* entities, const VisitCondition& visit) {
  if (entities) entities->insert(link.entity);
  Walk(link.filter, entities, visit);
  for (const Link& inner : link.links) Walk(inner, entities, visit);
}

void Walk(const Query& query, std::set<std::string>* entities, const VisitCondition& visit) {
  Walk(query.filter, entities, visit);
  for (const Link& link : query.links) Walk(link, entities, visit);
}

Node Bound(const std::string& field, Operator op, std::int64_t value, FieldType type) {
  return {Condition{.field = field, .op = op, .values = {Calendar::PrintLiteral(value, type)}}};
}

}  // namespace

std::vector<std::string> EntitiesReached(const Query& query, const Schema& schema) {
  std::set<std::string> entities;
  const auto tree = QueryTree::Make(query, schema);
  Walk(query, &entities, [&](const Condition& condition) {
    if (Info(condition.op).operand != Operand::kId || !tree) return;
    // The hierarchy of the record, or of what the lookup points at.
    const NamedField& named = tree->FieldOf(condition);
    const bool key = named.source->entity->key == named.field->name;
    entities.insert(!key && named.field->targets.size() == 1 ? named.field->targets.front()
                                                             : named.source->entity->name);
  });
  return {entities.begin(), entities.end()};
}

std::optional<std::vector<Query>> QueriesAcross(const Query& query, const Schema& schema,
                                                const FilterContext& before,
                                                const FilterContext& now) {
  const auto tree = QueryTree::Make(query, schema);
  const auto then = Calendar::Make(before);
  const auto today = Calendar::Make(now);
  if (!tree || !then || !today) return std::nullopt;
  std::map<std::string, Group> slices;
  bool known = true;
  Walk(query, nullptr, [&](const Condition& condition) {
    const NamedField& named = tree->FieldOf(condition);
    const FieldType type = named.field->type;
    const Operand operand = Info(condition.op).operand;
    if (!kDateTypes.Has(type) || operand == Operand::kField || !condition.value_of.empty() ||
        condition.op == Operator::kNull || condition.op == Operator::kNotNull ||
        condition.op == Operator::kInFiscalPeriod) {
      return;
    }
    const auto old = then->WindowOf(condition.op, condition.values, type);
    const auto fresh = today->WindowOf(condition.op, condition.values, type);
    if (!old || !fresh || old->nothing != fresh->nothing) {
      known = false;
      return;
    }
    const auto add = [&](std::optional<std::int64_t> a, std::optional<std::int64_t> b) {
      if (a == b) return;
      if (!a || !b) {
        known = false;
        return;
      }
      Group slice;
      slice.nodes = {Bound(named.field->name, Operator::kGe, std::min(*a, *b), type),
                     Bound(named.field->name, Operator::kLt, std::max(*a, *b), type)};
      Group& any = slices[named.source->entity->name];
      any.conjunction = Conjunction::kOr;
      any.nodes.push_back({std::move(slice)});
    };
    add(old->from, fresh->from);
    // What was modified since the last look is among the changes.
    if (named.field->name != named.source->entity->modified) add(old->to, fresh->to);
  });
  if (!known) return std::nullopt;
  std::vector<Query> queries;
  for (auto& [entity, any] : slices) {
    Query one = {.entity = entity};
    one.filter.nodes.push_back({std::move(any)});
    queries.push_back(std::move(one));
  }
  return queries;
}

std::string FrozenHash(const Query& query, const Schema& schema, const FilterContext& context) {
  const auto frozen = FreezeDates(query, schema, context);
  if (!frozen) return {};
  Policy alone;
  alone.project.name = "frozen";
  Entity entity = {.name = query.entity};
  entity.filter = frozen->query.filter;
  entity.links = frozen->query.links;
  alone.entities.push_back(std::move(entity));
  return Sha256Hex(ContentHash(alone));
}

}  // namespace satchel
