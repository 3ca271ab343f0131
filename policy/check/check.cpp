#include "policy/check/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "policy/check/literal.h"
#include "policy/model/limits.h"
#include "policy/support/text.h"
#include "policy/wording/operator_words.h"

namespace satchel {

namespace {

// An operator as people call it on this field, and as the file does: "'is after' (gt)".
std::string Named(const OperatorInfo& info, const FieldSchema* field) {
  return Quoted(WordsOn(field, info)) + " (" + std::string(info.name) + ")";
}

struct AliasInfo {
  std::string entity;
  bool joined = false;
};

class Checker {
 public:
  Checker(const Schema* schema, const SourceMap* marks) : schema_(schema), marks_(marks) {}

  void CheckPolicy(const Policy& policy);
  void CheckQuery(const Query& query, const std::string& path);
  std::vector<Finding> findings = {};
  std::string entity = {};

 private:
  void Report(std::string_view rule, const std::string& path, std::string message);
  const EntitySchema* FindEntity(const std::string& name, const std::string& path);
  const FieldSchema* FindField(const std::string& of, const std::string& field,
                               const std::string& path);
  void CheckEntity(const Policy& policy, const Entity& kept);
  void CollectAliases(const Group& group, const std::string& path);
  void CollectAliases(const Link& link, const std::string& path);
  void CheckGroup(const std::string& of, const Group& group, const std::string& path);
  void CheckCondition(const std::string& of, const Condition& condition, const std::string& path);
  void CheckValues(const Condition& condition, const FieldSchema* field, const std::string& path);
  void CheckLink(const std::string& of, const Link& link, bool in_filter, const std::string& path);
  void CheckOrder(const std::string& of, const std::vector<OrderItem>& order,
                  const std::string& path);
  void CheckReach(const Group& group, const std::string& path);
  // Entities that a device must store, its own and those that links follow.
  void CheckStorable(const std::string& name, const std::string& path);
  void CheckFieldNames(const Entity& kept, const EntitySchema* schema, const std::string& path);
  const AliasInfo* FindAlias(const std::string& alias, const std::string& path);

  const Schema* schema_;
  const SourceMap* marks_;
  std::map<std::string, AliasInfo> aliases_;
  std::map<std::string, std::string> stored_ = {};  // Entities by their lower-case names.
};

void Checker::Report(std::string_view rule, const std::string& path, std::string message) {
  const auto rules = Rules();
  const auto at =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == rule; });
  findings.push_back({.severity = at == rules.end() ? Severity::kError : at->severity,
                      .rule = std::string(rule),
                      .entity = entity,
                      .path = path,
                      .mark = marks_ ? marks_->Find(path) : Mark{},
                      .message = std::move(message)});
}

const EntitySchema* Checker::FindEntity(const std::string& name, const std::string& path) {
  if (!schema_) return nullptr;
  if (const EntitySchema* found = schema_->Find(name)) return found;
  std::vector<std::string> names;
  for (const auto& [known, unused] : schema_->entities) names.push_back(known);
  const std::string nearest = Nearest(name, names);
  Report("unknown-entity", path,
         "the server has no entity " + Quoted(name) +
             (nearest.empty() ? "; check its logical name"
                              : "; did you mean " + Quoted(nearest) + "?"));
  return nullptr;
}

const FieldSchema* Checker::FindField(const std::string& of, const std::string& field,
                                      const std::string& path) {
  const EntitySchema* owner = schema_ ? schema_->Find(of) : nullptr;
  if (!owner) return nullptr;  // Reported where the entity is named.
  if (const FieldSchema* found = owner->Find(field)) return found;
  std::vector<std::string> names;
  for (const auto& [known, unused] : owner->fields) names.push_back(known);
  const std::string nearest = Nearest(field, names);
  Report("unknown-field", path,
         "the entity " + Quoted(of) + " has no field " + Quoted(field) +
             (nearest.empty() ? "; check its logical name"
                              : "; did you mean " + Quoted(nearest) + "?"));
  return nullptr;
}

void Checker::CollectAliases(const Link& link, const std::string& path) {
  if (!link.alias.empty()) {
    const bool joined = link.type == LinkType::kInner || link.type == LinkType::kOuter ||
                        link.type == LinkType::kMatchFirst;
    if (!aliases_.emplace(link.alias, AliasInfo{link.entity, joined}).second) {
      Report("duplicate-alias", path + ".link.alias",
             "the alias " + Quoted(link.alias) + " is used by two links; rename one of them");
    }
  }
  CollectAliases(link.filter, path);
  for (std::size_t i = 0; i < link.links.size(); ++i) {
    CollectAliases(link.links[i], path + ".links[" + std::to_string(i) + "]");
  }
}

std::string NodePath(const Group& group, const std::string& path, std::size_t i) {
  return path + (group.conjunction == Conjunction::kOr ? ".or[" : ".and[") + std::to_string(i) +
         "]";
}

void Checker::CollectAliases(const Group& group, const std::string& path) {
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    const std::string inner = NodePath(group, path, i);
    if (const auto* nested = std::get_if<Group>(&group.nodes[i].item))
      CollectAliases(*nested, inner);
    if (const auto* link = std::get_if<Link>(&group.nodes[i].item)) CollectAliases(*link, inner);
  }
}

const AliasInfo* Checker::FindAlias(const std::string& alias, const std::string& path) {
  const auto at = aliases_.find(alias);
  if (at == aliases_.end()) {
    Report("unknown-alias", path,
           "no link has the alias " + Quoted(alias) + "; add 'alias' to the link that is meant");
    return nullptr;
  }
  if (!at->second.joined) {
    Report("alias-not-joined", path,
           "the link " + Quoted(alias) +
               " only tests whether there are records and has no columns to compare; put the "
               "condition inside the link, or use inner or outer");
  }
  return &at->second;
}

void Checker::CheckQuery(const Query& query, const std::string& path) {
  const std::string dot = path.empty() ? "" : path + ".";
  const QuerySize size = Measure(query);
  if (size.links > kMaxLinks) {
    Report("too-many-links", dot + "links",
           "more than 15 links, which no server accepts; remove some");
  }
  if (size.conditions > kMaxConditions) {
    Report("too-many-conditions", dot + "filter",
           "more than 500 conditions and links, which no server accepts; use 'in' or remove some");
  }
  if (size.depth > kMaxDepth) {
    Report("too-deep", dot + "filter",
           "nested deeper than the 32 levels a policy file can hold; make the filter flatter");
    return;
  }
  aliases_.clear();
  CollectAliases(query.filter, dot + "filter");
  for (std::size_t i = 0; i < query.links.size(); ++i) {
    CollectAliases(query.links[i], dot + "links[" + std::to_string(i) + "]");
  }
  CheckGroup(query.entity, query.filter, dot + "filter");
  for (std::size_t i = 0; i < query.links.size(); ++i) {
    CheckLink(query.entity, query.links[i], false, dot + "links[" + std::to_string(i) + "]");
  }
  CheckOrder(query.entity, query.order, dot + "order");
  if (query.top > 0 && query.order.empty()) {
    Report("order-missing", dot + "max_records",
           "only " + std::to_string(query.top) +
               " records are kept, but nothing says which; add an order");
  }
}

void Checker::CheckOrder(const std::string& of, const std::vector<OrderItem>& order,
                         const std::string& path) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::string item = path + "[" + std::to_string(i) + "]";
    std::string owner = of;
    if (!order[i].entity.empty()) {
      const AliasInfo* alias = FindAlias(order[i].entity, item + ".entity");
      if (!alias) continue;
      owner = alias->entity;
    }
    (void)FindField(owner, order[i].field, item + ".field");
  }
}

void Checker::CheckGroup(const std::string& of, const Group& group, const std::string& path) {
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    const std::string inner = NodePath(group, path, i);
    if (const auto* condition = std::get_if<Condition>(&group.nodes[i].item)) {
      CheckCondition(of, *condition, inner);
    } else if (const auto* nested = std::get_if<Group>(&group.nodes[i].item)) {
      CheckGroup(of, *nested, inner);
    } else {
      CheckLink(of, std::get<Link>(group.nodes[i].item), true, inner);
    }
  }
  CheckReach(group, path);
}

void Checker::CheckCondition(const std::string& of, const Condition& condition,
                             const std::string& path) {
  std::string owner = of;
  if (!condition.entity.empty()) {
    const AliasInfo* alias = FindAlias(condition.entity, path + ".entity");
    if (!alias) return;
    owner = alias->entity;
  }
  const FieldSchema* field = FindField(owner, condition.field, path + ".field");
  const OperatorInfo& info = Info(condition.op);
  if (field && !info.fields.Has(field->type)) {
    Report("operator-type", path + ".op",
           Named(info, field) + " cannot be used with " + Quoted(condition.field) +
               ", which is of the type " + std::string(Words(field->type)));
    return;
  }
  if (field && info.operand == Operand::kId) {
    const EntitySchema* schema = schema_->Find(owner);
    const EntitySchema* target =
        field->targets.size() == 1 ? schema_->Find(field->targets[0]) : schema;
    const bool key = schema && condition.field == schema->key;
    const EntitySchema* tree = key ? schema : target;
    if (tree && tree->hierarchy.empty()) {
      Report("no-hierarchy", path + ".op",
             Named(info, field) + " needs a hierarchy, and " + Quoted(tree->name) + " has none");
    }
  }
  if (!condition.value_of.empty()) {
    if (!TakesValueOf(condition.op) || !condition.values.empty()) {
      Report("bad-valueof", path + ".valueof",
             "only eq, ne, gt, ge, lt and le compare two columns, and then without a value");
    }
    const std::size_t dot = condition.value_of.find('.');
    std::string other = of;
    if (dot != std::string::npos) {
      const AliasInfo* alias = FindAlias(condition.value_of.substr(0, dot), path + ".valueof");
      if (!alias) return;
      other = alias->entity;
    }
    const FieldSchema* compared =
        FindField(other, condition.value_of.substr(dot == std::string::npos ? 0 : dot + 1),
                  path + ".valueof");
    const auto same_kind = [](FieldType a, FieldType b) {
      for (const FieldTypes kind : {kTextTypes, kNumberTypes, kDateTypes, kChoiceTypes, kIdTypes}) {
        if (kind.Has(a)) return kind.Has(b);
      }
      return a == b;
    };
    if (field && compared && !same_kind(field->type, compared->type)) {
      Report("valueof-types", path + ".valueof",
             Quoted(condition.field) + " (" + std::string(Words(field->type)) + ") and " +
                 Quoted(condition.value_of) + " (" + std::string(Words(compared->type)) +
                 ") cannot be compared; choose fields of one type");
    }
    return;
  }
  CheckValues(condition, field, path);
}

void Checker::CheckValues(const Condition& condition, const FieldSchema* field,
                          const std::string& path) {
  const OperatorInfo& info = Info(condition.op);
  const std::size_t count = condition.values.size();
  const std::string op = Named(info, field);
  const std::string expected =
      info.arity == Arity::kNone && count != 0   ? op + " takes no value; remove it"
      : info.arity == Arity::kOne && count != 1  ? op + " takes one value"
      : info.arity == Arity::kTwo && count != 2  ? op + " takes two values"
      : info.arity == Arity::kMany && count == 0 ? op + " takes one or more values"
                                                 : "";
  if (!expected.empty()) {
    const std::string name =
        field != nullptr && !field->label.empty() ? field->label : Quoted(condition.field);
    Report("wrong-arity", path,
           count == 0 ? name + " has no value; give one or remove the condition" +
                            (info.arity == Arity::kTwo ? " (" + expected + ")" : "")
                      : name + ": " + expected);
    return;
  }
  // A lookup to entities whose keys are no GUIDs holds whatever those keys are.
  const bool other_keys =
      field && kLookupTypes.Has(field->type) && info.operand == Operand::kField &&
      std::any_of(field->targets.begin(), field->targets.end(), [&](const std::string& target) {
        const EntitySchema* to = schema_->Find(target);
        const FieldSchema* key = to ? to->Find(to->key) : nullptr;
        return key && key->type != FieldType::kUniqueIdentifier;
      });
  if (other_keys) return;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& value = condition.values[i];
    const std::string place =
        path + (info.arity == Arity::kOne ? ".value" : ".values[" + std::to_string(i) + "]");
    const std::string problem = LiteralProblem(value, info, i, field);
    if (!problem.empty()) {
      Report("bad-literal", place, problem);
      continue;
    }
    const bool choice = field && !field->choices.empty() &&
                        (info.operand == Operand::kField || info.operand == Operand::kChoices) &&
                        (kChoiceTypes.Has(field->type) || field->type == FieldType::kMultiSelect);
    if (choice && std::none_of(field->choices.begin(), field->choices.end(),
                               [&](const Choice& c) { return std::to_string(c.value) == value; })) {
      Report("unknown-choice", place,
             Quoted(condition.field) + " has no choice " + Quoted(value) + "; check its number");
    }
    const bool leading =
        (condition.op == Operator::kLike || condition.op == Operator::kNotLike)
            ? value.starts_with('%') || value.starts_with('_')
            : condition.op == Operator::kEndsWith || condition.op == Operator::kNotEndWith;
    if (leading) {
      Report("slow-like", place,
             "a pattern that begins with a wildcard makes the server read every record; use "
             "begins-with or another condition where possible");
    }
  }
}

void Checker::CheckLink(const std::string& of, const Link& link, bool in_filter,
                        const std::string& path) {
  if (in_filter && !IsTest(link.type)) {
    Report("join-in-filter", path + ".link.type",
           "a link inside a filter is any, not any, all or not all; move it to 'links'");
  }
  if (FindEntity(link.entity, path + ".link.entity")) {
    const FieldSchema* from = FindField(link.entity, link.from, path + ".link.from");
    const FieldSchema* to = FindField(of, link.to, path + ".link.to");
    const bool ids = from && to && kIdTypes.Has(from->type) && kIdTypes.Has(to->type);
    const bool texts = from && to && kTextTypes.Has(from->type) && kTextTypes.Has(to->type);
    if (from && to && !ids && !texts && from->type != to->type) {
      Report("link-types", path + ".link",
             Quoted(link.from) + " (" + std::string(Words(from->type)) + ") and " +
                 Quoted(link.to) + " (" + std::string(Words(to->type)) +
                 ") can never be equal; check 'from' and 'to'");
    }
  }
  CheckStorable(link.entity, path + ".link.entity");
  CheckGroup(link.entity, link.filter, path);
  CheckOrder(link.entity, link.order, path + ".order");
  for (std::size_t i = 0; i < link.links.size(); ++i) {
    CheckLink(link.entity, link.links[i], false, path + ".links[" + std::to_string(i) + "]");
  }
}

// Whether `a` allows only what is above everything `b` allows: gt 10 and lt 5. Decided for numbers
// and for days; what cannot be compared by its text is left alone.
bool Excludes(const Condition& a, const Condition& b) {
  const auto lower = [](Operator op) {
    return op == Operator::kGt || op == Operator::kGe || op == Operator::kEq;
  };
  const auto upper = [](Operator op) {
    return op == Operator::kLt || op == Operator::kLe || op == Operator::kEq;
  };
  if (!lower(a.op) || !upper(b.op) || a.values.size() != 1 || b.values.size() != 1) return false;
  const std::string& low = a.values[0];
  const std::string& high = b.values[0];
  const bool strict = a.op == Operator::kGt || b.op == Operator::kLt;
  if (IsWhole(low) && IsWhole(high)) {
    const long long x = std::stoll(low);
    const long long y = std::stoll(high);
    return strict ? x >= y : x > y;
  }
  if (IsDay(low) && IsDay(high) && low.size() == 10 && high.size() == 10) {
    // A bare day is its midnight, in the same zone for both.
    return strict ? low >= high : low > high;
  }
  return false;
}

// Of two names that the database on the device takes for one.
std::string AlikeButForCase(const std::string& a, const std::string& b) {
  return Quoted(a) + " and " + Quoted(b) +
         " differ only in case, which the database on the device does not tell apart; ";
}

void Checker::CheckStorable(const std::string& name, const std::string& path) {
  const auto [known, first] = stored_.emplace(LowerAscii(name), name);
  if (!first && known->second != name) {
    Report("names-by-case", path,
           AlikeButForCase(known->second, name) +
               "if both are meant, keep one of them offline and leave the other out");
  }
  if (!known->first.starts_with("sqlite_")) return;
  Report("reserved-name", path,
         Quoted(name) +
             " begins with sqlite_, which the database on the device keeps to itself; no device "
             "can hold this entity, so make it online or leave it out");
}

// Of an entity that a device keeps.
void Checker::CheckFieldNames(const Entity& kept, const EntitySchema* schema,
                              const std::string& path) {
  std::map<std::string, std::string> names;
  const auto add = [&](const std::string& name, const std::string& place) {
    const auto [known, first] = names.emplace(LowerAscii(name), name);
    if (first || known->second == name) return;
    Report("names-by-case", place, AlikeButForCase(known->second, name) + "list only one of them");
  };
  if (schema && !schema->key.empty()) add(schema->key, path);
  if (kept.all_fields && schema) {
    for (const auto& [name, field] : schema->fields) add(name, path + ".fields");
  }
  for (std::size_t i = 0; i < kept.fields.size(); ++i) {
    add(kept.fields[i], path + ".fields[" + std::to_string(i) + "]");
  }
}

// Contradictions and tautologies between conditions on one field that can be decided by their text.
void Checker::CheckReach(const Group& group, const std::string& path) {
  const bool any = group.conjunction == Conjunction::kOr;
  for (std::size_t i = 0; i < group.nodes.size(); ++i) {
    const std::string place = NodePath(group, path, i);
    if (const auto* nested = std::get_if<Group>(&group.nodes[i].item)) {
      if (any && nested->empty() && group.nodes.size() > 1) {
        Report("always-true", place,
               "an empty group keeps everything, so this 'or' does too; remove it");
      }
      continue;
    }
    const auto* b = std::get_if<Condition>(&group.nodes[i].item);
    if (!b) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const auto* a = std::get_if<Condition>(&group.nodes[j].item);
      if (!a || a->field != b->field || a->entity != b->entity) continue;
      const auto pair = [&](Operator x, Operator y) {
        return (a->op == x && b->op == y) || (a->op == y && b->op == x);
      };
      const bool same_values = a->values == b->values && a->value_of == b->value_of;
      const bool with_null = a->op == Operator::kNull || b->op == Operator::kNull;
      const Operator beside_null = a->op == Operator::kNull ? b->op : a->op;
      const bool null_fails =
          with_null && beside_null != Operator::kNull && !Info(beside_null).negated;
      const bool apart = Excludes(*a, *b) || Excludes(*b, *a);
      const bool opposite = same_values && pair(Operator::kEq, Operator::kNe);
      if (a->op == b->op && same_values) {
        Report("duplicate-condition", place, "this condition is already in the group; remove one");
      } else if (!any && (null_fails || apart || opposite)) {
        Report("unreachable", place,
               "no record can meet this condition and another one on " + Quoted(b->field) +
                   " in the group; use 'or', or remove one of them");
      } else if (any && (opposite || pair(Operator::kNull, Operator::kNotNull))) {
        Report("always-true", place,
               "every record meets this condition or another one on " + Quoted(b->field) +
                   "; remove both or use 'and'");
      }
      break;
    }
  }
}

void Checker::CheckEntity(const Policy& policy, const Entity& kept) {
  const std::string path = "entities." + kept.name;
  const EntitySchema* schema = FindEntity(kept.name, path);
  if (!kept.all_fields && kept.fields.empty()) {
    Report("no-fields", path + ".fields",
           "no field is listed; list those the app shows, or write all");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < kept.fields.size(); ++i) {
    const std::string place = path + ".fields[" + std::to_string(i) + "]";
    (void)FindField(kept.name, kept.fields[i], place);
    if (!seen.insert(kept.fields[i]).second) {
      Report("duplicate-field", place, Quoted(kept.fields[i]) + " is listed twice; remove one");
    }
  }
  const bool offline = kept.mode == DeviceMode::kOffline;
  if (!offline && (!kept.filter.empty() || !kept.links.empty() || kept.max_records)) {
    Report(
        "online-filter", path + (kept.filter.empty() ? ".mode" : ".filter"),
        "an online entity is read live and never stored, so its filter decides nothing; remove it "
        "or keep the entity offline");
  }
  if (offline) {
    CheckStorable(kept.name, path);
    CheckFieldNames(kept, schema, path);
  }
  if (offline && schema && schema->key.empty()) {
    Report("no-key", path,
           Quoted(kept.name) + " has no single key, so its records cannot be kept; make it online");
  }
  if (offline && schema && schema->intersect) {
    for (const auto& [name, field] : schema->fields) {
      if (field.targets.size() != 1) continue;
      const Entity* end = policy.Find(field.targets[0]);
      if (!end || end->mode != DeviceMode::kOffline) {
        Report("intersect-ends", path,
               "a row of " + Quoted(kept.name) + " stays while both its ends do, but " +
                   Quoted(field.targets[0]) + " is not kept offline; list it");
      }
    }
  }
  CheckQuery(QueryOf(kept), path);
}

void Checker::CheckPolicy(const Policy& policy) {
  if (policy.triggers.on_change) {
    const auto& watched = policy.triggers.on_change->entities;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (policy.Find(watched[i])) continue;
      Report("trigger-entity", "triggers.on_change.entities[" + std::to_string(i) + "]",
             Quoted(watched[i]) + " is not an entity of this policy; list it or stop watching it");
    }
  }
  if (policy.budgets.first_sync && !policy.budgets.network) {
    Report("budget-network", "budgets.first_sync",
           "the time of a first sync can only be estimated for a network; say its bandwidth and "
           "latency in 'network'");
  }
  if (policy.entities.empty()) {
    Report("no-entities", "entities",
           "the policy lists no entity, so a device holds nothing; add one");
  }
  std::set<std::string> names;
  for (const Entity& kept : policy.entities) {
    entity = kept.name;
    if (!names.insert(kept.name).second) {
      Report("duplicate-entity", "entities." + kept.name, "the entity is listed twice; remove one");
    }
    CheckEntity(policy, kept);
  }
  entity.clear();
  for (std::size_t i = 0; i < policy.expect.size(); ++i) {
    const Expectation& expectation = policy.expect[i];
    const std::string place = "expect[" + std::to_string(i) + "]";
    const std::string& record =
        expectation.includes.empty() ? expectation.excludes : expectation.includes;
    const std::string name =
        expectation.entity.empty() ? record.substr(0, record.find('/')) : expectation.entity;
    const std::size_t slash = record.find('/');
    const bool names_record = slash != std::string::npos && slash > 0 && slash + 1 < record.size();
    if (expectation.as.empty()) {
      Report("bad-value", place, "the expectation is about nobody; name a user or role/NAME");
    }
    if (expectation.entity.empty() && !names_record) {
      Report("bad-value", place, "the expectation names no record; write entity/id");
      continue;
    }
    const Entity* found = policy.Find(name);
    if (!found || found->mode != DeviceMode::kOffline) {
      Report("expect-entity", place,
             Quoted(name) +
                 " is not kept offline by this policy, so nothing can be expected of it; "
                 "check the name");
    }
  }
}

}  // namespace

std::vector<Finding> CheckPolicy(const Policy& policy, const Schema* schema,
                                 const SourceMap* marks) {
  Checker checker(schema, marks);
  checker.CheckPolicy(policy);
  return std::move(checker.findings);
}

std::vector<Finding> CheckQuery(const Query& query, const Schema* schema, const SourceMap* marks) {
  Checker checker(schema, marks);
  checker.entity = query.entity;
  if (schema && !schema->Find(query.entity)) {
    Policy one;
    one.entities.push_back({.name = query.entity, .fields = {"x"}});
    for (Finding& finding : CheckPolicy(one, schema)) {
      if (finding.rule != "unknown-entity") continue;
      finding.path = "entity";
      if (marks) finding.mark = marks->Find(finding.path);
      checker.findings.push_back(std::move(finding));
    }
  }
  checker.CheckQuery(query, "");
  return std::move(checker.findings);
}

}  // namespace satchel
