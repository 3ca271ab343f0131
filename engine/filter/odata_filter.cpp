// CompileOData: what a service can be asked for exactly, is; of the rest it is asked for more.
//
// Services differ in what null does under `not` and `ne`, so every null case is written out, and
// `not` stands only in front of any() and of string functions whose null case is written beside it.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "engine/filter/literal.h"
#include "engine/filter/odata_part.h"
#include "engine/filter/odata_text.h"
#include "engine/filter/query_tree.h"
#include "engine/filter/server_query.h"
#include "engine/filter/window.h"
#include "engine/record/decimal.h"
#include "engine/record/guid.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

std::string_view Symbol(Operator op) {
  switch (op) {
    case Operator::kNe:
      return " ne ";
    case Operator::kGt:
      return " gt ";
    case Operator::kGe:
      return " ge ";
    case Operator::kLt:
      return " lt ";
    case Operator::kLe:
      return " le ";
    default:
      return " eq ";
  }
}

std::string PrintDouble(double value) {
  std::array<char, 64> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : "0";
}

class ODataCompiler {
 public:
  ODataCompiler(const Query& query, const Schema& schema, const FilterContext& context,
                const ODataDialect& dialect, const QueryTree& tree)
      : query_(query),
        schema_(schema),
        context_(context),
        dialect_(dialect),
        tree_(tree),
        calendar_(context) {}

  Result<ODataFilter> Compile() {
    paths_[&tree_.root()] = "";
    auto wide = Inside(tree_.root());
    if (!wide) return Fail(wide.error());
    ODataFilter filter;
    filter.filter = wide->text.value_or("");
    filter.exact = wide->exact;
    filter.unexpressed = std::move(unexpressed_);
    return filter;
  }

 private:
  Wide Leave(std::string sentence) {
    unexpressed_.push_back(std::move(sentence));
    return Wide{};
  }

  // Everything a source's own filter and the links under it ask.
  Result<Wide> Inside(const Source& source) {
    std::vector<Wide> parts;
    // Paths first: the filter may name what a link below joins.
    for (const auto& child : source.joins) SetPath(*child);
    for (const auto& child : source.joins) {
      auto part = LinkPart(*child);
      if (!part) return part;
      parts.push_back(std::move(*part));
    }
    for (const auto& test : source.tests) {
      const auto& links = source.link ? source.link->links : query_.links;
      if (std::none_of(links.begin(), links.end(),
                       [&](const Link& link) { return &link == test->link; })) {
        continue;
      }
      auto part = LinkPart(*test);
      if (!part) return part;
      parts.push_back(std::move(*part));
    }
    auto filter = GroupPart(source, source.link ? source.link->filter : query_.filter);
    if (!filter) return filter;
    parts.push_back(std::move(*filter));
    return All(parts);
  }

  Result<Wide> GroupPart(const Source& place, const Group& group) {
    std::vector<Wide> parts;
    for (const Node& node : group.nodes) {
      Result<Wide> part;
      if (const auto* condition = std::get_if<Condition>(&node.item)) {
        part = ConditionPart(*condition);
        if (!part) return Fail(part.error().While(Describe(*condition, place.entity->name)));
      } else if (const auto* inner = std::get_if<Group>(&node.item)) {
        part = GroupPart(place, *inner);
      } else {
        part = LinkPart(*place.TestOf(std::get<Link>(node.item)));
      }
      if (!part) return part;
      parts.push_back(std::move(*part));
    }
    if (parts.empty()) return Wide{.exact = true};
    if (group.conjunction == Conjunction::kAnd) {
      Wide all = All(parts);
      if (all.text) all.text = "(" + *all.text + ")";
      return all;
    }
    return Any(parts);
  }

  // ---- links

  // The navigation property of a link to one row, or "".
  static std::string SingleNavigation(const Source& source) {
    const bool to_key = source.from->name == source.entity->key;
    // The navigation property leads to the lookup's own target, whatever the link joins.
    const auto& targets = source.to->targets;
    const bool there = targets.size() == 1 && targets.front() == source.entity->name;
    return to_key && there ? source.to->navigation : std::string();
  }

  std::string CollectionNavigation(const Source& source) const {
    if (!dialect_.lambda || source.to->name != source.parent->entity->key) return {};
    for (const Collection& collection : source.parent->entity->collections) {
      if (collection.entity == source.entity->name && collection.field == source.from->name) {
        return collection.navigation;
      }
    }
    return {};
  }

  void SetPath(const Source& source) {
    const auto parent = paths_.find(source.parent);
    const std::string navigation = SingleNavigation(source);
    const LinkType type = source.link->type;
    if (parent == paths_.end() || navigation.empty()) return;
    // Conditions inside an outer link decide whether its row counts; a path does not know that.
    if (type == LinkType::kOuter &&
        (!source.link->filter.empty() || !source.joins.empty() || !source.tests.empty())) {
      return;
    }
    paths_[&source] = parent->second + navigation + "/";
  }

  Result<Wide> LinkPart(const Source& source) {
    const LinkType type = source.link->type;
    if (type == LinkType::kOuter) {
      // Compiled for its errors; the parent stays whatever it says.
      const std::size_t said = unexpressed_.size();
      auto inside = Inside(source);
      if (!inside) return inside;
      unexpressed_.resize(said);
      return Wide{.exact = true};
    }
    SetPath(source);
    const bool negative = type == LinkType::kNotAny || type == LinkType::kAll;
    const bool single = paths_.contains(&source);
    const std::string collection =
        single || !paths_.contains(source.parent) ? std::string() : CollectionNavigation(source);
    std::string variable;
    auto outside = paths_;
    if (!collection.empty()) {
      variable = "x" + std::to_string(++variables_);
      paths_[&source] = variable + "/";
    }
    auto inside = Inside(source);
    if (!inside) return inside;
    // Nothing outside the lambda can name its variable.
    if (!collection.empty()) paths_ = std::move(outside);
    const std::string what =
        "the link to " + source.entity->name + " under " + source.parent->entity->name;
    if (single && !negative) {
      // Of the row there, not of the lookup: what it points at may be gone.
      const std::string has = PathOf(source, *source.from) + " ne null";
      return Wide{"(" + has + (inside->text ? " and " + *inside->text : "") + ")", inside->exact};
    }
    if (collection.empty()) {
      return Leave(what + (single ? " asks that no row matches, which the service is not asked"
                                  : " has no navigation property the service can follow"));
    }
    const std::string path = paths_.at(source.parent) + collection;
    const std::string exists =
        path + "/any(" + (inside->text ? variable + ":" + *inside->text : "") + ")";
    if (!negative) return Wide{exists, inside->exact};
    // What is wider inside is narrower behind `not`.
    const std::string some = path + "/any()";
    if (!inside->exact) {
      if (type == LinkType::kAll) return AtMost(some);
      return Leave(what + " asks that no row matches, and the service cannot tell which do");
    }
    return Exactly(type == LinkType::kAll ? "(" + some + " and not " + exists + ")"
                                          : "not " + exists);
  }

  std::string PathOf(const Source& source, const FieldSchema& field) const {
    return paths_.at(&source) + field.wire();
  }

  // ---- conditions

  Result<Wide> ConditionPart(const Condition& condition) {
    const NamedField& named = tree_.FieldOf(condition);
    const std::string what = Describe(condition, named.source->entity->name);
    auto part = Express(condition, named, what);
    if (!part) return part;
    // Read in full also where it cannot be asked, so that a bad literal is an error all the same.
    if (!paths_.contains(named.source)) {
      return Leave(what + " is about a link the service cannot follow");
    }
    return part;
  }

  Result<Wide> Express(const Condition& condition, const NamedField& named,
                       const std::string& what) {
    const FieldSchema& field = *named.field;
    const bool followed = paths_.contains(named.source);
    const std::string path = followed ? PathOf(*named.source, field) : field.wire();
    if (!condition.value_of.empty()) return ValueOf(condition, named, path, what);
    const FieldKind kind = KindOf(field, schema_);
    const OperatorInfo& info = Info(condition.op);
    if (condition.op == Operator::kNull || condition.op == Operator::kNotNull) {
      return NullTest(condition.op, kind, path, what);
    }
    if (info.about_user) return AboutUser(condition, field, path);
    if (info.operand == Operand::kId) {
      return Leave(what + " follows a hierarchy, which the service cannot");
    }
    if (info.operand == Operand::kChoices) {
      for (const std::string& text : condition.values) {
        if (!ReadWholeNumber(text)) return Fail(ErrorCode::kInvalid, BadLiteral(text, field.type));
      }
      return Leave(what + " looks into a list of choices, which the service cannot");
    }
    if (info.operand == Operand::kPattern) {
      return ODataText(dialect_, path, what, unexpressed_).Pattern(condition);
    }
    if (info.operand != Operand::kField) return DateWindow(condition, field, path, what);
    if (kind == FieldKind::kText) {
      return ODataText(dialect_, path, what, unexpressed_).Compare(condition);
    }

    std::vector<std::string> literals;
    for (const std::string& text : condition.values) {
      auto literal = Literal(text, field);
      if (!literal) return Fail(literal.error());
      literals.push_back(std::move(*literal));
    }
    return Comparison(condition.op, path, literals);
  }

  Wide NullTest(Operator op, FieldKind kind, const std::string& path, const std::string& what) {
    const bool null = op == Operator::kNull;
    // Dataverse keeps no empty text.
    if (kind != FieldKind::kText || dialect_.dataverse_functions) {
      return Exactly(path + (null ? " eq null" : " ne null"));
    }
    // An empty text is null here, one of blanks is not; to some services both are ''.
    unexpressed_.push_back(what + " tells an empty text from one of blanks on the device");
    return AtMost(null ? "(" + path + " eq null or " + path + " eq '')" : path + " ne null");
  }

  Wide Comparison(Operator op, const std::string& path, const std::vector<std::string>& literals) {
    const std::string null = " or " + path + " eq null)";
    switch (op) {
      case Operator::kNe:
        return Exactly("(" + path + " ne " + literals[0] + null);
      case Operator::kIn:
        return Exactly(Among(path, literals));
      case Operator::kNotIn: {
        std::string none;
        for (const std::string& literal : literals) {
          none += (none.empty() ? "" : " and ") + path + " ne " + literal;
        }
        return Exactly("((" + none + ")" + null);
      }
      case Operator::kBetween:
        return Exactly("(" + path + " ge " + literals[0] + " and " + path + " le " + literals[1] +
                       ")");
      case Operator::kNotBetween:
        return Exactly("(" + path + " lt " + literals[0] + " or " + path + " gt " + literals[1] +
                       null);
      default:
        return Exactly(path + std::string(Symbol(op)) + literals[0]);
    }
  }

  std::string Among(const std::string& path, const std::vector<std::string>& literals) const {
    if (literals.empty()) return "(" + path + " eq null and " + path + " ne null)";
    if (dialect_.in_operator && literals.size() > 1) {
      return path + " in (" + Join(literals, ",") + ")";
    }
    std::string any;
    for (const std::string& literal : literals) {
      any += (any.empty() ? "" : " or ") + path + " eq " + literal;
    }
    return literals.size() > 1 ? "(" + any + ")" : any;
  }

  Result<std::string> Literal(const std::string& text, const FieldSchema& field) {
    switch (KindOf(field, schema_)) {
      case FieldKind::kText:
        return QuotedText(text);
      case FieldKind::kNumber:
        if (field.type == FieldType::kDecimal || field.type == FieldType::kMoney) {
          if (const auto number = ParseDecimal(text)) return ToString(*number);
          break;
        }
        [[fallthrough]];
      case FieldKind::kChoice:
      case FieldKind::kMultiSelect:
        if (const auto number = ReadWholeNumber(text)) return std::to_string(*number);
        break;
      case FieldKind::kDouble:
        if (const auto number = ReadDouble(text)) return PrintDouble(*number);
        break;
      case FieldKind::kBoolean:
        if (const auto value = ReadBoolean(text)) return std::string(*value ? "true" : "false");
        break;
      case FieldKind::kId:
        if (const auto id = ParseGuid(text)) return ToString(*id);
        break;
      case FieldKind::kDateTime:
      case FieldKind::kDateTimeTzi:
      case FieldKind::kDateOnly:
        return ReadDate(text, field.type);
    }
    return Fail(ErrorCode::kInvalid, BadLiteral(text, field.type));
  }

  Result<std::string> ReadDate(std::string_view text, FieldType type) {
    const auto calendar = calendar_.Get();
    if (!calendar) return Fail(calendar.error());
    const auto value = (*calendar)->ReadLiteral(text, type);
    if (!value) return Fail(ErrorCode::kInvalid, BadLiteral(text, type));
    return Calendar::PrintLiteral(*value, type);
  }

  Result<Wide> DateWindow(const Condition& condition, const FieldSchema& field,
                          const std::string& path, const std::string& what) {
    if (condition.op == Operator::kInFiscalPeriod) {
      if (!ReadWholeNumber(condition.values[0])) {
        return Fail(ErrorCode::kInvalid, Quoted(condition.values[0]) + " is not a whole number");
      }
      return Leave(what + " is one window in every year, which the service cannot be asked");
    }
    const auto calendar = calendar_.Get();
    if (!calendar) return Fail(calendar.error());
    const auto window = (*calendar)->WindowOf(condition.op, condition.values, field.type);
    if (!window) return Fail(window.error());
    if (window->nothing) return Exactly(Among(path, {}));
    const auto print = [&](std::int64_t value) {
      return Calendar::PrintLiteral(value, field.type);
    };
    std::string text;
    if (window->from) text = path + " ge " + print(*window->from);
    if (window->to && !print(*window->to).starts_with("10000-")) {
      text += (text.empty() ? "" : " and ") + path + " lt " + print(*window->to);
    }
    return Exactly(text.empty() ? path + " ne null" : "(" + text + ")");
  }

  Result<Wide> AboutUser(const Condition& condition, const FieldSchema& field,
                         const std::string& path) {
    const UserContext& user = context_.user;
    if (user.id.empty()) {
      return Fail(ErrorCode::kInvalid,
                  "the user is not known here; say as whom the filter is to be read");
    }
    std::vector<std::string> ids;
    const auto add = [&](const std::vector<std::string>& more) {
      ids.insert(ids.end(), more.begin(), more.end());
    };
    switch (condition.op) {
      case Operator::kEqUserLanguage:
        return Exactly(Among(path, {std::to_string(user.language), "-1"}));
      case Operator::kEqBusinessId:
      case Operator::kNeBusinessId:
        if (user.business_unit.empty()) {
          return Fail(ErrorCode::kInvalid, "the business unit of the user is not known here");
        }
        ids = {user.business_unit};
        break;
      case Operator::kEqUserTeams:
        add(user.teams);
        break;
      case Operator::kEqUserOrUserTeams:
        ids = {user.id};
        add(user.teams);
        break;
      case Operator::kEqUserOrUserHierarchy:
        ids = {user.id};
        add(user.reports);
        break;
      case Operator::kEqUserOrUserHierarchyAndTeams:
        ids = {user.id};
        add(user.reports);
        add(user.teams);
        add(user.report_teams);
        break;
      default:
        ids = {user.id};
    }
    std::vector<std::string> literals;
    for (const std::string& id : ids) {
      auto literal = Literal(id, field);
      if (!literal) return Fail(literal.error().While("the user's ids"));
      literals.push_back(std::move(*literal));
    }
    if (!Info(condition.op).negated) return Exactly(Among(path, literals));
    return Exactly("(" + path + " ne " + literals[0] + " or " + path + " eq null)");
  }

  Result<Wide> ValueOf(const Condition& condition, const NamedField& named, const std::string& path,
                       const std::string& what) {
    const NamedField& other = tree_.OtherOf(condition);
    if (!paths_.contains(other.source) || !paths_.contains(named.source)) {
      return Leave(what + " is about a link the service cannot follow");
    }
    if (KindOf(*named.field, schema_) == FieldKind::kText) {
      return Leave(what + " compares two texts, which services do differently");
    }
    const std::string right = PathOf(*other.source, *other.field);
    std::string text = path + std::string(Symbol(condition.op)) + right;
    if (condition.op == Operator::kNe) {
      return Exactly("(" + text + " or " + path + " eq null or " + right + " eq null)");
    }
    return Exactly("(" + text + " and " + path + " ne null and " + right + " ne null)");
  }

  const Query& query_;
  const Schema& schema_;
  const FilterContext& context_;
  const ODataDialect& dialect_;
  const QueryTree& tree_;
  CalendarOnDemand calendar_;
  std::map<const Source*, std::string> paths_;  // Sources the service can follow, with their '/'.
  std::vector<std::string> unexpressed_;
  int variables_ = 0;
};

}  // namespace

Result<ODataFilter> CompileOData(const Query& query, const Schema& schema,
                                 const FilterContext& context, const ODataDialect& dialect) {
  const auto tree = QueryTree::Make(query, schema);
  if (!tree) return Fail(tree.error());
  return ODataCompiler(query, schema, context, dialect, *tree).Compile();
}

}  // namespace satchel
