#include "preview/explain/filter_trace.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/filter/cell_kind.h"
#include "engine/filter/value_test.h"
#include "policy/support/text.h"
#include "policy/wording/sentence.h"

namespace satchel {

namespace {

constexpr std::size_t kMostCombinations = 500;  // Of rows that joined links bind together.

using Outcome = GateOutcome;

// The linked row each joined link contributes; absent: an outer link without one.
struct Bound {
  const EntitySchema* entity = nullptr;
  std::optional<std::size_t> row = {};
};
using Bindings = std::map<const Link*, Bound>;

// Where a part is read: an entity's row, and what is bound around it.
struct Scope {
  const EntitySchema* entity = nullptr;
  std::optional<std::size_t> row = {};
  Bindings bound = {};
};

Outcome Both(Outcome a, Outcome b) {
  if (a == Outcome::kFailed || b == Outcome::kFailed) return Outcome::kFailed;
  if (a == Outcome::kPassed && b == Outcome::kPassed) return Outcome::kPassed;
  return Outcome::kUnknown;
}
Outcome Either(Outcome a, Outcome b) {
  if (a == Outcome::kPassed || b == Outcome::kPassed) return Outcome::kPassed;
  if (a == Outcome::kFailed && b == Outcome::kFailed) return Outcome::kFailed;
  return Outcome::kUnknown;
}

// What all parts of a row come to.
struct RowVerdict {
  Outcome outcome = Outcome::kPassed;
  std::vector<FilterPart> parts = {};

  void Add(FilterPart part) {
    outcome = Both(outcome, part.outcome);
    parts.push_back(std::move(part));
  }
  [[nodiscard]] std::size_t held() const {
    return static_cast<std::size_t>(
        std::count_if(parts.begin(), parts.end(),
                      [](const FilterPart& part) { return part.outcome == Outcome::kPassed; }));
  }
  // The one to speak of when several were tried.
  [[nodiscard]] bool NearerThan(const RowVerdict& other) const {
    const auto rank = [](Outcome of) {
      return of == Outcome::kPassed ? 0 : of == Outcome::kUnknown ? 1 : 2;
    };
    if (rank(outcome) != rank(other.outcome)) return rank(outcome) < rank(other.outcome);
    return held() > other.held();
  }
};

void CollectNamed(const Group& group, std::set<std::string>& names) {
  for (const Node& node : group.nodes) {
    if (const auto* inner = std::get_if<Group>(&node.item)) CollectNamed(*inner, names);
    const auto* condition = std::get_if<Condition>(&node.item);
    if (!condition) continue;
    if (!condition->entity.empty()) names.insert(condition->entity);
    const std::size_t dot = condition->value_of.find('.');
    if (dot != std::string::npos) names.insert(condition->value_of.substr(0, dot));
  }
}

class Tracer {
 public:
  Tracer(const TraceSubject& subject, const UserClock& clock)
      : s_(subject), around_{s_.schema, s_.context, clock, s_.rows} {
    CollectLinks(s_.query.links);
    for (const Link& link : s_.query.links) silent_.push_back(Silent(link));
  }

  FilterPart Trace(std::size_t row) {
    const Scope root{s_.schema.Find(s_.query.entity), row, {}};
    const std::string path = "entities." + s_.query.entity;
    RowVerdict verdict = TraceRow(s_.query.filter, path + ".filter", s_.query.links, path, root);
    FilterPart part{.kind = FilterPart::Kind::kAll, .outcome = verdict.outcome, .path = path};
    part.parts = std::move(verdict.parts);
    return part;
  }

 private:
  void CollectLinks(const std::vector<Link>& links) {
    for (const Link& link : links) {
      if (!link.alias.empty()) aliases_[link.alias] = &link;
      CollectLinks(link.links);
    }
  }

  // Everything that is asked of one row: its group and its links. Links whose fields the group
  // names are bound first, all combinations of their rows; the nearest is told.
  RowVerdict TraceRow(const Group& group, const std::string& group_path,
                      const std::vector<Link>& links, const std::string& path, const Scope& scope) {
    std::set<std::string> named;
    CollectNamed(group, named);
    std::vector<Scope> scopes = {scope};
    Bind(links, named, scopes);
    std::optional<RowVerdict> best;
    for (const Scope& each : scopes) {
      RowVerdict verdict = TraceOnce(group, group_path, links, path, each);
      if (!best || verdict.NearerThan(*best)) best = std::move(verdict);
      if (best->outcome == Outcome::kPassed) break;
    }
    return std::move(*best);
  }

  // True when the alias of the link, or of one nested in it, is named.
  static bool Names(const Link& link, const std::set<std::string>& named) {
    if (named.contains(link.alias)) return true;
    return std::any_of(link.links.begin(), link.links.end(),
                       [&](const Link& inner) { return Names(inner, named); });
  }

  void Bind(const std::vector<Link>& links, const std::set<std::string>& named,
            std::vector<Scope>& scopes) {
    for (const Link& link : links) {
      if (IsTest(link.type) || !Names(link, named)) continue;
      std::vector<Scope> next;
      for (const Scope& scope : scopes) {
        const std::vector<std::size_t> candidates = CandidatesOf(link, scope);
        std::vector<std::size_t> fitting;
        for (const std::size_t row : candidates) {
          if (TraceLinked(link, {}, scope, row).outcome != Outcome::kFailed) fitting.push_back(row);
        }
        // A link that nothing meets still shows what is there.
        if (fitting.empty() && link.type != LinkType::kOuter) fitting = candidates;
        for (const std::size_t row : fitting) {
          if (next.size() >= kMostCombinations) break;
          Scope bound = scope;
          bound.bound[&link] = {s_.schema.Find(link.entity), row};
          std::vector<Scope> deeper = {Scope{s_.schema.Find(link.entity), row, bound.bound}};
          Bind(link.links, named, deeper);
          for (Scope& inner : deeper) {
            bound.bound = std::move(inner.bound);
            next.push_back(bound);
          }
        }
        if (fitting.empty()) {
          Scope unbound = scope;
          Unbind(link, unbound);
          next.push_back(std::move(unbound));
        }
      }
      scopes = std::move(next);
    }
  }

  void Unbind(const Link& link, Scope& scope) {
    scope.bound[&link] = {s_.schema.Find(link.entity), std::nullopt};
    for (const Link& inner : link.links) Unbind(inner, scope);
  }

  RowVerdict TraceOnce(const Group& group, const std::string& group_path,
                       const std::vector<Link>& links, const std::string& path,
                       const Scope& scope) {
    RowVerdict verdict;
    const bool whole = group.conjunction == Conjunction::kAnd || group.nodes.size() == 1;
    if (whole) {
      const char* joint = group.conjunction == Conjunction::kAnd ? ".and[" : ".or[";
      for (std::size_t i = 0; i < group.nodes.size(); ++i) {
        verdict.Add(TraceNode(group.nodes[i], group_path + joint + std::to_string(i) + "]", scope));
      }
    } else {
      verdict.Add(TraceGroup(group, group_path, scope));
    }
    for (std::size_t i = 0; i < links.size(); ++i) {
      verdict.Add(TraceLink(links[i], path + ".links[" + std::to_string(i) + "]", scope));
    }
    return verdict;
  }

  FilterPart TraceGroup(const Group& group, const std::string& path, const Scope& scope) {
    const bool all = group.conjunction == Conjunction::kAnd;
    FilterPart part{.kind = all ? FilterPart::Kind::kAll : FilterPart::Kind::kAny,
                    .outcome = all || group.nodes.empty() ? Outcome::kPassed : Outcome::kFailed,
                    .path = path,
                    .wording = all ? "all of these" : "one of these"};
    for (std::size_t i = 0; i < group.nodes.size(); ++i) {
      part.parts.push_back(TraceNode(
          group.nodes[i], path + (all ? ".and[" : ".or[") + std::to_string(i) + "]", scope));
      const Outcome one = part.parts.back().outcome;
      part.outcome = all ? Both(part.outcome, one) : Either(part.outcome, one);
    }
    return part;
  }

  FilterPart TraceNode(const Node& node, const std::string& path, const Scope& scope) {
    if (const auto* group = std::get_if<Group>(&node.item)) return TraceGroup(*group, path, scope);
    if (const auto* link = std::get_if<Link>(&node.item)) return TraceLink(*link, path, scope);
    return TraceCondition(std::get<Condition>(node.item), path, scope);
  }

  // The row an alias speaks of, seen from `scope`.
  Scope Named(const std::string& alias, const Scope& scope) const {
    if (alias.empty()) return scope;
    const auto link = aliases_.find(alias);
    if (link == aliases_.end()) return {};
    const auto bound = scope.bound.find(link->second);
    if (bound == scope.bound.end()) return {s_.schema.Find(link->second->entity), {}, {}};
    return {bound->second.entity, bound->second.row, {}};
  }

  [[nodiscard]] Cell CellOf(const Scope& scope, const std::string& field) const {
    return scope.row ? s_.rows.At(scope.entity->name, *scope.row, field) : Cell::Null();
  }

  FilterPart TraceCondition(const Condition& condition, const std::string& path,
                            const Scope& scope) {
    FilterPart part{.kind = FilterPart::Kind::kCondition, .path = path};
    part.wording = Wording(condition, scope.entity->name);
    const Scope owner = Named(condition.entity, scope);
    const FieldSchema* field = owner.entity ? owner.entity->Find(condition.field) : nullptr;
    if (!field) {
      part.note = "the server has no such field";
      return part;
    }
    const Cell cell = CellOf(owner, condition.field);
    part.field =
        (condition.entity.empty() ? "" : EntityLabel(owner.entity->name, &s_.schema) + " › ") +
        s_.words.FieldOf(owner.entity->name, condition.field);
    part.actual = s_.words.Of(*field, cell, s_.rows);
    part.meaning = s_.words.MeaningOf(condition, *field, s_.rows);
    if (!condition.entity.empty() && !owner.row) {
      part.note = "there is no such " + EntityLabel(owner.entity->name, &s_.schema);
    }
    const auto holds = condition.value_of.empty() ? Test(condition, *owner.entity, *field, cell)
                                                  : Compare(condition, scope, *field, cell, part);
    if (!holds) {
      part.note = holds.error().message;
      return part;
    }
    part.outcome = *holds ? Outcome::kPassed : Outcome::kFailed;
    return part;
  }

  Result<bool> Test(const Condition& condition, const EntitySchema& entity,
                    const FieldSchema& field, const Cell& cell) {
    auto& test = tests_[&condition];
    if (!test) {
      auto made = MakeValueTest(condition, entity, field, around_);
      if (!made) return Fail(made.error());
      test = std::move(*made);
    }
    return test(cell);
  }

  Result<bool> Compare(const Condition& condition, const Scope& scope, const FieldSchema& field,
                       const Cell& cell, FilterPart& part) {
    const std::size_t dot = condition.value_of.find('.');
    // Without an alias the other field is of the same row.
    const Scope other = dot == std::string::npos ? Named(condition.entity, scope)
                                                 : Named(condition.value_of.substr(0, dot), scope);
    const std::string name =
        dot == std::string::npos ? condition.value_of : condition.value_of.substr(dot + 1);
    const FieldSchema* other_field = other.entity ? other.entity->Find(name) : nullptr;
    if (!other_field) return Fail(ErrorCode::kInvalid, "the server has no such field");
    const Cell value = CellOf(other, name);
    part.meaning = s_.words.FieldOf(other.entity->name, name) + ": " +
                   s_.words.Of(*other_field, value, s_.rows);
    if (IsNull(cell) || IsNull(value)) return condition.op == Operator::kNe;
    return Satisfies(condition.op, CompareCells(KindOf(s_.schema, field), cell,
                                                KindOf(s_.schema, *other_field), value));
  }

  [[nodiscard]] std::vector<std::size_t> CandidatesOf(const Link& link, const Scope& scope) {
    std::vector<std::size_t> found;
    const EntitySchema* linked = s_.schema.Find(link.entity);
    const FieldSchema* to = scope.entity->Find(link.to);
    const FieldSchema* from = linked ? linked->Find(link.from) : nullptr;
    const RowBatch* rows = s_.rows.Rows(link.entity);
    if (!to || !from || !rows) return found;
    const Cell key = CellOf(scope, link.to);
    if (IsNull(key)) return found;
    const CellKind to_kind = KindOf(s_.schema, *to);
    const CellKind from_kind = KindOf(s_.schema, *from);
    const std::string wanted = KeyOf(to_kind, key);
    for (std::size_t i = 0; i < rows->rows(); ++i) {
      const Cell cell = s_.rows.At(link.entity, i, link.from);
      if (!IsNull(cell) && KeyOf(from_kind, cell) == wanted) found.push_back(i);
    }
    return found;
  }

  // What the link asks of one linked row.
  RowVerdict TraceLinked(const Link& link, const std::string& path, const Scope& scope,
                         std::size_t row) {
    Scope inner{s_.schema.Find(link.entity), row, scope.bound};
    inner.bound[&link] = {inner.entity, row};
    return TraceRow(link.filter, path, link.links, path, inner);
  }

  // What is asked of linked rows where there is none.
  std::vector<FilterPart> Asked(const Link& link, const std::string& path, const Scope& scope) {
    Scope inner{s_.schema.Find(link.entity), std::nullopt, scope.bound};
    Unbind(link, inner);
    RowVerdict verdict = TraceRow(link.filter, path, link.links, path, inner);
    for (FilterPart& part : verdict.parts) Silence(part);
    return std::move(verdict.parts);
  }
  static void Silence(FilterPart& part) {
    part.outcome = Outcome::kNotReached;
    part.actual.clear();
    part.note.clear();
    for (FilterPart& inner : part.parts) Silence(inner);
  }

  FilterPart TraceLink(const Link& link, const std::string& path, const Scope& scope) {
    FilterPart part{.kind = FilterPart::Kind::kLink, .path = path, .entity = link.entity};
    part.field = EntityLabel(link.entity, &s_.schema);
    part.wording = Wording(link, *scope.entity);
    part.more = s_.rows.Cut(link);
    part.wanted = link.type != LinkType::kNotAny && link.type != LinkType::kAll;
    const std::vector<std::size_t> candidates = CandidatesOf(link, scope);
    part.candidates = static_cast<std::int64_t>(candidates.size());
    std::optional<RowVerdict> best;
    std::size_t shown = 0;
    const auto bound = scope.bound.find(&link);
    for (const std::size_t row : candidates) {
      RowVerdict verdict = TraceLinked(link, path, scope, row);
      if (verdict.outcome == Outcome::kPassed) ++part.matching;
      // The row that a condition outside speaks of is the one to show.
      const bool chosen = bound != scope.bound.end() && bound->second.row == row;
      const bool other = bound != scope.bound.end() && bound->second.row && !chosen;
      if (other || (best && !verdict.NearerThan(*best))) continue;
      best = std::move(verdict);
      shown = row;
    }
    if (best) {
      part.linked_id = s_.rows.IdOf(link.entity, shown);
      part.linked_name = s_.rows.NameOf(link.entity, shown);
      part.parts = std::move(best->parts);
    } else {
      part.parts = Asked(link, path, scope);
    }
    part.outcome = OutcomeOf(link, part, best ? best->outcome : Outcome::kFailed);
    if (const std::string why = s_.rows.Unreadable(link.entity); !why.empty()) {
      part.outcome = link.type == LinkType::kOuter ? Outcome::kPassed : Outcome::kUnknown;
      part.note = why;
    } else if (part.outcome == Outcome::kUnknown && part.more) {
      part.note = "only the first " + std::to_string(part.candidates) + " were looked at";
    }
    return part;
  }

  static Outcome OutcomeOf(const Link& link, const FilterPart& part, Outcome nearest) {
    if (link.type == LinkType::kOuter) return Outcome::kPassed;
    const bool undecided = nearest == Outcome::kUnknown || part.more;
    if (part.wanted) {
      if (part.matching > 0) return Outcome::kPassed;
      return undecided ? Outcome::kUnknown : Outcome::kFailed;
    }
    if (part.matching > 0) return Outcome::kFailed;
    if (undecided) return Outcome::kUnknown;
    // "all" of FetchXML: there are linked rows, and none of them meets the filter.
    return link.type == LinkType::kAll && part.candidates == 0 ? Outcome::kFailed
                                                               : Outcome::kPassed;
  }

  // One condition in words. Links are only there for the names of their aliases.
  [[nodiscard]] std::string Wording(const Condition& condition, const std::string& entity) const {
    Query alone = {.entity = entity, .links = silent_};
    alone.filter.nodes.push_back({condition});
    return ToString(Describe(alone, &s_.schema));
  }
  static Link Silent(const Link& link) {
    Link silent = {.entity = link.entity, .type = LinkType::kOuter, .alias = link.alias};
    for (const Link& inner : link.links) silent.links.push_back(Silent(inner));
    return silent;
  }
  [[nodiscard]] std::string Wording(const Link& link, const EntitySchema& parent) const {
    Link bare = link;
    bare.filter = {};
    bare.links.clear();
    bare.order.clear();
    if (link.type == LinkType::kOuter) bare.type = LinkType::kInner;
    // Spoken as a test: "has no", "has a".
    Query alone = {.entity = parent.name};
    if (!IsTest(bare.type)) bare.type = LinkType::kAny;
    if (link.type == LinkType::kAll) bare.type = LinkType::kAny;
    alone.filter.nodes.push_back({std::move(bare)});
    std::string text = ToString(Describe(alone, &s_.schema));
    if (!text.empty() && text.front() == 'H') text.front() = 'h';
    const bool asks = !link.filter.empty() || !link.links.empty();
    if (link.type == LinkType::kOuter) return text + ", if any";
    if (!asks) return text;
    return text + (link.type == LinkType::kAll ? ", but none where" : " where");
  }

  TraceSubject s_;
  TestSurroundings around_;
  std::map<std::string, const Link*, std::less<>> aliases_ = {};
  std::map<const Condition*, ValueTest> tests_ = {};
  std::vector<Link> silent_ = {};
};

}  // namespace

Result<FilterPart> TraceFilter(const TraceSubject& subject, std::size_t row) {
  const auto clock = UserClock::In(subject.context.zone);
  if (!clock) return Fail(clock.error());
  return Tracer(subject, *clock).Trace(row);
}

}  // namespace satchel
