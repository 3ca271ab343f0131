// Three readers of one meaning on random filters: SQL, the plain evaluator, and the evaluator over
// the query with frozen dates. A failure prints the seed and the smallest query found.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <memory>

#include "engine/filter/evaluator.h"
#include "engine/filter/server_query.h"
#include "policy/fetchxml/fetchxml.h"
#include "tests/support/any_filter.h"
#include "tests/support/hold_for.h"
#include "tests/support/sqlite_rows.h"

namespace satchel {
namespace {

constexpr int kCases = 20000;
constexpr int kWorlds = 64;

struct World {
  DataSet data;
  std::unique_ptr<SqliteRows> sqlite;
};

std::vector<World> MakeWorlds() {
  std::vector<World> worlds;
  for (std::uint32_t seed = 0; seed < kWorlds; ++seed) {
    World world{MakeWorld(seed), nullptr};
    auto rows = SqliteRows::Make(world.data.schema(),
                                 {{"a", world.data.Rows("a")}, {"c", world.data.Rows("c")}});
    if (!rows) throw std::logic_error(rows.error().message);
    world.sqlite = std::make_unique<SqliteRows>(std::move(*rows));
    worlds.push_back(std::move(world));
  }
  return worlds;
}

std::string Show(const Result<std::vector<std::size_t>>& answer) {
  if (!answer) return "error: " + answer.error().message;
  std::string text;
  for (const std::size_t index : *answer) text += " " + std::to_string(index);
  return "rows" + text;
}

TEST(SqlProperty, AgreesWithTheEvaluatorOnEveryQuery) {
  const std::vector<World> worlds = MakeWorlds();
  int errors = 0;
  int rows = 0;
  HoldFor("SQL = evaluator", kCases, [&] {
    const auto& world = worlds[static_cast<std::size_t>(*rc::gen::inRange(0, kWorlds))];
    const Query query = AnyFilterQuery();
    const FilterContext context = AnyFilterContext();
    const auto plain = Evaluate(query, world.data.schema(), context, world.data);
    const auto sql = world.sqlite->Run(query, world.data.schema(), context);
    errors += plain ? 0 : 1;
    rows += plain && !plain->empty() ? 1 : 0;
    if (plain.has_value() == sql.has_value() && (!plain || *plain == *sql)) return;
    const auto text = CompileSql(query, world.data.schema(), context);
    RC_FAIL(PrintFetch(query) + "\nevaluator: " + Show(plain) + "\nSQL:       " + Show(sql) + "\n" +
            Show(context) + "\n" + (text ? text->text : text.error().message));
  });
  // A property of queries that all fail, or all match nothing, would say little.
  EXPECT_LT(errors, kCases / 20);
  EXPECT_GT(rows, kCases / 4);
}

TEST(FreezeProperty, ChangesNoAnswer) {
  const std::vector<World> worlds = MakeWorlds();
  HoldFor("frozen = original", kCases / 4, [&] {
    const auto& world = worlds[static_cast<std::size_t>(*rc::gen::inRange(0, kWorlds))];
    const Query query = AnyFilterQuery();
    const FilterContext context = AnyFilterContext();
    const auto frozen = FreezeDates(query, world.data.schema(), context);
    const auto plain = Evaluate(query, world.data.schema(), context, world.data);
    if (!plain || !frozen) RC_DISCARD();
    const auto again = Evaluate(frozen->query, world.data.schema(), context, world.data);
    if (again && *again == *plain) return;
    RC_FAIL(PrintFetch(query) + "\nfrozen: " + PrintFetch(frozen->query) +
            "\noriginal: " + Show(plain) + "\nfrozen:   " + Show(again) + "\n" + Show(context));
  });
}

}  // namespace
}  // namespace satchel
