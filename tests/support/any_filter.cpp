#include "tests/support/any_filter.h"

#include <rapidcheck.h>

#include <random>
#include <stdexcept>

#include "engine/record/instant.h"

namespace satchel {

namespace {

struct Column {
  const char* name;
  FieldType type;
};
constexpr Column kColumns[] = {{"id", FieldType::kUniqueIdentifier},
                               {"name", FieldType::kString},
                               {"n", FieldType::kInteger},
                               {"pick", FieldType::kPicklist},
                               {"parent", FieldType::kLookup},
                               {"at", FieldType::kDateTime},
                               {"day", FieldType::kDateOnly},
                               {"wall", FieldType::kDateTimeTzi},
                               {"d", FieldType::kDecimal},
                               {"m", FieldType::kMoney},
                               {"f", FieldType::kDouble},
                               {"yes", FieldType::kBoolean},
                               {"tags", FieldType::kMultiSelect},
                               {"other", FieldType::kCustomer},
                               {"boss", FieldType::kOwner},
                               {"b", FieldType::kBigInt},
                               {"note", FieldType::kMemo}};

constexpr const char* kFields = R"({"id":"uniqueidentifier","name":"string","note":"memo",
  "n":"integer","b":"bigint","d":{"type":"decimal","precision":2},"m":"money","f":"double",
  "yes":"boolean","at":"datetime","wall":"datetime_tzi","day":"dateonly","pick":"picklist",
  "tags":"multiselectpicklist","parent":{"type":"lookup","targets":["a"]},
  "other":{"type":"customer","targets":["a","c"]},"boss":"owner"})";

// Ids of both entities come from one small pool, so that anything may point at anything.
std::string Id(int number) {
  return "00000000-0000-0000-0000-00000000000" + std::to_string(number);
}
constexpr int kIds = 9;

// What rows hold. Literals of conditions are these and a few more.
const std::vector<std::string>& Pool(FieldType type) {
  static const std::vector<std::string> texts = {
      "abc", "ABC  ", "müller", "MÜLLER", "a%b", "[x]", "ς",       "Σ",  "  ",
      "b c", "ab",    "ks",     "Kſ",     "İb",  "ib",  "it's ab", "IB", "iIİi b"};
  static const std::vector<std::string> whole = {"0", "1", "2", "-3", "7", "1033"};
  static const std::vector<std::string> decimals = {"0", "1.5", "-2.25", "10", "3", "0.1"};
  static const std::vector<std::string> doubles = {"0", "1.5", "-2.25", "1e10", "0.1"};
  static const std::vector<std::string> yes = {"1", "0"};
  static const std::vector<std::string> moments = {
      "2024-03-31T00:30:00Z",  "2024-03-31T01:30:00Z", "2024-03-30T23:00:00Z",
      "2024-02-29T12:00:00Z",  "2024-03-24T12:00:00Z", "2023-12-31T23:30:00Z",
      "2024-10-27T00:30:00Z",  "2024-04-01T00:00:00Z", "2025-06-15T10:00:00Z",
      "2024-03-31T13:59:59.5Z"};
  static const std::vector<std::string> days = {"2024-03-31", "2024-03-30", "2024-02-29",
                                                "2024-04-01", "2023-12-31", "2025-06-15",
                                                "2024-01-01", "2024-03-24"};
  static const std::vector<std::string> choices = {"1", "2", "3", "13"};
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> all;
    for (int i = 1; i <= kIds; ++i) all.push_back(Id(i));
    return all;
  }();
  switch (type) {
    case FieldType::kString:
    case FieldType::kMemo:
      return texts;
    case FieldType::kInteger:
    case FieldType::kBigInt:
      return whole;
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return decimals;
    case FieldType::kDouble:
      return doubles;
    case FieldType::kBoolean:
      return yes;
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      return moments;
    case FieldType::kDateOnly:
      return days;
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
    case FieldType::kMultiSelect:
      return choices;
    default:
      return ids;
  }
}

std::string Cell(const Column& column, std::mt19937& random) {
  const auto& pool = Pool(column.type);
  const std::string& value = pool[random() % pool.size()];
  switch (column.type) {
    case FieldType::kInteger:
    case FieldType::kBigInt:
    case FieldType::kPicklist:
    case FieldType::kDouble:
      return value;
    case FieldType::kBoolean:
      return value == "1" ? "true" : "false";
    case FieldType::kMultiSelect:
      return random() % 2 == 0 ? "\"" + value + "\"" : "\"1,3\"";
    case FieldType::kCustomer:
      return R"({"id":")" + value + R"(","type":")" + (random() % 2 == 0 ? "a" : "c") + "\"}";
    default:
      return "\"" + value + "\"";
  }
}

std::string RowsOf(std::mt19937& random) {
  std::string rows = "[";
  const std::size_t count = random() % 8;
  for (std::size_t i = 0; i < count; ++i) {
    rows += (i == 0 ? "{" : ",{") + std::string("\"id\":\"") + Id(static_cast<int>(i) + 1) + "\"";
    for (const Column& column : kColumns) {
      if (column.type == FieldType::kUniqueIdentifier || random() % 4 == 0) continue;
      rows += std::string(",\"") + column.name + "\":" + Cell(column, random);
    }
    rows += "}";
  }
  return rows + "]";
}

// The first of a range when RapidCheck shrinks.
int Choose(int count) {
  return *rc::gen::inRange(0, count);
}
template <class Range>
auto OneOf(const Range& range) {
  return range[static_cast<std::size_t>(Choose(static_cast<int>(std::size(range))))];
}
// Once in `times`; shrinks to no.
bool Rarely(int times) {
  return Choose(times) == times - 1;
}

std::string AnyLiteral(FieldType type) {
  static const std::vector<std::string> patterns = {"a%",     "%c",    "%b%", "_b_",
                                                    "[a-m]%", "[^a]%", "%",   ""};
  static const std::vector<std::string> finer = {"1.505", "-2.2501", "0.00001", "99999999999999999",
                                                 "1e3"};
  static const std::vector<std::string> readings = {
      "2024-03-31T02:30:00", "2024-03-31", "2024-10-27T02:30", "2024-03-31T02:00:00+02:00"};
  if (Rarely(4)) {
    if (kTextTypes.Has(type)) return OneOf(patterns);
    if (type == FieldType::kDecimal || type == FieldType::kMoney) return OneOf(finer);
    if (type == FieldType::kDateTime || type == FieldType::kDateTimeTzi) return OneOf(readings);
  }
  return OneOf(Pool(type));
}

std::vector<std::string> AnyValues(const OperatorInfo& info, FieldType type) {
  std::vector<std::string> values;
  const auto number = [](int first, int count) { return std::to_string(first + Choose(count)); };
  switch (info.operand) {
    case Operand::kNothing:
      return {};
    case Operand::kCount:
      return {number(1, 40)};
    case Operand::kYear:
      return {number(2022, 4)};
    case Operand::kPeriod:
      return {number(0, 15)};
    case Operand::kPeriodAndYear:
      return {number(0, 15), number(2022, 4)};
    case Operand::kDay:
      return {OneOf(Pool(FieldType::kDateOnly))};
    case Operand::kPattern: {
      static const std::vector<std::string> patterns = {
          "a%", "%c",    "ab",  "_b_", "[a-m]%", "%",  "[^a]%", "MÜ%",  "[",
          "",   "a[%]b", "%b%", "k%",  "%S",     "i%", "t's",   "%ii%b"};
      return {OneOf(patterns)};
    }
    default:
      break;
  }
  const int count = info.arity == Arity::kTwo ? 2 : info.arity == Arity::kMany ? 1 + Choose(4) : 1;
  for (int i = 0; i < count; ++i) values.push_back(AnyLiteral(type));
  return values;
}

struct Pair {
  const char* from;
  const char* to;
};
constexpr Pair kPairs[] = {{"parent", "id"}, {"id", "parent"}, {"other", "id"}, {"id", "other"},
                           {"name", "name"}, {"n", "b"},       {"d", "m"},      {"n", "m"},
                           {"pick", "pick"}, {"boss", "boss"}, {"day", "day"},  {"at", "at"}};

class QueryMaker {
 public:
  Query Make() {
    Query query{.entity = Entity()};
    for (int i = Choose(3); i > 0; --i) query.links.push_back(AnyLink(2, {}, false));
    query.filter = AnyGroup(2, BelowOf(query.links), {});
    if (Rarely(2)) query.order = AnyOrder(BelowOf(query.links));
    if (Rarely(4)) query.top = 1 + Choose(4);
    return query;
  }

 private:
  using Names = std::vector<std::string>;

  static std::string Entity() { return Choose(2) == 0 ? "a" : "c"; }

  static Names BelowOf(const std::vector<Link>& links) {
    Names names;
    for (const Link& link : links) {
      if (IsTest(link.type) || link.type == LinkType::kExists || link.type == LinkType::kIn)
        continue;
      names.push_back(link.alias);
      const Names more = BelowOf(link.links);
      names.insert(names.end(), more.begin(), more.end());
    }
    return names;
  }

  Link AnyLink(int depth, Names around, bool test) {
    const Pair pair = OneOf(kPairs);
    Link link{.entity = Entity(), .from = pair.from, .to = pair.to};
    link.type = static_cast<LinkType>(test ? 5 + Choose(4) : Choose(9));
    link.alias = "x" + std::to_string(++aliases_);
    const bool nameable = link.type <= LinkType::kOuter || link.type == LinkType::kMatchFirst;
    Names inside = around;
    if (nameable) inside.push_back(link.alias);
    if (depth > 0 && Rarely(3)) link.links.push_back(AnyLink(depth - 1, inside, false));
    Names seen = BelowOf(link.links);
    link.filter = AnyGroup(depth > 0 ? 1 : 0, seen, inside);
    if (nameable && Rarely(3)) link.order = AnyOrder({});
    return link;
  }

  std::vector<OrderItem> AnyOrder(const Names& below) {
    std::vector<OrderItem> order(static_cast<std::size_t>(1 + Choose(2)));
    for (OrderItem& item : order) {
      item.field = kColumns[Choose(12)].name;
      item.descending = Rarely(2);
      if (!below.empty() && Rarely(2)) item.entity = OneOf(below);
    }
    return order;
  }

  Group AnyGroup(int depth, const Names& below, const Names& around) {
    Group group;
    if (Rarely(2)) group.conjunction = Conjunction::kOr;
    for (int i = Choose(4); i > 0; --i) {
      if (depth > 0 && Rarely(5)) {
        group.nodes.push_back({AnyGroup(depth - 1, below, around)});
      } else if (depth > 0 && Rarely(4)) {
        group.nodes.push_back({AnyLink(depth - 1, around, true)});
      } else {
        group.nodes.push_back({AnyCondition(below, around)});
      }
    }
    return group;
  }

  Condition AnyCondition(const Names& below, const Names& around) {
    Condition condition;
    Names names = below;
    names.insert(names.end(), around.begin(), around.end());
    const auto name = [&] { return names.empty() || !Rarely(3) ? std::string() : OneOf(names); };
    condition.entity = name();
    const OperatorInfo& info = Operators()[static_cast<std::size_t>(Choose(kOperatorCount))];
    condition.op = info.op;
    std::vector<Column> fitting;
    for (const Column& column : kColumns) {
      if (info.fields.Has(column.type)) fitting.push_back(column);
    }
    Column column = OneOf(fitting);
    if (info.operand == Operand::kId) column = Choose(2) == 0 ? kColumns[0] : kColumns[4];
    condition.field = column.name;
    if (TakesValueOf(info.op) && Rarely(4)) {
      const std::string other = name();
      condition.value_of = (other.empty() ? "" : other + ".") + Twin(column);
      return condition;
    }
    condition.values = AnyValues(info, column.type);
    return condition;
  }

  // Another field of the same kind.
  static std::string Twin(const Column& column) {
    switch (column.type) {
      case FieldType::kInteger:
        return "d";
      case FieldType::kDecimal:
        return "m";
      case FieldType::kMoney:
        return "b";
      case FieldType::kString:
        return "note";
      case FieldType::kUniqueIdentifier:
        return "parent";
      case FieldType::kLookup:
        return "other";
      default:
        return column.name;
    }
  }

  int aliases_ = 0;
};

}  // namespace

DataSet MakeWorld(std::uint32_t seed) {
  std::mt19937 random(seed);
  const std::string entity = std::string(R"({"key":"id","hierarchy":"parent","fields":)") + kFields;
  const std::string json = R"({"schema":{"a":)" + entity + R"(},"c":)" + entity +
                           R"(}},"rows":{"a":)" + RowsOf(random) + R"(,"c":)" + RowsOf(random) +
                           "}}";
  auto world = ParseDataSet(json);
  if (!world) throw std::logic_error(world.error().message);
  return std::move(*world);
}

Query AnyFilterQuery() {
  return QueryMaker().Make();
}

FilterContext AnyFilterContext() {
  static const std::vector<std::string> zones = {
      "UTC",          "Europe/Berlin",       "America/Sao_Paulo",
      "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"};
  static const std::vector<std::string> nows = {"2024-03-31T12:34:56Z", "2024-03-31T00:59:59Z",
                                                "2024-03-30T23:00:00Z", "2024-02-29T00:00:00Z",
                                                "2024-10-27T00:30:00Z", "2024-01-01T00:10:00Z"};
  FilterContext context;
  context.now = *ParseInstant(OneOf(nows));
  context.zone = OneOf(zones);
  context.week_start = static_cast<Weekday>(Choose(7));
  context.fiscal.start_month = 1 + Choose(12);
  context.fiscal.start_day = 1 + Choose(31);
  context.fiscal.period = static_cast<FiscalPeriod>(Choose(5));
  context.user = {.id = Id(1),
                  .business_unit = Id(2),
                  .teams = {Id(3), Id(4)},
                  .reports = {Id(5)},
                  .report_teams = {Id(6)},
                  .language = 1033};
  if (Rarely(4)) context.user.teams.clear();
  return context;
}

std::string Show(const FilterContext& context) {
  return "now " + ToString(context.now) + " in " + context.zone + ", weeks from " +
         std::to_string(static_cast<int>(context.week_start)) + ", fiscal years from " +
         std::to_string(context.fiscal.start_month) + "-" +
         std::to_string(context.fiscal.start_day) + ", period kind " +
         std::to_string(static_cast<int>(context.fiscal.period));
}

}  // namespace satchel
