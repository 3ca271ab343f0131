#include "engine/filter/query_tree.h"

#include <algorithm>

#include "engine/filter/data_set.h"
#include "engine/record/cell.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Policies stop at 32; a query from elsewhere must not exhaust the stack.
constexpr int kMostDepth = 200;

std::string Unknown(std::string_view what, std::string_view name,
                    const std::vector<std::string>& known) {
  std::string text = std::string(what) + " " + Quoted(name) + " is not in the schema";
  if (const std::string near = Nearest(name, known); !near.empty()) {
    text += "; did you mean " + Quoted(near) + "?";
  }
  return text;
}

template <class Map>
std::vector<std::string> NamesOf(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

std::string_view Sayable(FieldKind kind) {
  constexpr std::string_view kNames[] = {
      "text", "number",        "floating-point number", "yes or no", "choice",
      "id",   "date and time", "wall-clock time",       "date",      "choices"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool Joined(LinkType type) {
  return type == LinkType::kInner || type == LinkType::kOuter || type == LinkType::kMatchFirst;
}

}  // namespace

FieldKind KindOf(const FieldSchema& field, const Schema& schema) {
  switch (field.type) {
    case FieldType::kString:
    case FieldType::kMemo:
      return FieldKind::kText;
    case FieldType::kInteger:
    case FieldType::kBigInt:
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return FieldKind::kNumber;
    case FieldType::kDouble:
      return FieldKind::kDouble;
    case FieldType::kBoolean:
      return FieldKind::kBoolean;
    case FieldType::kDateTime:
      return FieldKind::kDateTime;
    case FieldType::kDateTimeTzi:
      return FieldKind::kDateTimeTzi;
    case FieldType::kDateOnly:
      return FieldKind::kDateOnly;
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      return FieldKind::kChoice;
    case FieldType::kMultiSelect:
      return FieldKind::kMultiSelect;
    case FieldType::kUniqueIdentifier:
      return FieldKind::kId;
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
      break;
  }
  switch (IdKindOf(schema, field)) {
    case IdKind::kGuid:
      return FieldKind::kId;
    case IdKind::kText:
      return FieldKind::kText;
    case IdKind::kInteger:
      return FieldKind::kNumber;
  }
  return FieldKind::kId;
}

int StoredScale(const FieldSchema& field) {
  return field.type == FieldType::kDecimal || field.type == FieldType::kMoney ? ScaleOf(field) : 0;
}

bool StoredAlike(const FieldSchema& a, const FieldSchema& b, const Schema& schema) {
  return KindOf(a, schema) == KindOf(b, schema) && StoredScale(a) == StoredScale(b);
}

std::string Describe(const Condition& condition, std::string_view entity) {
  std::string text = condition.entity.empty() ? "" : condition.entity + ".";
  text += condition.field + " " + std::string(Info(condition.op).name);
  if (!condition.value_of.empty()) text += " " + condition.value_of;
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < std::min(kShown, condition.values.size()); ++i) {
    text += (i == 0 ? " " : ", ") + condition.values[i];
  }
  if (condition.values.size() > kShown) text += ", …";
  return "condition " + Quoted(text, 100) + " of " + std::string(entity);
}

const Group* Source::filter() const {
  return link ? &link->filter : nullptr;
}

const Source* Source::TestOf(const Link& test) const {
  const auto at = std::find_if(tests.begin(), tests.end(),
                               [&](const auto& source) { return source->link == &test; });
  return at == tests.end() ? nullptr : at->get();
}

const NamedField& QueryTree::FieldOf(const Condition& condition) const {
  return fields_.at(&condition);
}

const NamedField& QueryTree::OtherOf(const Condition& condition) const {
  return others_.at(&condition);
}

const NamedField& QueryTree::FieldOf(const OrderItem& item) const {
  return fields_.at(&item);
}

// Two passes: first the sources, so that a condition may name an alias written after it; then the
// conditions.
class TreeBuilder {
 public:
  TreeBuilder(const Query& query, const Schema& schema, bool ordered)
      : query_(query), schema_(schema), ordered_(ordered) {}

  Result<QueryTree> Build() {
    auto root = std::make_unique<Source>();
    root->entity = schema_.Find(query_.entity);
    if (!root->entity) {
      return Fail(ErrorCode::kInvalid, Unknown("entity", query_.entity, NamesOf(schema_.entities)));
    }
    tree_.root_ = std::move(root);
    Source& top = *tree_.root_;
    if (auto added = AddLinks(top, query_.links, 0); !added) return Fail(added.error());
    if (auto added = AddTests(top, query_.filter, 0); !added) return Fail(added.error());
    if (auto checked = CheckConditions(top, query_.filter); !checked) return Fail(checked.error());
    for (const auto* sources : {&top.joins, &top.tests}) {
      for (const auto& source : *sources) {
        if (auto checked = CheckSource(*source); !checked) return Fail(checked.error());
      }
    }
    if (ordered_) {
      if (auto checked = CheckOrder(top, query_.order); !checked) return Fail(checked.error());
    }
    return std::move(tree_);
  }

 private:
  Result<> AddLinks(Source& parent, const std::vector<Link>& links, int depth) {
    for (const Link& link : links) {
      if (auto added = AddLink(parent, link, depth); !added) return added;
    }
    return {};
  }

  Result<> AddTests(Source& place, const Group& group, int depth) {
    if (depth > kMostDepth) return TooDeep();
    for (const Node& node : group.nodes) {
      if (const auto* inner = std::get_if<Group>(&node.item)) {
        if (auto added = AddTests(place, *inner, depth + 1); !added) return added;
      } else if (const auto* link = std::get_if<Link>(&node.item)) {
        if (!IsTest(link->type)) {
          return Fail(ErrorCode::kInvalid, Where(place, *link) + " is of type " +
                                               Quoted(Name(link->type)) +
                                               ", which cannot stand inside a filter; use any, not "
                                               "any, all or not all, or move it out of the filter");
        }
        if (auto added = AddLink(place, *link, depth + 1); !added) return added;
      }
    }
    return {};
  }

  Result<> AddLink(Source& parent, const Link& link, int depth) {
    if (depth > kMostDepth) return TooDeep();
    auto source = std::make_unique<Source>();
    source->link = &link;
    source->parent = &parent;
    source->entity = schema_.Find(link.entity);
    if (!source->entity) {
      return Fail(
          ErrorCode::kInvalid,
          Where(parent, link) + ": " + Unknown("entity", link.entity, NamesOf(schema_.entities)));
    }
    source->from = source->entity->Find(link.from);
    source->to = parent.entity->Find(link.to);
    if (!source->from || !source->to) {
      const bool from = !source->from;
      return Fail(ErrorCode::kInvalid, Where(parent, link) + ": " +
                                           Unknown("field",
                                                   from ? link.entity + "." + link.from
                                                        : parent.entity->name + "." + link.to,
                                                   {}));
    }
    const FieldKind left = KindOf(*source->from, schema_);
    const FieldKind right = KindOf(*source->to, schema_);
    if (left != right || left == FieldKind::kMultiSelect) {
      return Fail(ErrorCode::kInvalid, Where(parent, link) + ": " + link.from + " (" +
                                           std::string(Sayable(left)) + ") and " + link.to + " (" +
                                           std::string(Sayable(right)) + ") cannot be joined");
    }
    Source& placed = *source;
    (IsTest(link.type) ? parent.tests : parent.joins).push_back(std::move(source));
    if (auto added = AddLinks(placed, link.links, depth + 1); !added) return added;
    return AddTests(placed, link.filter, depth + 1);
  }

  Result<> CheckSource(Source& source) {
    if (auto checked = CheckConditions(source, source.link->filter); !checked) return checked;
    if (ordered_ || source.link->type == LinkType::kMatchFirst) {
      if (auto checked = CheckOrder(source, source.link->order); !checked) return checked;
    }
    for (const auto* sources : {&source.joins, &source.tests}) {
      for (const auto& inner : *sources) {
        if (auto checked = CheckSource(*inner); !checked) return checked;
      }
    }
    return {};
  }

  Result<> CheckConditions(Source& place, const Group& group) {
    for (const Node& node : group.nodes) {
      if (const auto* inner = std::get_if<Group>(&node.item)) {
        if (auto checked = CheckConditions(place, *inner); !checked) return checked;
      } else if (const auto* condition = std::get_if<Condition>(&node.item)) {
        if (auto checked = CheckCondition(place, *condition); !checked) {
          return Fail(checked.error().While(Describe(*condition, place.entity->name)));
        }
      }
    }
    return {};
  }

  Result<> CheckCondition(Source& place, const Condition& condition) {
    auto named = Find(place, condition.entity, condition.field);
    if (!named) return Fail(named.error());
    tree_.fields_[&condition] = *named;
    const OperatorInfo& info = Info(condition.op);
    if (!info.fields.Has(named->field->type)) {
      return Fail(ErrorCode::kInvalid, "operator " + Quoted(info.name) +
                                           " does not go with a field of type " +
                                           std::string(Name(named->field->type)));
    }
    if (!condition.value_of.empty()) return CheckOther(place, condition, *named);
    return CheckCount(condition, info);
  }

  Result<> CheckOther(Source& place, const Condition& condition, const NamedField& named) {
    if (!TakesValueOf(condition.op) || !condition.values.empty()) {
      return Fail(ErrorCode::kInvalid,
                  "valueof goes with eq, ne, gt, ge, lt and le and without values");
    }
    const std::size_t dot = condition.value_of.find('.');
    const bool aliased = dot != std::string::npos;
    auto other = Find(place, aliased ? condition.value_of.substr(0, dot) : condition.entity,
                      aliased ? condition.value_of.substr(dot + 1) : condition.value_of);
    if (!other) return Fail(other.error());
    const FieldKind left = KindOf(*named.field, schema_);
    const FieldKind right = KindOf(*other->field, schema_);
    if (left != right) {
      return Fail(ErrorCode::kInvalid, "a " + std::string(Sayable(left)) +
                                           " cannot be compared with a " +
                                           std::string(Sayable(right)));
    }
    tree_.others_[&condition] = *other;
    return {};
  }

  static Result<> CheckCount(const Condition& condition, const OperatorInfo& info) {
    const std::size_t count = condition.values.size();
    switch (info.arity) {
      case Arity::kNone:
        if (count == 0) return {};
        return Fail(ErrorCode::kInvalid, Quoted(info.name) + " takes no value");
      case Arity::kOne:
        if (count == 1) return {};
        return Fail(ErrorCode::kInvalid,
                    Quoted(info.name) + " takes one value, not " + std::to_string(count));
      case Arity::kTwo:
        if (count == 2) return {};
        return Fail(ErrorCode::kInvalid,
                    Quoted(info.name) + " takes two values, not " + std::to_string(count));
      case Arity::kMany:
        if (count > 0) return {};
        return Fail(ErrorCode::kInvalid, Quoted(info.name) + " takes one value or more");
    }
    return {};
  }

  Result<> CheckOrder(Source& place, const std::vector<OrderItem>& order) {
    for (const OrderItem& item : order) {
      auto named = Find(place, item.entity, item.field);
      if (!named) {
        return Fail(
            named.error().While("order by " + Quoted(item.field) + " of " + place.entity->name));
      }
      tree_.fields_[&item] = *named;
      // A link's order follows the entity's own, unless it only chooses the first row.
      if (place.link && ordered_ && Reachable(place)) MarkNamed(place, nullptr);
    }
    return {};
  }

  // The field, with everything marked that naming it from `place` means.
  Result<NamedField> Find(Source& place, const std::string& alias, const std::string& field) {
    Source* source = alias.empty() ? &place : FindAlias(place, alias);
    if (!source) {
      return Fail(ErrorCode::kInvalid,
                  "alias " + Quoted(alias) +
                      " is not a link that can be named here; give an inner, outer or "
                      "matchfirstrowusingcrossapply link below or around this place that alias");
    }
    const FieldSchema* found = source->entity->Find(field);
    if (!found) {
      return Fail(ErrorCode::kInvalid,
                  Unknown("field", source->entity->name + "." + field,
                          Qualified(source->entity->name, NamesOf(source->entity->fields))));
    }
    if (source != &place && IsAround(*source, place)) {
      for (Source* inside = &place; inside != source; inside = inside->parent) {
        if (std::find(inside->outside.begin(), inside->outside.end(), source) ==
            inside->outside.end()) {
          inside->outside.push_back(source);
        }
      }
    } else if (source != &place) {
      place.names_below = true;
      MarkNamed(*source, &place);
    }
    return NamedField{source, found};
  }

  static std::vector<std::string> Qualified(const std::string& entity,
                                            std::vector<std::string> names) {
    for (std::string& name : names) name = entity + "." + name;
    return names;
  }

  // Own alias, then below through joins, then around.
  static Source* FindAlias(Source& place, const std::string& alias) {
    if (place.link && place.link->alias == alias) return &place;
    if (Source* below = FindBelow(place, alias)) return below;
    for (Source* around = place.parent; around; around = around->parent) {
      if (around->link && around->link->alias == alias) return around;
    }
    return nullptr;
  }

  static Source* FindBelow(Source& place, const std::string& alias) {
    for (const auto& source : place.joins) {
      if (!Joined(source->link->type)) continue;
      if (source->link->alias == alias) return source.get();
      if (Source* below = FindBelow(*source, alias)) return below;
    }
    return nullptr;
  }

  static bool IsAround(const Source& around, const Source& place) {
    for (const Source* at = place.parent; at; at = at->parent) {
      if (at == &around) return true;
    }
    return false;
  }

  // Whether the rows of the query carry this source's fields.
  static bool Reachable(const Source& source) {
    for (const Source* at = &source; at->link; at = at->parent) {
      if (!Joined(at->link->type)) return false;
    }
    return true;
  }

  static void MarkNamed(Source& source, const Source* until) {
    for (Source* at = &source; at != until && at->link; at = at->parent) at->named = true;
  }

  std::string Where(const Source& parent, const Link& link) const {
    return "link to " + Quoted(link.entity) + " under " + parent.entity->name;
  }

  static Result<> TooDeep() {
    return Fail(ErrorCode::kInvalid, "the filter is nested deeper than " +
                                         std::to_string(kMostDepth) + " levels; simplify it");
  }

  const Query& query_;
  const Schema& schema_;
  bool ordered_;
  QueryTree tree_;
};

Result<QueryTree> QueryTree::Make(const Query& query, const Schema& schema, bool ordered) {
  return TreeBuilder(query, schema, ordered).Build();
}

}  // namespace satchel
