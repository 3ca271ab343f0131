#include "preview/explain/value_words.h"

#include <algorithm>
#include <utility>

#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/sentence.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

constexpr std::size_t kMostNamed = 4;  // Teams named before "and 3 more".

}  // namespace

ValueWords::ValueWords(const Schema& schema, const FilterContext& context, UserInfo user,
                       UserClock clock, Calendar calendar)
    : schema_(&schema),
      context_(&context),
      user_(std::move(user)),
      clock_(std::move(clock)),
      calendar_(std::move(calendar)) {}

Result<ValueWords> ValueWords::Make(const Schema& schema, const FilterContext& context,
                                    UserInfo user) {
  auto clock = UserClock::In(context.zone);
  if (!clock) return Fail(clock.error());
  auto calendar = Calendar::Make(context);
  if (!calendar) return Fail(calendar.error());
  if (user.name.empty()) user.name = user.id.empty() ? "the user" : user.id;
  return ValueWords(schema, context, std::move(user), std::move(*clock), std::move(*calendar));
}

std::string ValueWords::Of(Instant moment) const {
  return MomentText(Instant{clock_.Show(moment)});
}

std::string ValueWords::Of(const FieldSchema& field, const Cell& cell,
                           const RowsAround& rows) const {
  if (cell.null()) return kNoValue;
  if (field.type == FieldType::kDateTime) return Of(Instant{cell.integer});
  if (field.type == FieldType::kDateTimeTzi) return MomentText(Instant{cell.integer});
  if (kIdTypes.Has(field.type)) {
    const std::string id = IdText(cell);
    const std::string label = rows.LabelOf(id);
    return label.empty() ? id : label;
  }
  std::string text = PeopleText(field, cell);
  if (kNumberTypes.Has(field.type)) text = HumanNumber(text);  // As the condition says its own.
  return text.empty() ? kNoValue : text;
}

std::string ValueWords::EntityOf(const std::string& entity) const {
  return EntityLabel(entity, schema_);
}

std::string ValueWords::FieldOf(const std::string& entity, const std::string& field) const {
  return FieldLabel(entity, field, schema_);
}

std::string ValueWords::EdgeOf(std::int64_t value, FieldType type) const {
  if (type == FieldType::kDateOnly) return ToString(Day{value});
  return type == FieldType::kDateTime ? Of(Instant{value}) : MomentText(Instant{value});
}

std::string ValueWords::WindowOf(const Condition& condition, FieldType type) const {
  const auto window = calendar_.WindowOf(condition.op, condition.values, type);
  if (!window) return {};
  if (window->nothing) return "no date at all";
  const bool days = type == FieldType::kDateOnly;
  // Of days the last one is named, of moments the first that is too late.
  const std::string to =
      window->to ? EdgeOf(days ? *window->to - 1 : *window->to, type) : std::string();
  if (window->from && window->to) {
    const std::string from = EdgeOf(*window->from, type);
    if (days) return from == to ? from : from + " to " + to;
    return "from " + from + " until " + to;
  }
  if (window->from) return "from " + EdgeOf(*window->from, type) + " on";
  if (window->to) return days ? "up to " + to : "before " + to;
  return "any date";
}

std::string ValueWords::PeopleOf(Operator op) const {
  const UserContext& user = context_->user;
  std::vector<std::string> parts;
  const auto add_teams = [&] {
    std::vector<std::string> named = user_.teams;
    // The server's list leaves out what the caller may not see; the ids count.
    const std::size_t all = std::max(named.size(), user.teams.size());
    if (all == 0) return;
    if (named.size() > kMostNamed) named.resize(kMostNamed);
    if (named.size() < all) named.push_back(Counted(all - named.size(), "more team", "more teams"));
    parts.insert(parts.end(), named.begin(), named.end());
  };
  switch (op) {
    case Operator::kEqUserId:
    case Operator::kNeUserId:
      return user_.name;
    case Operator::kEqBusinessId:
    case Operator::kNeBusinessId:
      return user_.business_unit.empty() ? user.business_unit : user_.business_unit;
    case Operator::kEqUserLanguage:
      return std::to_string(user.language);
    case Operator::kEqUserTeams:
      add_teams();
      return parts.empty() ? user_.name + " is in no team" : Join(parts, ", ");
    case Operator::kEqUserOrUserTeams:
      parts.push_back(user_.name);
      add_teams();
      break;
    default:
      parts.push_back(user_.name);
      parts.push_back(user.reports.empty() ? "nobody who reports to them"
                                           : Counted(user.reports.size(), "person who reports",
                                                     "people who report") +
                                                 " to them");
      if (op == Operator::kEqUserOrUserHierarchyAndTeams) add_teams();
      break;
  }
  return Join(parts, ", ");
}

std::string ValueWords::MeaningOf(const Condition& condition, const FieldSchema& field,
                                  const RowsAround& rows) const {
  const OperatorInfo& info = Info(condition.op);
  if (!condition.value_of.empty()) return {};
  if (info.about_user) return PeopleOf(condition.op);
  if (info.relative) return WindowOf(condition, field.type);
  switch (info.operand) {
    case Operand::kYear:
    case Operand::kPeriodAndYear:
      return WindowOf(condition, field.type);
    case Operand::kId:
    case Operand::kField: {
      if (!kIdTypes.Has(field.type)) return {};
      std::vector<std::string> names;
      for (const std::string& value : condition.values) {
        const auto guid = ParseGuid(value);
        std::string name = rows.LabelOf(guid ? ToString(*guid) : value);
        if (!name.empty()) names.push_back(std::move(name));
      }
      return Join(names, ", ");
    }
    default:
      return {};
  }
}

}  // namespace satchel
