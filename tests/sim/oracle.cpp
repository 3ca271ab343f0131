#include "tests/sim/oracle.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace satchel::sim {

namespace {

[[noreturn]] void NotDecided(const std::string& what) {
  std::fprintf(stderr, "the oracle does not decide: %s\n", what.c_str());
  std::abort();
}

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// Days since 1970 of a calendar date, by counting.
std::int64_t DaysOf(int year, int month, int day) {
  std::int64_t days = 0;
  const auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
  for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  const int lengths[] = {31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int m = 1; m < month; ++m) days += lengths[m - 1];
  return days + day - 1;
}

int YearOf(std::int64_t days) {
  int year = 1970;
  while (DaysOf(year + 1, 1, 1) <= days) ++year;
  return year;
}

// The last Sunday of a month with 31 days, at 01:00 UTC. 1970-01-01 was a Thursday.
std::int64_t LastSunday(int year, int month) {
  std::int64_t day = DaysOf(year, month, 31);
  while ((day + 4) % 7 != 0) --day;
  return day * kTicksADay + kTicksAnHour;
}

std::int64_t OffsetAt(const std::string& zone, std::int64_t utc) {
  if (zone == "UTC") return 0;
  if (zone == "Asia/Tokyo") return 9 * kTicksAnHour;
  if (zone == "America/Phoenix") return -7 * kTicksAnHour;
  if (zone == "Europe/Bratislava") {
    const int year = YearOf(FloorDiv(utc, kTicksADay));
    const bool summer = utc >= LastSunday(year, 3) && utc < LastSunday(year, 10);
    return summer ? 2 * kTicksAnHour : kTicksAnHour;
  }
  NotDecided("zone " + zone);
}

std::int64_t Number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) NotDecided("number " + text);
  return value;
}

// "12.5" as hundredths.
std::int64_t Hundredths(const std::string& text) {
  const auto point = text.find('.');
  if (point == std::string::npos) return 100 * Number(text);
  std::string decimals = text.substr(point + 1);
  if (decimals.size() > 2) NotDecided("money " + text);
  decimals.resize(2, '0');
  const bool minus = text.starts_with("-");
  const std::int64_t whole = point == 0 ? 0 : Number(text.substr(0, point));
  return whole * 100 + (minus ? -1 : 1) * Number(decimals);
}

// "2026-03-29T10:00:00Z", up to seven decimals of a second.
std::int64_t Moment(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6) {
    NotDecided("moment " + text);
  }
  std::string rest = text.substr(static_cast<std::size_t>(used));
  std::int64_t ticks = 0;
  if (rest.starts_with(".")) {
    std::string decimals = rest.substr(1, rest.find('Z') - 1);
    rest = "Z";
    decimals.resize(7, '0');
    ticks = Number(decimals);
  }
  if (rest != "Z") NotDecided("moment " + text);
  return DaysOf(year, month, day) * kTicksADay + hour * kTicksAnHour +
         (minute * 60 + second) * kTicksPerSecond + ticks;
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// A literal as the field's stored value.
Value Literal(const FieldSchema& field, const std::string& text) {
  switch (field.type) {
    case FieldType::kString:
      return text;
    case FieldType::kState:
    case FieldType::kInteger:
    case FieldType::kBigInt:
      return Number(text);
    case FieldType::kMoney:
      return Hundredths(text);
    case FieldType::kDateTime:
      return Moment(text);
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kUniqueIdentifier:
      return IdValue(Lower(text));
    default:
      NotDecided("type of " + field.name);
  }
}

// < 0, 0, > 0 of two values of one field.
int Compare(const Value& a, const Value& b) {
  const auto* i = std::get_if<std::int64_t>(&a);
  const auto* j = std::get_if<std::int64_t>(&b);
  if (i && j) return *i < *j ? -1 : *i > *j ? 1 : 0;
  const std::string one = Lower(TextOf(a));
  const std::string two = Lower(TextOf(b));
  return one < two ? -1 : one > two ? 1 : 0;
}

struct Asking {
  const CrmState& crm;
  const Viewpoint& view;
};

bool MeetsGroup(const Asking& ask, const std::string& entity, const Group& group, const Row& row);
bool HasLinked(const Asking& ask, const Link& link, const Row& row);

bool MeetsCondition(const Asking& ask, const std::string& entity, const Condition& condition,
                    const Row& row) {
  if (!condition.entity.empty() || !condition.value_of.empty()) NotDecided("alias or valueof");
  const FieldSchema* field = ask.crm.schema().Find(entity, condition.field);
  if (!field) NotDecided("field " + condition.field);
  const auto at = row.values.find(condition.field);
  Value value = at == row.values.end() ? Value() : at->second;
  if (condition.field == "versionnumber") value = row.version;
  const bool null = std::holds_alternative<std::monostate>(value);
  const auto equals = [&](const std::string& text) {
    return !null && Compare(value, Literal(*field, text)) == 0;
  };
  const User& user = ask.crm.UserOf(ask.view.user);
  const std::string& zone = ask.view.zone.empty() ? user.zone : ask.view.zone;
  const auto day = [&](std::int64_t days) { return DayStart(zone, ask.view.now, days); };
  const auto* moment = std::get_if<std::int64_t>(&value);
  switch (condition.op) {
    case Operator::kEq:
      return equals(condition.values.front());
    case Operator::kNe:
      return !equals(condition.values.front());
    case Operator::kGt:
      return !null && Compare(value, Literal(*field, condition.values.front())) > 0;
    case Operator::kGe:
      return !null && Compare(value, Literal(*field, condition.values.front())) >= 0;
    case Operator::kLt:
      return !null && Compare(value, Literal(*field, condition.values.front())) < 0;
    case Operator::kLe:
      return !null && Compare(value, Literal(*field, condition.values.front())) <= 0;
    case Operator::kIn:
      return std::any_of(condition.values.begin(), condition.values.end(), equals);
    case Operator::kNotIn:
      return std::none_of(condition.values.begin(), condition.values.end(), equals);
    case Operator::kNull:
      return null;
    case Operator::kNotNull:
      return !null;
    case Operator::kEqUserId:
      return !null && TextOf(value) == user.id;
    case Operator::kNeUserId:
      return null || TextOf(value) != user.id;
    case Operator::kEqUserOrUserTeams: {
      const auto teams = ask.crm.TeamsOf(user.id);
      return !null && (TextOf(value) == user.id ||
                       std::find(teams.begin(), teams.end(), TextOf(value)) != teams.end());
    }
    case Operator::kLastXDays:
      return moment && *moment >= day(-Number(condition.values.front())) &&
             *moment < ask.view.now.ticks;
    case Operator::kNextXDays:
      return moment && *moment >= ask.view.now.ticks &&
             *moment < day(Number(condition.values.front()) + 1);
    case Operator::kToday:
      return moment && *moment >= day(0) && *moment < day(1);
    case Operator::kOlderThanXDays:
      return moment && *moment < day(-Number(condition.values.front()));
    default:
      NotDecided("operator " + std::string(Info(condition.op).name));
  }
}

bool MeetsNode(const Asking& ask, const std::string& entity, const Node& node, const Row& row) {
  if (const auto* condition = std::get_if<Condition>(&node.item)) {
    return MeetsCondition(ask, entity, *condition, row);
  }
  if (const auto* group = std::get_if<Group>(&node.item)) {
    return MeetsGroup(ask, entity, *group, row);
  }
  const Link& link = std::get<Link>(node.item);
  if (link.type == LinkType::kAny) return HasLinked(ask, link, row);
  if (link.type == LinkType::kNotAny) return !HasLinked(ask, link, row);
  NotDecided("link type in a filter");
}

bool MeetsGroup(const Asking& ask, const std::string& entity, const Group& group, const Row& row) {
  if (group.nodes.empty()) return true;
  const bool all = group.conjunction == Conjunction::kAnd;
  for (const Node& node : group.nodes) {
    if (MeetsNode(ask, entity, node, row) != all) return !all;
  }
  return all;
}

bool HasLinked(const Asking& ask, const Link& link, const Row& row) {
  const auto to = row.values.find(link.to);
  if (to == row.values.end()) return false;
  const User& user = ask.crm.UserOf(ask.view.user);
  for (const auto& [id, found] : ask.crm.rows.at(link.entity)) {
    const Row& linked = found;  // Clang 14 captures no structured binding.
    const auto from = linked.values.find(link.from);
    if (from == linked.values.end() || Compare(from->second, to->second) != 0) continue;
    if (!ask.crm.MayRead(user, link.entity, id, linked)) continue;
    if (!MeetsGroup(ask, link.entity, link.filter, linked)) continue;
    const bool nested = std::all_of(link.links.begin(), link.links.end(), [&](const Link& inner) {
      return HasLinked(ask, inner, linked) == (inner.type != LinkType::kNotAny);
    });
    if (nested) return true;
  }
  return false;
}

}  // namespace

std::int64_t DayStart(const std::string& zone, Instant now, std::int64_t days) {
  const std::int64_t shown = now.ticks + OffsetAt(zone, now.ticks);
  const std::int64_t midnight = (FloorDiv(shown, kTicksADay) + days) * kTicksADay;
  // No change of these zones is at midnight: the offset just around it is that of it.
  const std::int64_t guess = midnight - OffsetAt(zone, midnight - OffsetAt(zone, midnight));
  return guess;
}

bool Meets(const CrmState& crm, const Viewpoint& view, const Query& query, const std::string&,
           const Row& row) {
  const Asking ask = {crm, view};
  if (!MeetsGroup(ask, query.entity, query.filter, row)) return false;
  for (const Link& link : query.links) {
    switch (link.type) {
      case LinkType::kInner:
      case LinkType::kExists:
      case LinkType::kIn:
      case LinkType::kAny:
        if (!HasLinked(ask, link, row)) return false;
        break;
      case LinkType::kNotAny:
        if (HasLinked(ask, link, row)) return false;
        break;
      default:
        NotDecided("link type");
    }
  }
  return true;
}

std::vector<std::string> Select(const CrmState& crm, const Viewpoint& view, const Query& query) {
  std::vector<std::string> ids;
  const User& user = crm.UserOf(view.user);
  const auto table = crm.rows.find(query.entity);
  if (table == crm.rows.end()) return ids;
  for (const auto& [id, row] : table->second) {
    if (crm.MayRead(user, query.entity, id, row) && Meets(crm, view, query, id, row)) {
      ids.push_back(id);
    }
  }
  std::stable_sort(ids.begin(), ids.end(), [&](const std::string& a, const std::string& b) {
    for (const OrderItem& item : query.order) {
      const auto value = [&](const std::string& id) -> Value {
        const Row& row = table->second.at(id);
        if (item.field == "versionnumber") return row.version;
        const auto at = row.values.find(item.field);
        return at == row.values.end() ? Value() : at->second;
      };
      const Value x = value(a);
      const Value y = value(b);
      const bool x_null = std::holds_alternative<std::monostate>(x);
      const bool y_null = std::holds_alternative<std::monostate>(y);
      const int order = x_null || y_null ? (x_null ? 0 : 1) - (y_null ? 0 : 1) : Compare(x, y);
      if (order != 0) return item.descending ? order > 0 : order < 0;
    }
    return a < b;
  });
  if (query.top > 0 && ids.size() > static_cast<std::size_t>(query.top)) {
    ids.resize(static_cast<std::size_t>(query.top));
  }
  return ids;
}

Scope ScopeOf(const CrmState& crm, const Viewpoint& view, const Policy& policy) {
  Scope scope;
  for (const satchel::Entity& entity : policy.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    const auto ids = Select(crm, view, QueryOf(entity));
    scope[entity.name] = {ids.begin(), ids.end()};
  }
  for (auto& [entity, ids] : scope) {
    const std::string& name = entity;  // Clang 14 captures no structured binding.
    const EntitySchema& schema = *crm.schema().Find(name);
    if (!schema.intersect) continue;
    std::erase_if(ids, [&](const std::string& id) {
      for (const auto& [field_name, field] : schema.fields) {
        for (const std::string& target : field.targets) {
          if (!scope.contains(target)) continue;
          const Row& row = crm.rows.at(name).at(id);
          if (!scope.at(target).contains(TextOf(row.values.at(field_name)))) return true;
        }
      }
      return false;
    });
  }
  return scope;
}

}  // namespace satchel::sim
