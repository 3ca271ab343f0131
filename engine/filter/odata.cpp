// A query as an OData $filter. Exact where the service and we mean the same, else a superset: a
// part that cannot be said is left out of an "and" and takes a whole "or" with it, so no row is
// ever lost.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "engine/filter/literal.h"
#include "engine/filter/query_tree.h"
#include "engine/filter/server_query.h"
#include "engine/filter/window.h"
#include "engine/record/decimal.h"
#include "engine/record/guid.h"
#include "engine/record/text_order.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// A part of the filter. Without text it says nothing: every row.
struct Piece {
  std::string text = {};
  bool exact = true;

  [[nodiscard]] bool everything() const { return text.empty(); }
};

// Of text operators: what of a literal every row that matches must contain, in a form that a
// service's tolower finds: ASCII, and no letter that other characters fold to (K is also the Kelvin
// sign, s also ſ).
std::string LongestSafeRun(std::string_view folded) {
  std::string_view best;
  for (std::size_t start = 0; start < folded.size();) {
    std::size_t end = start;
    while (end < folded.size() && static_cast<unsigned char>(folded[end]) < 0x80 &&
           folded[end] != 'k' && folded[end] != 's')
      ++end;
    if (end - start > best.size()) best = folded.substr(start, end - start);
    start = end + 1;
  }
  return std::string(best);
}

std::string Quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

class Translator {
 public:
  Translator(const Query& query, const Schema& schema, const QueryTree& tree,
             const Calendar& calendar, const UserContext& user, const ODataDialect& dialect)
      : query_(query),
        schema_(schema),
        tree_(tree),
        calendar_(calendar),
        user_(user),
        dialect_(dialect) {}

  Result<ODataFilter> Translate() {
    auto piece = Inside(tree_.root(), "");
    if (!piece) return Fail(piece.error());
    return ODataFilter{piece->text, piece->exact && unexpressed_.empty(), unexpressed_};
  }

 private:
  // The root's filter is the query's own; QueryTree keeps those of links.
  const Group& FilterOf(const Source& source) const {
    return source.link ? source.link->filter : query_.filter;
  }

  Piece Unexpressed(std::string sentence) {
    unexpressed_.push_back(std::move(sentence));
    return {"", false};
  }
  Piece Unexpressed(const Condition& condition, const Source& source, const std::string& why) {
    return Unexpressed(Describe(condition, source.entity->name) + ": " + why);
  }

  static Piece And(std::vector<Piece> pieces) {
    Piece all;
    std::size_t said = 0;
    for (const Piece& piece : pieces) {
      all.exact = all.exact && piece.exact;
      if (piece.everything()) continue;
      all.text += (said++ > 0 ? " and " : "") + piece.text;
    }
    if (said > 1) all.text = "(" + all.text + ")";
    return all;
  }
  static Piece Or(std::vector<Piece> pieces) {
    Piece any;
    for (const Piece& piece : pieces) {
      any.exact = any.exact && piece.exact;
      if (piece.everything()) return {"", piece.exact && any.exact};
      any.text += (any.text.empty() ? "" : " or ") + piece.text;
    }
    if (pieces.size() > 1) any.text = "(" + any.text + ")";
    return any;
  }

  // What must hold inside a source: its filter, and its joins and tests.
  Result<Piece> Inside(const Source& source, const std::string& prefix) {
    std::vector<Piece> pieces;
    auto filter = Of(FilterOf(source), source, prefix);
    if (!filter) return filter;
    pieces.push_back(*std::move(filter));
    for (const auto& join : source.joins) {
      if (join->link->type == LinkType::kOuter) continue;  // Keeps every row.
      auto piece = Related(*join, prefix, join->link->type);
      if (!piece) return piece;
      pieces.push_back(*std::move(piece));
    }
    for (const auto& test : source.tests) {
      if (InFilter(FilterOf(source), *test->link)) continue;  // Said where it stands.
      auto piece = Related(*test, prefix, test->link->type);
      if (!piece) return piece;
      pieces.push_back(*std::move(piece));
    }
    return And(std::move(pieces));
  }

  static bool InFilter(const Group& group, const Link& link) {
    return std::any_of(group.nodes.begin(), group.nodes.end(), [&](const Node& node) {
      if (const auto* inner = std::get_if<Group>(&node.item)) return InFilter(*inner, link);
      return std::get_if<Link>(&node.item) == &link;
    });
  }

  Result<Piece> Of(const Group& group, const Source& source, const std::string& prefix) {
    std::vector<Piece> pieces;
    for (const Node& node : group.nodes) {
      Result<Piece> piece = Piece{};
      if (const auto* condition = std::get_if<Condition>(&node.item)) {
        piece = Of(*condition, source, prefix);
      } else if (const auto* inner = std::get_if<Group>(&node.item)) {
        if (inner->empty() && group.conjunction == Conjunction::kOr) continue;  // Says nothing.
        piece = Of(*inner, source, prefix);
      } else {
        const Link& link = std::get<Link>(node.item);
        piece = Related(*source.TestOf(link), prefix, link.type);
      }
      if (!piece) return piece;
      pieces.push_back(*std::move(piece));
    }
    return group.conjunction == Conjunction::kAnd ? And(std::move(pieces)) : Or(std::move(pieces));
  }

  // Related rows: along a lookup's navigation property, or in a collection.
  Result<Piece> Related(const Source& source, const std::string& prefix, LinkType type) {
    const Link& link = *source.link;
    const EntitySchema& parent = *source.parent->entity;
    const std::size_t before = unexpressed_.size();
    if (link.from == source.entity->key && !source.to->navigation.empty() &&
        source.to->targets.size() == 1 && source.to->targets.front() == link.entity) {
      const std::string path = prefix + source.to->navigation + "/";
      auto inside = Inside(source, path);
      if (!inside) return inside;
      if (type == LinkType::kNotAny || type == LinkType::kAll) {
        unexpressed_.resize(before);
        return Unexpressed("a test for no related " + link.entity + " along a lookup");
      }
      // A lookup that points nowhere has no related row; services differ in whether they look.
      Piece there{path + source.entity->Find(source.entity->key)->wire() + " ne null",
                  !inside->everything()};
      if (inside->everything())
        unexpressed_.push_back("whether the " + link.entity + " of a lookup is still there");
      return And({there, *inside});
    }
    for (const Collection& collection : parent.collections) {
      if (!dialect_.lambda || link.to != parent.key || collection.entity != link.entity ||
          collection.field != link.from)
        continue;
      const std::string variable = "r" + std::to_string(++variables_);
      const std::string head = prefix + collection.navigation + "/any(";
      auto inside = Inside(source, variable + "/");
      if (!inside) return inside;
      const std::string some =
          head + (inside->everything() ? "" : variable + ":" + inside->text) + ")";
      if (type != LinkType::kNotAny && type != LinkType::kAll) return Piece{some, inside->exact};
      if (!inside->exact) {
        // Not any of a superset would lose rows.
        return type == LinkType::kAll ? Piece{head + ")", false} : Piece{"", false};
      }
      if (type == LinkType::kNotAny) return Piece{"not " + some, true};
      return And({{head + ")", true}, {"not " + some, true}});
    }
    return Unexpressed("the link to " + link.entity + " by " + link.from +
                       ", for which the service has no navigation property");
  }

  // The path of a field seen from where `source` stands; empty: it cannot be said.
  std::string PathOf(const NamedField& named, const Source& source,
                     const std::string& prefix) const {
    if (named.source == &source) return prefix + named.field->wire();
    // An alias of a join that follows lookups from here.
    std::vector<const Source*> chain;
    for (const Source* at = named.source; at != &source; at = at->parent) {
      if (at == nullptr || at->parent == nullptr || at->link->from != at->entity->key ||
          at->to->navigation.empty())
        return {};
      chain.push_back(at);
    }
    std::string path = prefix;
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) path += (*at)->to->navigation + "/";
    return path + named.field->wire();
  }

  Result<Piece> Of(const Condition& condition, const Source& source, const std::string& prefix) {
    const NamedField& named = tree_.FieldOf(condition);
    const std::string path = PathOf(named, source, prefix);
    if (path.empty())
      return Unexpressed(condition, source,
                         "it speaks of linked rows that the service cannot name here");
    if (!condition.value_of.empty()) return OfTwo(condition, source, prefix, path);
    const OperatorInfo& info = Info(condition.op);
    const FieldKind kind = KindOf(*named.field, schema_);
    if (condition.op == Operator::kNull || condition.op == Operator::kNotNull)
      return NullTest(condition, path, kind);
    if (info.about_user) return OfUser(condition, source, path, kind);
    if (kind == FieldKind::kText) return OfText(condition, source, path);
    if (kind == FieldKind::kMultiSelect || info.operand == Operand::kId ||
        condition.op == Operator::kInFiscalPeriod) {
      return Unexpressed(condition, source, "OData has no such operator");
    }
    if (info.operand != Operand::kField)
      return OfWindow(condition, source, path, named.field->type);
    return OfValues(condition, source, path, *named.field, kind);
  }

  static Piece NullTest(const Condition& condition, const std::string& path, FieldKind kind) {
    const bool null = condition.op == Operator::kNull;
    if (kind != FieldKind::kText) return {path + (null ? " eq null" : " ne null"), true};
    // An empty text is null here.
    return {null ? "(" + path + " eq null or " + path + " eq '')"
                 : "(" + path + " ne null and " + path + " ne '')",
            true};
  }

  Result<Piece> OfTwo(const Condition& condition, const Source& source, const std::string& prefix,
                      const std::string& path) {
    const NamedField& other = tree_.OtherOf(condition);
    const std::string other_path = PathOf(other, source, prefix);
    const FieldKind kind = KindOf(*tree_.FieldOf(condition).field, schema_);
    const bool plain = kind == FieldKind::kNumber || kind == FieldKind::kChoice ||
                       kind == FieldKind::kId || kind == FieldKind::kDateTime ||
                       kind == FieldKind::kDateOnly || kind == FieldKind::kBoolean;
    if (other_path.empty() || !plain)
      return Unexpressed(condition, source,
                         "it compares two columns the service may compare differently");
    const std::string compared =
        path + " " + std::string(Info(condition.op).name) + " " + other_path;
    if (condition.op == Operator::kNe) {
      return Piece{"(" + compared + " or " + path + " eq null or " + other_path + " eq null)",
                   true};
    }
    return Piece{"(" + compared + " and " + path + " ne null and " + other_path + " ne null)",
                 true};
  }

  Result<Piece> OfUser(const Condition& condition, const Source& source, const std::string& path,
                       FieldKind kind) {
    if (user_.id.empty()) {
      return Fail(ErrorCode::kInvalid,
                  Describe(condition, source.entity->name) +
                      " needs to know the user (set --user-id in the server's profile)");
    }
    std::vector<std::string> ids;
    const auto add = [&](const std::vector<std::string>& more) {
      ids.insert(ids.end(), more.begin(), more.end());
    };
    switch (condition.op) {
      case Operator::kEqUserId:
      case Operator::kNeUserId:
        ids = {user_.id};
        break;
      case Operator::kEqBusinessId:
      case Operator::kNeBusinessId:
        ids = {user_.business_unit};
        break;
      case Operator::kEqUserTeams:
        ids = user_.teams;
        break;
      case Operator::kEqUserOrUserTeams:
        ids = {user_.id};
        add(user_.teams);
        break;
      case Operator::kEqUserOrUserHierarchy:
        ids = {user_.id};
        add(user_.reports);
        break;
      case Operator::kEqUserOrUserHierarchyAndTeams:
        ids = {user_.id};
        add(user_.reports);
        add(user_.teams);
        add(user_.report_teams);
        break;
      default:
        return Unexpressed(condition, source, "OData has no such operator");
    }
    std::vector<std::string> literals;
    for (const std::string& id : ids) {
      if (id.empty()) continue;
      const auto guid = ParseGuid(id);
      if (kind == FieldKind::kId && !guid) continue;  // No row can have it.
      literals.push_back(kind == FieldKind::kId     ? ToString(*guid)
                         : kind == FieldKind::kText ? Quote(id)
                                                    : id);
    }
    const bool negated = Info(condition.op).negated;
    return Listed(path, literals, negated);
  }

  Piece Listed(const std::string& path, const std::vector<std::string>& literals,
               bool negated) const {
    // No value: nothing is one of none, everything is none of none.
    if (literals.empty())
      return negated ? Piece{} : Piece{"(" + path + " eq null and " + path + " ne null)", true};
    std::string list;
    if (dialect_.in_operator && !negated && literals.size() > 1) {
      for (const std::string& literal : literals) list += (list.empty() ? "" : ",") + literal;
      return {path + " in (" + list + ")", true};
    }
    for (const std::string& literal : literals) {
      list += (list.empty() ? ""
               : negated    ? " and "
                            : " or ") +
              path + (negated ? " ne " : " eq ") + literal;
    }
    if (negated)
      return {"(" + (literals.size() > 1 ? "(" + list + ")" : list) + " or " + path + " eq null)",
              true};
    return {literals.size() > 1 ? "(" + list + ")" : list, true};
  }

  Result<Piece> OfWindow(const Condition& condition, const Source& source, const std::string& path,
                         FieldType type) {
    const auto window = calendar_.WindowOf(condition.op, condition.values, type);
    if (!window) return Fail(window.error().While(Describe(condition, source.entity->name)));
    if (window->nothing) return Listed(path, {}, false);
    std::vector<Piece> ends;
    if (window->from)
      ends.push_back({path + " ge " + Calendar::PrintLiteral(*window->from, type), true});
    if (window->to)
      ends.push_back({path + " lt " + Calendar::PrintLiteral(*window->to, type), true});
    if (ends.empty()) ends.push_back({path + " ne null", true});
    return And(std::move(ends));
  }

  // A value of the condition as OData writes it for the field; the tree has checked nothing but the
  // count.
  std::optional<std::string> LiteralOf(const std::string& value, const FieldSchema& field,
                                       FieldKind kind) const {
    switch (kind) {
      case FieldKind::kBoolean:
        if (const auto read = ReadBoolean(value)) return *read ? "true" : "false";
        return std::nullopt;
      case FieldKind::kId:
        if (const auto guid = ParseGuid(value)) return ToString(*guid);
        return std::nullopt;
      case FieldKind::kDateTime:
      case FieldKind::kDateTimeTzi:
      case FieldKind::kDateOnly:
        if (const auto read = calendar_.ReadLiteral(value, field.type))
          return Calendar::PrintLiteral(*read, field.type);
        return std::nullopt;
      default:
        if (const auto read = ReadWholeNumber(value)) return std::to_string(*read);
        if (kind == FieldKind::kChoice) return std::nullopt;
        if (const auto read = ParseDecimal(value)) return ToString(*read);
        return std::nullopt;
    }
  }

  Result<Piece> OfValues(const Condition& condition, const Source& source, const std::string& path,
                         const FieldSchema& field, FieldKind kind) {
    std::vector<std::string> literals;
    for (const std::string& value : condition.values) {
      auto literal = LiteralOf(value, field, kind);
      if (!literal) {
        return Fail(ErrorCode::kInvalid, Describe(condition, source.entity->name) + ": " +
                                             BadLiteral(value, field.type));
      }
      literals.push_back(*std::move(literal));
    }
    const std::string& first = literals.front();
    switch (condition.op) {
      case Operator::kEq:
      case Operator::kIn:
        return Listed(path, literals, false);
      case Operator::kNe:
      case Operator::kNotIn:
        return Listed(path, literals, true);
      case Operator::kBetween:
        return Piece{"(" + path + " ge " + first + " and " + path + " le " + literals[1] + ")",
                     true};
      case Operator::kNotBetween:
        return Piece{"(" + path + " lt " + first + " or " + path + " gt " + literals[1] + " or " +
                         path + " eq null)",
                     true};
      case Operator::kGt:
      case Operator::kGe:
      case Operator::kLt:
      case Operator::kLe:
        return Piece{path + " " + std::string(Info(condition.op).name) + " " + first, true};
      default:
        return Unexpressed(condition, source, "OData has no such operator");
    }
  }

  // Text compares by case in OData and case-blind here; what is asked for is a superset.
  Result<Piece> OfText(const Condition& condition, const Source& source, const std::string& path) {
    const std::string why = "text compares without case here, and by the service's own rules there";
    std::vector<Piece> pieces;
    const bool negated = Info(condition.op).negated;
    if (!dialect_.tolower || condition.op == Operator::kGt || condition.op == Operator::kGe ||
        condition.op == Operator::kLt || condition.op == Operator::kLe ||
        (negated && condition.op != Operator::kNe && condition.op != Operator::kNotIn)) {
      return Unexpressed(condition, source, why);
    }
    const std::string lower = dialect_.dataverse_functions ? path : "tolower(" + path + ")";
    for (const std::string& value : condition.values) {
      const std::string folded = FoldText(value);
      if (negated) {
        // Only rows that are surely equal are left out.
        pieces.push_back({lower + " ne " + Quote(folded), false});
        continue;
      }
      const bool pattern = Info(condition.op).operand == Operand::kPattern;
      const std::string run = LongestSafeRun(pattern ? LongestPlainPart(folded) : folded);
      const bool whole = run == folded && !folded.empty();
      if (run.empty()) return Unexpressed(condition, source, why);
      if (whole && !pattern) {
        pieces.push_back({"trim(" + lower + ") eq " + Quote(run), false});
      } else if (whole && condition.op == Operator::kBeginsWith) {
        pieces.push_back({"startswith(" + lower + "," + Quote(run) + ")", false});
      } else if (whole && condition.op == Operator::kEndsWith) {
        pieces.push_back({"endswith(" + lower + "," + Quote(run) + ")", false});
      } else {
        pieces.push_back({"contains(" + lower + "," + Quote(run) + ")", false});
      }
    }
    unexpressed_.push_back(Describe(condition, source.entity->name) + ": " + why);
    if (!negated) return Or(std::move(pieces));
    return Or({And(std::move(pieces)), {path + " eq null", true}});
  }

  // The longest part of a LIKE pattern without wildcards; brackets end a part.
  static std::string LongestPlainPart(const std::string& pattern) {
    std::string best;
    std::string part;
    bool bracket = false;
    for (const char c : pattern + "%") {
      if (bracket) {
        bracket = c != ']';
        continue;
      }
      if (c == '%' || c == '_' || c == '[') {
        if (part.size() > best.size()) best = part;
        part.clear();
        bracket = c == '[';
      } else {
        part += c;
      }
    }
    return best;
  }

  const Query& query_;
  const Schema& schema_;
  const QueryTree& tree_;
  const Calendar& calendar_;
  const UserContext& user_;
  const ODataDialect& dialect_;
  std::vector<std::string> unexpressed_;
  int variables_ = 0;
};

}  // namespace

Result<ODataFilter> CompileOData(const Query& query, const Schema& schema,
                                 const FilterContext& context, const ODataDialect& dialect) {
  const auto tree = QueryTree::Make(query, schema, false);
  if (!tree) return Fail(tree.error());
  const auto calendar = Calendar::Make(context);
  if (!calendar) return Fail(calendar.error());
  return Translator(query, schema, *tree, *calendar, context.user, dialect).Translate();
}

}  // namespace satchel
