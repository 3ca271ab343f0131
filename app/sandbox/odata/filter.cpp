#include "app/sandbox/odata/filter.h"

#include "app/sandbox/odata/expression.h"
#include "app/sandbox/odata/query_functions.h"
#include "app/sandbox/odata/token.h"
#include "engine/record/guid.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// Where names are looked up: the query's own entity, or the rows of a lambda.
struct Scope {
  const Table* table = nullptr;
  std::string variable = {};  // Empty: the query's own entity.
};

// A property path resolved: conditions go to `entity` (an alias) or, in a lambda, into nested
// links.
struct Place {
  const Table* table = nullptr;
  const Attribute* attribute = nullptr;
  std::string alias = {};
  std::vector<const Relationship*> steps = {};  // Of a lambda's path, outermost first.
};

Node AsNode(Condition condition) {
  return Node{std::move(condition)};
}

std::string EdmType(const Attribute& attribute) {
  if (kIdTypes.Has(attribute.type)) return "Edm.Guid";
  if (attribute.type == FieldType::kBoolean) return "Edm.Boolean";
  if (attribute.type == FieldType::kDateOnly) return "Edm.Date";
  if (kDateTypes.Has(attribute.type)) return "Edm.DateTimeOffset";
  if (attribute.type == FieldType::kDouble) return "Edm.Double";
  if (attribute.type == FieldType::kBigInt) return "Edm.Int64";
  if (attribute.type == FieldType::kDecimal || attribute.type == FieldType::kMoney) {
    return "Edm.Decimal";
  }
  if (kTextTypes.Has(attribute.type) || attribute.type == FieldType::kMultiSelect) {
    return "Edm.String";
  }
  return "Edm.Int32";
}

std::string EdmType(const Operand& literal) {
  switch (literal.kind) {
    case Operand::Kind::kBoolean:
      return "Edm.Boolean";
    case Operand::Kind::kNumber:
      return literal.text.find_first_of(".eE") == std::string::npos ? "Edm.Int32" : "Edm.Decimal";
    case Operand::Kind::kGuid:
      return "Edm.Guid";
    case Operand::Kind::kDate:
      return literal.text.size() == 10 ? "Edm.Date" : "Edm.DateTimeOffset";
    default:
      return "Edm.String";
  }
}

bool Fits(const Attribute& attribute, const Operand& literal) {
  switch (literal.kind) {
    case Operand::Kind::kString:
      // The documentation shows quoted ids too.
      return kTextTypes.Has(attribute.type) || attribute.type == FieldType::kMultiSelect ||
             (kIdTypes.Has(attribute.type) && ParseGuid(literal.text));
    case Operand::Kind::kNumber:
      return kNumberTypes.Has(attribute.type) || kChoiceTypes.Has(attribute.type);
    case Operand::Kind::kBoolean:
      return attribute.type == FieldType::kBoolean;
    case Operand::Kind::kGuid:
      return kIdTypes.Has(attribute.type);
    case Operand::Kind::kDate:
      return kDateTypes.Has(attribute.type);
    default:
      return false;
  }
}

class Translator {
 public:
  Translator(Query& query, const Metadata& metadata) : query_(query), metadata_(metadata) {}

  Answer<Node> Translate(const Expression& e, const Scope& scope, bool negated) {
    switch (e.kind) {
      case Expression::Kind::kAnd:
      case Expression::Kind::kOr: {
        Group group;
        const bool is_or = (e.kind == Expression::Kind::kOr) != negated;  // De Morgan.
        group.conjunction = is_or ? Conjunction::kOr : Conjunction::kAnd;
        for (const Expression& part : e.parts) {
          auto node = Translate(part, scope, negated);
          if (!node) return node;
          group.nodes.push_back(std::move(*node));
        }
        return Node{std::move(group)};
      }
      case Expression::Kind::kNot:
        return Translate(e.parts.front(), scope, !negated);
      case Expression::Kind::kCompare:
        return Compare(e, scope, negated);
      case Expression::Kind::kMatch:
        return Match(e, scope, negated);
      case Expression::Kind::kFunction:
        return Function(e, scope, negated);
      case Expression::Kind::kLambda:
        return Lambda(e, scope, negated);
    }
    return BadQuery("The expression is not understood.");
  }

 private:
  Answer<Place> Resolve(std::vector<std::string> path, const Scope& scope) {
    Place place;
    place.table = scope.table;
    if (!scope.variable.empty()) {
      if (path.size() < 2 || path.front() != scope.variable) {
        return BadQuery("Inside the lambda, properties are written " + scope.variable +
                        "/property; " + Quoted(path.front()) + " is not.");
      }
      path.erase(path.begin());
    }
    std::string prefix;
    while (path.size() > 1) {
      const Relationship* step = metadata_.FindLookup(place.table->name, path.front());
      if (step == nullptr) return NoSuchProperty(*place.table, path.front());
      if (metadata_.Find(step->referenced_entity) == nullptr) return LeadsToOwners(path.front());
      prefix += (prefix.empty() ? "" : "/") + path.front();
      if (scope.variable.empty()) {
        place.alias = AliasOf(prefix, place.alias, *step);
      } else {
        place.steps.push_back(step);
      }
      place.table = metadata_.Find(step->referenced_entity);
      path.erase(path.begin());
    }
    place.attribute = FindProperty(*place.table, path.front());
    if (place.attribute == nullptr) return NoSuchProperty(*place.table, path.front());
    return place;
  }

  // The outer link for a path of lookups; one per path, however often it is used.
  std::string AliasOf(const std::string& path, const std::string& parent,
                      const Relationship& step) {
    std::vector<Link>* links = &query_.links;
    if (!parent.empty()) links = &FindLink(query_.links, parent)->links;
    std::string alias = "path/" + path;
    for (char& c : alias) {
      if (c == '/') c = '_';
    }
    if (FindLink(query_.links, alias) != nullptr) return alias;
    Link link;
    link.entity = step.referenced_entity;
    link.from = step.referenced_attribute;
    link.to = step.referencing_attribute;
    link.type = LinkType::kOuter;
    link.alias = alias;
    links->push_back(std::move(link));
    return alias;
  }

  static Link* FindLink(std::vector<Link>& links, std::string_view alias) {
    for (Link& link : links) {
      if (link.alias == alias) return &link;
      if (Link* below = FindLink(link.links, alias); below != nullptr) return below;
    }
    return nullptr;
  }

  // Puts a condition where it belongs: behind an alias, or at the end of a lambda's path.
  static Node Put(const Place& place, Condition condition) {
    condition.entity = place.alias;
    Node node = AsNode(std::move(condition));
    for (auto step = place.steps.rbegin(); step != place.steps.rend(); ++step) {
      Link link;
      link.entity = (*step)->referenced_entity;
      link.from = (*step)->referenced_attribute;
      link.to = (*step)->referencing_attribute;
      link.type = LinkType::kAny;
      link.filter.nodes.push_back(std::move(node));
      node = Node{std::move(link)};
    }
    return node;
  }

  // A condition or, where FetchXML has no negated form, "no row with this key satisfies it".
  static Answer<Node> PutNegatable(const Place& place, Condition condition, bool negated) {
    if (!negated) return Put(place, std::move(condition));
    if (const auto opposite = Negate(condition.op)) {
      condition.op = *opposite;
      return Put(place, std::move(condition));
    }
    if (!place.alias.empty() || !place.steps.empty()) {
      return BadQuery("'not' isn't supported around a function on a related table's property.");
    }
    Link link;
    link.entity = place.table->name;
    link.from = link.to = place.table->primary_id;
    link.type = LinkType::kNotAny;
    link.filter.nodes.push_back(AsNode(std::move(condition)));
    return Node{std::move(link)};
  }

  Answer<Node> Compare(const Expression& e, const Scope& scope, bool negated) {
    Operand left = e.operands[0];
    Operand right = e.operands[1];
    Operator op = *FindOperator(e.name);
    if (left.kind != Operand::Kind::kPath) {
      std::swap(left, right);
      if (op == Operator::kGt || op == Operator::kLt) {
        op = op == Operator::kGt ? Operator::kLt : Operator::kGt;
      } else if (op == Operator::kGe || op == Operator::kLe) {
        op = op == Operator::kGe ? Operator::kLe : Operator::kGe;
      }
    }
    if (left.kind != Operand::Kind::kPath) return BadQuery("A comparison needs a property.");
    auto place = Resolve(left.path, scope);
    if (!place) return Refuse(place.error());

    Condition condition;
    condition.field = place->attribute->name;
    condition.op = op;
    if (right.kind == Operand::Kind::kPath) {
      auto other = Resolve(right.path, scope);
      if (!other) return Refuse(other.error());
      if (!place->steps.empty() || !other->steps.empty()) {
        return BadQuery("Inside a lambda, columns of one table only can be compared.");
      }
      condition.value_of = other->alias.empty() ? other->attribute->name
                                                : other->alias + "." + other->attribute->name;
    } else if (right.kind == Operand::Kind::kNull) {
      if (op != Operator::kEq && op != Operator::kNe) {
        return BadQuery("null can only be compared with eq and ne.");
      }
      condition.op = op == Operator::kEq ? Operator::kNull : Operator::kNotNull;
    } else {
      if (!Fits(*place->attribute, right)) {
        return BadQuery(
            "A binary operator with incompatible types was detected. Found operand types '" +
            EdmType(*place->attribute) + "' and '" + EdmType(right) + "' for operator kind '" +
            e.name + "'.");
      }
      condition.values = {right.kind == Operand::Kind::kBoolean
                              ? std::string(right.text == "true" ? "1" : "0")
                              : right.text};
      // In OData a bare date is midnight in UTC; the engine would take it on the user's clock.
      if (right.kind == Operand::Kind::kDate && right.text.size() == 10 &&
          place->attribute->type == FieldType::kDateTime) {
        condition.values.front() += "T00:00:00Z";
      }
    }
    return PutNegatable(*place, std::move(condition), negated);
  }

  Answer<Node> Match(const Expression& e, const Scope& scope, bool negated) {
    const Operand& property = e.operands[0];
    const Operand& text = e.operands[1];
    if (property.kind != Operand::Kind::kPath || text.kind != Operand::Kind::kString) {
      return BadQuery("The function " + e.name + " takes a property and a string.");
    }
    auto place = Resolve(property.path, scope);
    if (!place) return Refuse(place.error());
    if (!kTextTypes.Has(place->attribute->type)) {
      return BadQuery("No function signature for the function with name '" + e.name +
                      "' matches the specified arguments: " + place->attribute->name + " is " +
                      EdmType(*place->attribute) + ".");
    }
    Condition condition;
    condition.field = place->attribute->name;
    if (e.name == "contains") {
      condition.op = Operator::kLike;
      condition.values = {"%" + text.text + "%"};
    } else {
      condition.op = e.name == "startswith" ? Operator::kBeginsWith : Operator::kEndsWith;
      condition.values = {text.text};
    }
    return PutNegatable(*place, std::move(condition), negated);
  }

  Answer<Node> Function(const Expression& e, const Scope& scope, bool negated) {
    const auto op = FindQueryFunction(e.name);
    if (!op) {
      return BadQuery("An unknown function with name 'Microsoft.Dynamics.CRM." + e.name +
                      "' was found.");
    }
    std::string property;
    Condition condition;
    condition.op = *op;
    for (const Parameter& parameter : e.parameters) {
      if (parameter.name == "PropertyName") {
        property = parameter.value.text;
      } else if (parameter.value.kind == Operand::Kind::kList) {
        auto items = ListItems(parameter.value.text);
        if (!items) return Refuse(items.error());
        condition.values.insert(condition.values.end(), items->begin(), items->end());
      } else if (parameter.name.rfind("PropertyValue", 0) == 0) {
        condition.values.push_back(parameter.value.text);
      } else {
        return BadQuery("The function " + e.name + " has no parameter " + Quoted(parameter.name) +
                        ".");
      }
    }
    Place place;
    place.table = scope.table;
    place.attribute = FindProperty(*scope.table, property);
    if (place.attribute == nullptr) place.attribute = scope.table->Find(property);
    if (place.attribute == nullptr) return NoSuchProperty(*scope.table, property);
    condition.field = place.attribute->name;
    return PutNegatable(place, std::move(condition), negated);
  }

  Answer<Node> Lambda(const Expression& e, const Scope& scope, bool negated) {
    std::vector<std::string> path = e.path;
    const Table* table = scope.table;
    if (!scope.variable.empty()) {
      if (path.size() < 2 || path.front() != scope.variable) {
        return BadQuery("Inside the lambda, collections are written " + scope.variable +
                        "/collection.");
      }
      path.erase(path.begin());
    }
    if (path.size() != 1) {
      return BadQuery(
          "A lambda is supported on a collection of the table itself, not behind "
          "another navigation property.");
    }
    // all(P) says that no row fails P; its negation that some row does.
    const bool all = e.name == "all";
    Link link;
    link.type = all != negated ? LinkType::kNotAny : LinkType::kAny;
    Link* target = &link;
    const Table* related = nullptr;
    if (const Relationship* one = metadata_.FindCollection(table->name, path.front())) {
      related = metadata_.Find(one->referencing_entity);
      link.entity = one->referencing_entity;
      link.from = one->referencing_attribute;
      link.to = one->referenced_attribute;
    } else if (const ManyToManyRelationship* many =
                   metadata_.FindManyToMany(table->name, path.front())) {
      const bool forward = many->entity1 == table->name && many->entity1_navigation == path.front();
      related = metadata_.Find(forward ? many->entity2 : many->entity1);
      link.entity = many->intersect_entity;
      link.from = forward ? many->entity1_attribute : many->entity2_attribute;
      link.to = table->primary_id;
      link.intersect = true;
      Link end;
      end.entity = related->name;
      end.from = related->primary_id;
      end.to = forward ? many->entity2_attribute : many->entity1_attribute;
      link.links.push_back(std::move(end));
      target = &link.links.front();
    } else {
      return NoSuchProperty(*table, path.front());
    }
    if (!e.parts.empty()) {
      auto body = Translate(e.parts.front(), {related, e.variable}, all);
      if (!body) return body;
      target->filter.nodes.push_back(std::move(*body));
    }
    return Node{std::move(link)};
  }

  Query& query_;
  const Metadata& metadata_;
};

}  // namespace

const Attribute* FindProperty(const Table& table, std::string_view property) {
  if (property.size() > 7 && property.front() == '_' &&
      property.substr(property.size() - 6) == "_value") {
    const Attribute* lookup = table.Find(property.substr(1, property.size() - 7));
    return lookup != nullptr && lookup->is_lookup() ? lookup : nullptr;
  }
  const Attribute* attribute = table.Find(property);
  return attribute != nullptr && !attribute->is_lookup() ? attribute : nullptr;
}

tl::unexpected<ApiError> NoSuchProperty(const Table& table, std::string_view property) {
  return BadQuery("Could not find a property named " + Quoted(property) +
                  " on type 'Microsoft.Dynamics.CRM." + table.name + "'.");
}

tl::unexpected<ApiError> LeadsToOwners(std::string_view navigation) {
  return BadQuery("The navigation property " + Quoted(navigation) +
                  " leads to users and teams alike. Use owninguser or owningteam.");
}

Answer<> AddFilter(Query& query, std::string_view filter, const Url& url, const Metadata& metadata,
                   const Table& table) {
  auto expression = ParseExpression(filter, url);
  if (!expression) return Refuse(expression.error());
  auto node = Translator(query, metadata).Translate(*expression, {&table, {}}, false);
  if (!node) return Refuse(node.error());
  query.filter.nodes.push_back(std::move(*node));
  return {};
}

}  // namespace satchel::sandbox
