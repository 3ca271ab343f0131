#include <map>
#include <set>

#include "engine/filter/server_query.h"

namespace satchel {

namespace {

class Collector {
 public:
  explicit Collector(const Schema& schema) : schema_(schema) {}

  std::vector<NeededFields> Collect(const Query& query) {
    fields_[query.entity];
    CollectAliases(query.filter);
    CollectAliases(query.links);
    Collect(query.filter, query.entity);
    Collect(query.links, query.entity);
    Collect(query.order, query.entity);
    std::vector<NeededFields> needed;
    for (const auto& [entity, fields] : fields_)
      needed.push_back({entity, {fields.begin(), fields.end()}});
    return needed;
  }

 private:
  void CollectAliases(const Group& group) {
    for (const Node& node : group.nodes) {
      if (const auto* inner = std::get_if<Group>(&node.item)) CollectAliases(*inner);
      if (const auto* link = std::get_if<Link>(&node.item)) CollectAliases({*link});
    }
  }
  void CollectAliases(const std::vector<Link>& links) {
    for (const Link& link : links) {
      if (!link.alias.empty()) aliases_[link.alias] = link.entity;
      CollectAliases(link.filter);
      CollectAliases(link.links);
    }
  }

  [[nodiscard]] std::string Owner(const std::string& alias, const std::string& entity) const {
    const auto at = aliases_.find(alias);
    return at == aliases_.end() ? entity : at->second;
  }

  void Collect(const Group& group, const std::string& entity) {
    for (const Node& node : group.nodes) {
      if (const auto* inner = std::get_if<Group>(&node.item)) Collect(*inner, entity);
      if (const auto* link = std::get_if<Link>(&node.item)) Collect({*link}, entity);
      if (const auto* condition = std::get_if<Condition>(&node.item)) Collect(*condition, entity);
    }
  }

  void Collect(const Condition& condition, const std::string& entity) {
    const std::string owner = Owner(condition.entity, entity);
    fields_[owner].insert(condition.field);
    if (!condition.value_of.empty()) {
      const std::size_t dot = condition.value_of.find('.');
      if (dot == std::string::npos) {
        fields_[owner].insert(condition.value_of);
      } else {
        fields_[Owner(condition.value_of.substr(0, dot), entity)].insert(
            condition.value_of.substr(dot + 1));
      }
    }
    if (condition.op < Operator::kUnder || condition.op > Operator::kEqOrAbove) return;
    // A hierarchy is walked from row to row of the entity the field names.
    const EntitySchema* schema = schema_.Find(owner);
    const FieldSchema* field = schema ? schema->Find(condition.field) : nullptr;
    if (field == nullptr) return;
    std::vector<std::string> walked = field->targets;
    if (condition.field == schema->key) walked = {owner};
    for (const std::string& name : walked) {
      const EntitySchema* target = schema_.Find(name);
      if (target == nullptr || target->hierarchy.empty()) continue;
      fields_[name].insert({target->key, target->hierarchy});
    }
  }

  void Collect(const std::vector<Link>& links, const std::string& entity) {
    for (const Link& link : links) {
      fields_[entity].insert(link.to);
      fields_[link.entity].insert(link.from);
      Collect(link.filter, link.entity);
      Collect(link.links, link.entity);
      Collect(link.order, link.entity);
    }
  }

  void Collect(const std::vector<OrderItem>& order, const std::string& entity) {
    for (const OrderItem& item : order) fields_[Owner(item.entity, entity)].insert(item.field);
  }

  const Schema& schema_;
  std::map<std::string, std::string, std::less<>> aliases_;
  std::map<std::string, std::set<std::string>> fields_;
};

}  // namespace

std::vector<NeededFields> FieldsNeeded(const Query& query, const Schema& schema) {
  return Collector(schema).Collect(query);
}

}  // namespace satchel
