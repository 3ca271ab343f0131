#include "preview/explain/nearest_fix.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <vector>

#include "engine/filter/evaluator.h"
#include "policy/support/text.h"
#include "policy/wording/sentence.h"
#include "preview/explain/filter_place.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

constexpr std::int64_t kWidest = 10'000;  // Of any span that a filter would reasonably say.

void CollectFailing(const FilterPart& part, std::vector<const FilterPart*>& failing) {
  for (const FilterPart& inner : part.parts) {
    if (inner.outcome != GateOutcome::kFailed) continue;
    if (inner.kind == FilterPart::Kind::kCondition || inner.kind == FilterPart::Kind::kLink) {
      failing.push_back(&inner);
    }
    CollectFailing(inner, failing);
  }
}

class Search {
 public:
  Search(const TraceSubject& subject, std::size_t row) : s_(subject), row_(row) {
    query_ = s_.query;
    query_.order.clear();
    query_.top = 0;
  }

  ExplainFix Among(const std::vector<const FilterPart*>& failing) const {
    using Try = std::optional<ExplainFix> (Search::*)(const FilterPart&) const;
    for (const Try attempt :
         {&Search::Widened, &Search::WithValue, &Search::GivenToUser, &Search::TakenOut}) {
      for (const FilterPart* part : failing) {
        if (auto fix = (this->*attempt)(*part)) return *std::move(fix);
      }
    }
    return {};
  }

 private:
  using Change = std::function<void(const FilterPlace&)>;

  // Whether the record meets the filter with that change.
  [[nodiscard]] bool Meets(const std::string& path, const Change& change) const {
    Query changed = query_;
    const auto place = FindPlace(changed.entity, changed.filter, changed.links, path);
    if (!place) return false;
    change(*place);
    const auto rows = Evaluate(changed, s_.schema, s_.context, s_.rows);
    return rows && std::find(rows->begin(), rows->end(), row_) != rows->end();
  }

  // The condition a part is about, as it stands, and the field it asks for.
  struct Asked {
    Condition condition = {};
    std::string entity = {};
    const FieldSchema* field = nullptr;
  };
  [[nodiscard]] std::optional<Asked> AskedBy(const FilterPart& part) const {
    if (part.kind != FilterPart::Kind::kCondition) return std::nullopt;
    Query copy = query_;
    const auto place = FindPlace(copy.entity, copy.filter, copy.links, part.path);
    const Condition* condition = place ? place->condition() : nullptr;
    if (!condition || !condition->entity.empty() || !condition->value_of.empty()) {
      return std::nullopt;
    }
    const std::string& entity = place->entity;
    const FieldSchema* field = s_.schema.Find(entity, condition->field);
    if (!field) return std::nullopt;
    return Asked{*condition, entity, field};
  }

  [[nodiscard]] ExplainFix Reworded(const FilterPart& part, const Asked& asked,
                                    const Condition& changed) const {
    Query alone = {.entity = asked.entity};
    alone.filter.nodes.push_back({changed});
    return {.sentence = "It would be there if “" + part.wording + "” were “" +
                        ToString(Describe(alone, &s_.schema)) + "”.",
            .path = part.path,
            .value = Join(changed.values, ","),
            .edit = ExplainFix::Edit::kCondition,
            .condition = changed};
  }

  [[nodiscard]] std::optional<ExplainFix> Widened(const FilterPart& part) const {
    const auto asked = AskedBy(part);
    if (!asked || Info(asked->condition.op).operand != Operand::kCount) return std::nullopt;
    std::int64_t said = 0;
    const std::string& text = asked->condition.values.front();
    if (std::from_chars(text.data(), text.data() + text.size(), said).ec != std::errc()) {
      return std::nullopt;
    }
    const auto meets = [&](std::int64_t count) {
      return Meets(part.path, [&](const FilterPlace& place) {
        place.condition()->values = {std::to_string(count)};
      });
    };
    // "Older than" is widened by a smaller number, everything else by a larger one. What is met is
    // at `in`, what is not at `out`.
    const bool older = asked->condition.op >= Operator::kOlderThanXMinutes &&
                       asked->condition.op <= Operator::kOlderThanXYears;
    std::int64_t out = said;
    std::int64_t in = older ? 1 : std::max(kWidest, said);
    if (in == out || !meets(in)) return std::nullopt;
    while (std::abs(in - out) > 1) {
      const std::int64_t middle = out + (in - out) / 2;
      (meets(middle) ? in : out) = middle;
    }
    Condition changed = asked->condition;
    changed.values = {std::to_string(in)};
    return Reworded(part, *asked, changed);
  }

  [[nodiscard]] std::optional<ExplainFix> WithValue(const FilterPart& part) const {
    const auto asked = AskedBy(part);
    // What a linked record holds only its trace knows.
    if (!asked || asked->entity != s_.query.entity) return std::nullopt;
    const Cell cell = s_.rows.At(asked->entity, row_, asked->field->name);
    if (cell.null()) return std::nullopt;
    const std::string value = PlainText(*asked->field, cell);
    Condition changed = asked->condition;
    const bool choice = kChoiceTypes.Has(asked->field->type);
    const bool number = kNumberTypes.Has(asked->field->type);
    switch (changed.op) {
      case Operator::kEq:
      case Operator::kIn:
        if (!choice) return std::nullopt;
        changed.op = Operator::kIn;
        changed.values.push_back(value);
        break;
      case Operator::kGt:
      case Operator::kGe:
        if (!number) return std::nullopt;
        changed.op = Operator::kGe;
        changed.values = {value};
        break;
      case Operator::kLt:
      case Operator::kLe:
        if (!number) return std::nullopt;
        changed.op = Operator::kLe;
        changed.values = {value};
        break;
      default:
        return std::nullopt;
    }
    if (!Meets(part.path, [&](const FilterPlace& place) { *place.condition() = changed; })) {
      return std::nullopt;
    }
    return Reworded(part, *asked, changed);
  }

  // A filter by owner is seldom what is wrong.
  [[nodiscard]] std::optional<ExplainFix> GivenToUser(const FilterPart& part) const {
    const auto asked = AskedBy(part);
    if (!asked || !Info(asked->condition.op).about_user || Info(asked->condition.op).negated ||
        !kLookupTypes.Has(asked->field->type)) {
      return std::nullopt;
    }
    if (!Meets(part.path, [](const FilterPlace& place) { place.Remove(); })) return std::nullopt;
    const std::string whose = asked->entity == s_.query.entity
                                  ? std::string("the record")
                                  : "the linked " + EntityLabel(asked->entity, &s_.schema);
    return ExplainFix{.sentence = "It would be there if the " + part.field + " of " + whose +
                                  " were " + part.meaning + "."};
  }

  [[nodiscard]] std::optional<ExplainFix> TakenOut(const FilterPart& part) const {
    if (!Meets(part.path, [](const FilterPlace& place) { place.Remove(); })) return std::nullopt;
    return ExplainFix{
        .sentence = "It would be there if the filter did not ask for “" + part.wording + "”.",
        .path = part.path,
        .edit = ExplainFix::Edit::kRemoval};
  }

  const TraceSubject& s_;
  std::size_t row_;
  Query query_ = {};
};

}  // namespace

ExplainFix NearestFix(const TraceSubject& subject, std::size_t row, const FilterPart& root) {
  std::vector<const FilterPart*> failing;
  CollectFailing(root, failing);
  return Search(subject, row).Among(failing);
}

}  // namespace satchel
