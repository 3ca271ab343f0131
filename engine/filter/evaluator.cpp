#include "engine/filter/evaluator.h"

#include <algorithm>
#include <numeric>

#include "engine/filter/evaluation_plan.h"

namespace satchel {

namespace {

// What to do with a combination; answers whether to stop. A plain reference to a callable: these
// run once per row and must not allocate.
class Then {
 public:
  template <class F>
  Then(const F& f)  // NOLINT(google-explicit-constructor): made from lambdas at the call.
      : callable_(&f),
        call_([](const void* callable) { return (*static_cast<const F*>(callable))(); }) {}
  bool operator()() const { return call_(callable_); }

 private:
  const void* callable_;
  bool (*call_)(const void*);
};

int CompareNullsFirst(const CellKind& kind, const Cell& a, const Cell& b) {
  const bool a_null = IsNull(a);
  const bool b_null = IsNull(b);
  if (a_null || b_null) return static_cast<int>(b_null) - static_cast<int>(a_null);
  return CompareCells(kind, a, kind, b);
}

int CompareRows(const std::vector<OrderPlace>& order, const Combination& a, const Combination& b) {
  for (const OrderPlace& item : order) {
    const int compared = CompareNullsFirst(item.place.kind, item.place.In(a), item.place.In(b));
    if (compared != 0) return item.descending ? -compared : compared;
  }
  return 0;
}

class Run {
 public:
  explicit Run(const EvaluationPlan& plan) : plan_(plan), rows_(plan.slots, kNoRow) {}

  // The combination by which a row takes its place in the order; nothing when it does not match.
  const Combination* Match(std::size_t row) {
    rows_[0] = static_cast<std::int64_t>(row);
    found_ = false;
    (void)Join(plan_.links, 0, [this] {
      if (!Holds(plan_.filter)) return false;
      if (!found_ || CompareRows(plan_.order, rows_, best_) < 0) best_ = rows_;
      found_ = true;
      return !plan_.orders_by_link;  // The first will do unless the order looks at links.
    });
    return found_ ? &best_ : nullptr;
  }

 private:
  using Links = std::vector<std::unique_ptr<PlannedLink>>;

  // Every combination of the links from `at` on with what is bound already.
  bool Join(const Links& links, std::size_t at, const Then& then) {
    if (at == links.size()) return then();
    const PlannedLink& link = *links[at];
    const auto next = [&] { return Join(links, at + 1, then); };
    if (!link.seen) {
      const bool passes = link.link->type == LinkType::kOuter || Tests(link);
      return passes && next();
    }
    bool any = false;
    bool stop = false;
    (void)ForEachMatch(link, [&] {
      any = true;
      stop = next();
      return stop;
    });
    if (!any && link.link->type == LinkType::kOuter) {
      Unbind(link);
      return next();
    }
    return stop;
  }

  void Unbind(const PlannedLink& link) {
    rows_[link.slot] = kNoRow;
    for (const auto& nested : link.links) Unbind(*nested);
  }

  [[nodiscard]] bool Tests(const PlannedLink& link) {
    const bool matches = ForEachMatch(link, [] { return true; });
    if (link.link->type == LinkType::kNotAny) return !matches;
    if (link.link->type == LinkType::kAll) {
      return !matches && link.index->ForEach(link.to.kind, link.to.In(rows_),
                                             [](std::uint32_t) { return true; });
    }
    return matches;
  }

  // Linked rows that fit, with every combination of what is nested in them; of a matchfirst… link
  // only the first row, with every combination of its own.
  bool ForEachMatch(const PlannedLink& link, const Then& then) {
    const bool first_only = link.link->type == LinkType::kMatchFirst;
    const auto candidate = [&](std::uint32_t row) {
      rows_[link.slot] = row;
      if (!link.filter_looks_below && !Holds(link.filter)) return false;
      bool fits = false;
      const bool stop = Join(link.links, 0, [&] {
        if (link.filter_looks_below && !Holds(link.filter)) return false;
        fits = true;
        return then();
      });
      return stop || (first_only && fits);
    };
    const Cell key = link.to.In(rows_);
    if (link.order.empty() || !link.seen) return link.index->ForEach(link.to.kind, key, candidate);
    std::vector<std::uint32_t> rows;
    (void)link.index->ForEach(link.to.kind, key, [&](std::uint32_t row) {
      rows.push_back(row);
      return false;
    });
    SortCandidates(link, rows);
    return std::any_of(rows.begin(), rows.end(), candidate);
  }

  static void SortCandidates(const PlannedLink& link, std::vector<std::uint32_t>& rows) {
    const auto cell = [&](const OrderPlace& item, std::uint32_t row) {
      return link.batch->cell(row, item.place.column);
    };
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      for (const OrderPlace& item : link.order) {
        const int compared = CompareNullsFirst(item.place.kind, cell(item, a), cell(item, b));
        if (compared != 0) return (compared < 0) != item.descending;
      }
      return false;
    });
  }

  [[nodiscard]] bool Holds(const PlannedGroup& group) {
    if (group.nodes.empty()) return true;
    const bool decides = group.conjunction == Conjunction::kOr;
    for (const PlannedNode& node : group.nodes) {
      const bool holds = node.condition ? Holds(*node.condition)
                         : node.group   ? Holds(*node.group)
                                        : Tests(*node.test);
      if (holds == decides) return decides;
    }
    return !decides;
  }

  [[nodiscard]] bool Holds(const PlannedCondition& condition) const {
    const Cell cell = condition.place.In(rows_);
    if (condition.test) return condition.test(cell);
    const Cell other = condition.other.In(rows_);
    if (IsNull(cell) || IsNull(other)) return condition.op == Operator::kNe;
    return Satisfies(condition.op,
                     CompareCells(condition.place.kind, cell, condition.other.kind, other));
  }

  const EvaluationPlan& plan_;
  Combination rows_;
  Combination best_;
  bool found_ = false;
};

}  // namespace

Result<std::vector<std::size_t>> Evaluate(const Query& query, const Schema& schema,
                                          const FilterContext& context, const RowSource& rows) {
  const auto clock = UserClock::In(context.zone);
  if (!clock) return Fail(clock.error());
  const TestSurroundings around{schema, context, *clock, rows};
  const auto plan = EvaluationPlan::Make(query, around);
  if (!plan) return Fail(plan.error());

  std::vector<Combination> matches;
  Run run(**plan);
  for (std::size_t i = 0; i < (*plan)->batch->rows(); ++i) {
    if (const Combination* match = run.Match(i)) matches.push_back(*match);
  }
  std::stable_sort(matches.begin(), matches.end(), [&](const Combination& a, const Combination& b) {
    if (const int order = CompareRows((*plan)->order, a, b); order != 0) return order < 0;
    return CompareRows((*plan)->by_key, a, b) < 0;
  });
  if (query.top > 0 && matches.size() > static_cast<std::size_t>(query.top)) {
    matches.resize(static_cast<std::size_t>(query.top));
  }
  std::vector<std::size_t> indexes;
  indexes.reserve(matches.size());
  for (const Combination& match : matches) indexes.push_back(static_cast<std::size_t>(match[0]));
  return indexes;
}

}  // namespace satchel
