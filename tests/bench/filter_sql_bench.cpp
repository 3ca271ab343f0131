// Filter to rows in SQL over 1 000 000 local records: three conditions and one link, tables without
// any index but the row id. The target is 2 seconds.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "engine/filter/sql.h"
#include "engine/store/database.h"

namespace satchel {
namespace {

constexpr int kContacts = 1'000'000;
constexpr int kAccounts = 100'000;

Schema MakeSchema() {
  const auto entity = [](std::string name, std::string key, std::vector<FieldSchema> fields) {
    EntitySchema made{.name = std::move(name), .key = std::move(key)};
    for (FieldSchema& field : fields) made.fields[field.name] = field;
    return made;
  };
  Schema schema;
  schema.entities["account"] = entity("account", "accountid",
                                      {{.name = "accountid", .type = FieldType::kUniqueIdentifier},
                                       {.name = "statecode", .type = FieldType::kState}});
  schema.entities["contact"] =
      entity("contact", "contactid",
             {{.name = "contactid", .type = FieldType::kUniqueIdentifier},
              {.name = "fullname", .type = FieldType::kString},
              {.name = "statecode", .type = FieldType::kState},
              {.name = "modifiedon", .type = FieldType::kDateTime},
              {.name = "parentcustomerid", .type = FieldType::kLookup, .targets = {"account"}}});
  return schema;
}

void Must(const Result<>& done) {
  if (done) return;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  std::abort();
}

template <class T>
T Must(Result<T> made) {
  if (!made) Must(Result<>(tl::unexpected(made.error())));
  return std::move(*made);
}

Guid Random(std::mt19937_64& random) {
  Guid guid;
  for (auto& byte : guid.bytes) byte = static_cast<std::uint8_t>(random());
  return guid;
}

Database MakeRows() {
  Database database = Must(Database::Open(":memory:", Database::Use::kScratch));
  Must(database.Execute(
      "CREATE TABLE account(\"@rid\" INTEGER PRIMARY KEY, accountid BLOB, statecode INTEGER);"
      "CREATE TABLE contact(\"@rid\" INTEGER PRIMARY KEY, contactid BLOB, fullname TEXT,"
      " statecode INTEGER, modifiedon INTEGER, parentcustomerid BLOB); BEGIN"));
  std::mt19937_64 random(1);
  std::vector<Guid> accounts;
  Statement account = Must(database.Prepare("INSERT INTO account VALUES(NULL, ?1, ?2)"));
  for (int i = 0; i < kAccounts; ++i) {
    accounts.push_back(Random(random));
    account.Bind(1, accounts.back());
    account.Bind(2, std::int64_t{i % 3 == 0});
    Must(account.Run());
  }
  Statement contact =
      Must(database.Prepare("INSERT INTO contact VALUES(NULL, ?1, ?2, ?3, ?4, ?5)"));
  for (int i = 0; i < kContacts; ++i) {
    const Guid id = Random(random);
    const std::string name = "Contact " + std::to_string(random() % 100000) + " of the north";
    contact.Bind(1, id);
    contact.Bind(2, std::string_view(name));
    contact.Bind(3, std::int64_t{i % 5 == 0});
    contact.Bind(
        4, (1'700'000'000 + static_cast<std::int64_t>(random() % 30'000'000)) * kTicksPerSecond);
    contact.Bind(5, accounts[random() % accounts.size()]);
    Must(contact.Run());
  }
  Must(database.Execute("COMMIT"));
  return database;
}

Query ThreeConditionsAndALink(LinkType type, bool from_account) {
  Query query{.entity = from_account ? "account" : "contact"};
  Link link{.entity = "account", .from = "accountid", .to = "parentcustomerid", .type = type};
  const Condition open{.field = "statecode", .op = Operator::kEq, .values = {"0"}};
  const Condition like{.field = "fullname", .op = Operator::kLike, .values = {"%99% NORTH"}};
  const Condition recent{.field = "modifiedon", .op = Operator::kLastXDays, .values = {"200"}};
  if (from_account) {
    link = {.entity = "contact", .from = "parentcustomerid", .to = "accountid", .type = type};
    link.filter.nodes = {{like}, {recent}};
    query.filter.nodes = {{open}};
  } else {
    link.filter.nodes = {{open}};
    query.filter.nodes = {{open}, {like}, {recent}};
  }
  query.links = {link};
  return query;
}

void Filter(benchmark::State& state, LinkType type, bool from_account) {
  static Database database = MakeRows();
  const Schema schema = MakeSchema();
  FilterContext context;
  context.now = {1'730'000'000 * kTicksPerSecond};
  context.zone = "Europe/Berlin";
  std::int64_t rows = 0;
  for ([[maybe_unused]] const auto step : state) {
    rows = 0;
    const SqlText sql =
        Must(CompileSql(ThreeConditionsAndALink(type, from_account), schema, context));
    Statement statement = Must(database.Prepare(sql.text));
    statement.Bind(sql.binds);
    while (Must(statement.Step())) ++rows;
  }
  state.counters["rows"] = static_cast<double>(rows);
}

BENCHMARK_CAPTURE(Filter, contacts_of_open_accounts, LinkType::kInner, false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Filter, accounts_with_a_contact, LinkType::kAny, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Filter, accounts_with_no_contact, LinkType::kNotAny, true)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace satchel

BENCHMARK_MAIN();
