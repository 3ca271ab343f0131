// What somebody typed, or a server named, is compared and never executed: hostile names and values
// in SQL for the local store and in $filter for a service.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "app/sandbox/odata/token.h"
#include "engine/filter/evaluator.h"
#include "engine/filter/server_query.h"
#include "engine/filter/sql.h"
#include "engine/http/url.h"
#include "tests/support/odata_reader.h"
#include "tests/support/sqlite_rows.h"

namespace satchel {
namespace {

using namespace std::string_literals;

// No two are equal without regard to case and blanks at the end.
const std::vector<std::string>& Hostile() {
  static const std::vector<std::string> all = {
      "\"",
      "'",
      "''",
      "\"\"",
      "x\" OR 1=1 --",
      "x' OR '1'='1",
      "'; DROP TABLE \"canary\"; --",
      "\"; DROP TABLE canary; --",
      "') or true or (name eq 'x",
      "x') OR EXISTS(SELECT 1",
      "a]b",
      "[name]",
      "`name`",
      "a\nb",
      "a\\'b",
      "\\",
      "@rid",
      "t0",
      "rowid",
      "sqlite_master",
      "?1",
      ":p",
      "$filter=true",
      "/* x",
      "*/",
      "-- x",
      "name",
      "null",
      "select",
      "%27 or true",
      "a&$top=1#x+y",
      "ü'ü",
      "\xE2\x80\x99 or true",  // A quote that a careless server folds into an apostrophe.
  };
  return all;
}

// Not by a table of SQLite: @rid is the store's own column, and sqlite_… SQLite's. Neither is asked
// for: the first is no name to a policy, the second fails when its table is made.
bool CanBeNamed(const std::string& name) {
  return name != "@rid" && name != "sqlite_master";
}

Guid IdOf(std::size_t number) {
  Guid id;
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

// One entity of any name with a key and a text; row i holds Hostile()[i].
class Table {
 public:
  Table(std::string entity, std::string field) : name_(std::move(entity)) {
    schema_.name = name_;
    schema_.key = "id" + field;
    schema_.fields.emplace(schema_.key,
                           FieldSchema{.name = schema_.key, .type = FieldType::kUniqueIdentifier});
    schema_.fields.emplace(field, FieldSchema{.name = field});
  }

  RowBatch Rows(const std::string& field) const {
    RowBatch rows({{schema_.key}, {field}});
    for (std::size_t i = 0; i < Hostile().size(); ++i) {
      const Guid id = IdOf(i + 1);
      Cell* cells = rows.AddRow();
      cells[0].kind = Cell::Kind::kId;
      cells[0].size = 16;
      cells[0].bytes =
          rows.Keep({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()}).data();
      cells[1] = Cell::Text(rows.Keep(Hostile()[i]));
    }
    return rows;
  }

  [[nodiscard]] const EntitySchema& schema() const { return schema_; }

 private:
  std::string name_;
  EntitySchema schema_;
};

struct Store {
  DataSet data;
  SqliteRows sqlite;
};

Store MakeStore(const std::string& entity, const std::string& field) {
  const Table hostile(entity, field);
  const Table canary("canary", "name");
  Schema schema;
  schema.entities = {{entity, hostile.schema()}, {"canary", canary.schema()}};
  std::map<std::string, RowBatch, std::less<>> rows;
  rows.emplace(entity, hostile.Rows(field));
  rows.emplace("canary", canary.Rows("name"));
  DataSet data(std::move(schema), std::move(rows));
  auto sqlite = SqliteRows::Make(data.schema(),
                                 {{entity, data.Rows(entity)}, {"canary", data.Rows("canary")}});
  if (!sqlite) throw std::runtime_error(entity + ": " + sqlite.error().message);
  return {std::move(data), std::move(*sqlite)};
}

std::vector<std::size_t> One(std::size_t row) {
  return {row};
}

// The answer of SQL, which must be the evaluator's, with the canary alive after it.
std::vector<std::size_t> Ask(Store& store, const Query& query) {
  const auto plain = Evaluate(query, store.data.schema(), {}, store.data);
  const auto sql = store.sqlite.Run(query, store.data.schema(), {});
  EXPECT_TRUE(plain) << plain.error().message;
  EXPECT_TRUE(sql) << sql.error().message;
  if (!plain || !sql) return {};
  EXPECT_EQ(*sql, *plain);
  const auto canary = store.sqlite.Run({.entity = "canary"}, store.data.schema(), {});
  EXPECT_TRUE(canary && canary->size() == Hostile().size());
  return *sql;
}

Query Where(std::string entity, Condition condition) {
  return {.entity = std::move(entity), .filter = {.nodes = {Node{std::move(condition)}}}};
}

TEST(SqlInjection, BindsValuesAndNeverSplicesThem) {
  Store store = MakeStore("thing", "name");
  const std::size_t all = Hostile().size();
  for (std::size_t row = 0; row < all; ++row) {
    const std::string& value = Hostile()[row];
    const auto where = [&](Operator op, std::vector<std::string> values) {
      return Where("thing", {.field = "name", .op = op, .values = std::move(values)});
    };
    EXPECT_EQ(Ask(store, where(Operator::kEq, {value})), One(row)) << value;
    EXPECT_EQ(Ask(store, where(Operator::kNe, {value})).size(), all - 1) << value;
    // So many that they travel as one JSON text.
    std::vector<std::string> list(3000, "none of them");
    for (std::size_t i = 0; i < list.size(); ++i) list[i] += std::to_string(i);
    list.push_back(value);
    EXPECT_EQ(Ask(store, where(Operator::kIn, list)), One(row)) << value;
    EXPECT_EQ(Ask(store, where(Operator::kNotIn, list)).size(), all - 1) << value;
    if (value.find_first_of("%_[") == std::string::npos) {
      const auto found = Ask(store, where(Operator::kLike, {"%" + value + "%"}));
      EXPECT_NE(std::find(found.begin(), found.end(), row), found.end()) << value;
    }
    if (value.size() < 8) continue;  // "name" and the like stand in any SQL.
    const auto sql =
        CompileSql(where(Operator::kBetween, {value, value + "z"}), store.data.schema(), {});
    const auto text =
        sql ? sql : CompileSql(where(Operator::kEq, {value}), store.data.schema(), {});
    EXPECT_EQ(text->text.find(value), std::string::npos) << text->text;
  }
}

TEST(SqlInjection, ComparesValuesThatHoldNul) {
  Store store = MakeStore("thing", "name");
  for (const std::string& value : {"name\0' OR 1=1"s, "\0"s, "t0\0"s}) {
    Condition condition{.field = "name", .op = Operator::kEq, .values = {value}};
    EXPECT_EQ(Ask(store, Where("thing", condition)), std::vector<std::size_t>()) << value.size();
    condition.op = Operator::kIn;
    condition.values = std::vector<std::string>(3000, value);
    EXPECT_EQ(Ask(store, Where("thing", condition)), std::vector<std::size_t>()) << value.size();
  }
}

TEST(SqlInjection, QuotesNamesOfEntitiesAndFields) {
  for (const std::string& name : Hostile()) {
    if (!CanBeNamed(name)) continue;
    Store store = MakeStore(name, name);
    for (const std::size_t row : {std::size_t{0}, std::size_t{5}}) {
      Query query = Where(name, {.field = name, .op = Operator::kEq, .values = {Hostile()[row]}});
      query.order = {{.field = name, .descending = true}};
      query.top = 3;
      EXPECT_EQ(Ask(store, query), One(row)) << name;
    }
  }
}

TEST(SqlInjection, QuotesNamesInLinksAndNeverUsesAliases) {
  for (const std::string& name : Hostile()) {
    if (!CanBeNamed(name)) continue;
    Store store = MakeStore(name, name);
    for (const LinkType type : {LinkType::kInner, LinkType::kOuter, LinkType::kMatchFirst}) {
      Query query{.entity = name};
      query.links = {{.entity = "canary", .from = "name", .to = name, .type = type, .alias = name}};
      query.filter.nodes = {Node{Condition{
          .entity = name, .field = "name", .op = Operator::kEq, .values = {Hostile()[4]}}}};
      query.order = {{.entity = name, .field = "name"}};
      EXPECT_EQ(Ask(store, query), One(4)) << name;
    }
    for (const LinkType type : {LinkType::kAny, LinkType::kAll, LinkType::kExists}) {
      Query query{.entity = "canary"};
      query.links = {{.entity = name, .from = name, .to = "name", .type = type, .alias = name}};
      query.links[0].filter.nodes = {
          Node{Condition{.field = name, .op = Operator::kEq, .values = {Hostile()[2]}}}};
      const auto kept = Ask(store, query);
      EXPECT_EQ(kept.size(), type == LinkType::kAll ? Hostile().size() - 1 : 1) << name;
    }
  }
}

TEST(SqlInjection, QuotesTheTablesAStoreStagesUnder) {
  Store store = MakeStore("stage\"x; DROP TABLE canary; --", "name");
  SqlOptions options;
  options.table = [](std::string_view) { return "stage\"x; DROP TABLE canary; --"; };
  const auto sql = CompileSql(Where("canary", {.field = "name", .values = {Hostile()[7]}}),
                              store.data.schema(), {}, options);
  ASSERT_TRUE(sql);
  const auto found = store.sqlite.Run(*sql);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, One(7));
}

// ---- OData

// Words and marks outside of literals.
std::string Bones(const std::string& filter, std::vector<std::string>& literals) {
  const auto tokens = sandbox::Tokenize(filter);
  if (!tokens) return "no OData: " + tokens.error().message;
  std::string bones;
  for (const sandbox::Token& token : *tokens) {
    if (token.kind == sandbox::Token::Kind::kString) {
      literals.push_back(token.text);
      bones += "'' ";
    } else {
      bones += token.text + " ";
    }
  }
  return bones;
}

const std::set<std::string>& Vocabulary() {
  static const std::set<std::string> words = {
      "",    "''",   "name",     "tolower",    "eq",       "ne", "null", "or", "and",
      "not", "true", "contains", "startswith", "endswith", "(",  ")",    ",",  "in"};
  return words;
}

TEST(ODataInjection, KeepsEveryValueInsideItsQuotes) {
  Store store = MakeStore("thing", "name");
  int asked = 0;
  for (const std::string& value : Hostile()) {
    for (const Operator op :
         {Operator::kEq, Operator::kNe, Operator::kIn, Operator::kNotIn, Operator::kLike,
          Operator::kNotLike, Operator::kBeginsWith, Operator::kNotEndWith}) {
      for (const ODataDialect& dialect :
           {ODataDialect{}, ODataDialect{.tolower = false}, ODataDialect{.in_operator = true},
            ODataDialect{.tolower = false, .dataverse_functions = true}}) {
        const Query query = Where("thing", {.field = "name", .op = op, .values = {value}});
        const auto filter = CompileOData(query, store.data.schema(), {}, dialect);
        ASSERT_TRUE(filter) << filter.error().message;
        if (filter->filter.empty()) continue;
        ++asked;
        std::vector<std::string> literals;
        std::string word;
        for (const char c : Bones(filter->filter, literals)) {
          if (c != ' ') {
            word += c;
            continue;
          }
          EXPECT_TRUE(Vocabulary().contains(word)) << word << " in " << filter->filter;
          word.clear();
        }
        // And what is quoted is the value or a piece of it, as a Turkish service may have lowered
        // it.
        for (std::string literal : literals) {
          constexpr std::string_view kDotless = "\u0131";
          for (std::size_t at = 0; (at = literal.find(kDotless, at)) != std::string::npos;) {
            literal.replace(at, kDotless.size(), "i");
          }
          const auto same = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
          const std::string padded = value + " ";
          EXPECT_NE(std::search(padded.begin(), padded.end(), literal.begin(), literal.end(), same),
                    padded.end())
              << literal << " of " << value;
        }
        const std::string encoded = EncodeQuery(filter->filter);
        EXPECT_EQ(encoded.find_first_of("&#+ \n\"<>"), std::string::npos) << encoded;
        // The service answers, and keeps at least what the device keeps.
        const auto service = ODataReader(store.data.schema(), store.data,
                                         {.case_blind = dialect.dataverse_functions})
                                 .Run(filter->filter, "thing");
        ASSERT_TRUE(service) << service.error().message << " in " << filter->filter;
        const auto device = Evaluate(query, store.data.schema(), {}, store.data);
        ASSERT_TRUE(device);
        for (const std::size_t row : *device) {
          EXPECT_NE(std::find(service->begin(), service->end(), row), service->end())
              << value << " in " << filter->filter;
        }
      }
    }
  }
  EXPECT_GT(asked, 400);
}

TEST(ODataInjection, WritesLiteralsOfOtherTypesAnewOrRefusesThem) {
  Schema schema;
  EntitySchema& thing = schema.entities["thing"];
  thing.name = "thing";
  thing.key = "id";
  for (const FieldType type :
       {FieldType::kUniqueIdentifier, FieldType::kInteger, FieldType::kDecimal, FieldType::kDouble,
        FieldType::kBoolean, FieldType::kDateTime, FieldType::kDateOnly, FieldType::kPicklist}) {
    const std::string name =
        type == FieldType::kUniqueIdentifier ? "id" : "f" + std::to_string(static_cast<int>(type));
    thing.fields.emplace(name, FieldSchema{.name = name, .type = type});
    for (const std::string& value : Hostile()) {
      const auto filter = CompileOData(
          Where("thing", {.field = name, .op = Operator::kEq, .values = {value}}), schema, {}, {});
      EXPECT_FALSE(filter) << value << " became " << filter->filter;
    }
    const auto smuggled =
        CompileOData(Where("thing", {.field = name, .op = Operator::kEq, .values = {"1 or true"}}),
                     schema, {}, {});
    EXPECT_FALSE(smuggled);
  }
}

}  // namespace
}  // namespace satchel
