// Counting a filter part by part gives what the filter means as a whole, whatever the filter.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "engine/filter/evaluator.h"
#include "policy/fetchxml/fetchxml.h"
#include "preview/working_set/filter_counter.h"
#include "preview/working_set/filter_parts.h"
#include "tests/support/any_filter.h"
#include "tests/support/fake_server.h"
#include "tests/support/hold_for.h"

namespace satchel {
namespace {

constexpr int kCases = 800;
constexpr int kWorlds = 16;

struct World {
  DataSet data = {};
  WorkingRead read = {};
};

std::vector<World> ReadWorlds() {
  std::vector<World> worlds;
  for (std::uint32_t seed = 0; seed < kWorlds; ++seed) {
    World world{.data = MakeWorld(seed)};
    FakeServer server(MakeWorld(seed));
    server.page_size = 1000;
    std::vector<NeededFields> everything;
    for (const auto& [name, entity] : world.data.schema().entities) {
      everything.push_back({name, {}});
      for (const auto& [field, schema] : entity.fields) everything.back().fields.push_back(field);
    }
    auto read = ReadWorkingSet({.needs = everything}, server, {}, {});
    if (!read) throw std::logic_error(read.error().message);
    world.read = std::move(*read);
    worlds.push_back(std::move(world));
  }
  return worlds;
}

TEST(FilterCounterProperty, CountsWhatTheEvaluatorKeeps) {
  const std::vector<World> worlds = ReadWorlds();
  int kept = 0;
  int in_parts = 0;
  HoldFor("counter = evaluator", kCases, [&] {
    const World& world = worlds[static_cast<std::size_t>(*rc::gen::inRange(0, kWorlds))];
    Query query = AnyFilterQuery();
    query.top = 0;
    query.order.clear();
    const Schema& schema = world.data.schema();
    WorkingRead read = world.read;
    read.context = AnyFilterContext();
    const auto plain = Evaluate(query, schema, read.context, world.data);
    if (!plain) RC_DISCARD();
    const auto counter = FilterCounter::Make();
    RC_ASSERT(counter.has_value());
    RC_ASSERT((*counter)->Take(read).has_value());
    const auto count = (*counter)->Count(query, schema, {});
    if (count && count->matched == static_cast<std::int64_t>(plain->size())) {
      kept += count->matched > 0 ? 1 : 0;
      in_parts += PartsDecide(query) ? 1 : 0;
      return;
    }
    RC_FAIL(PrintFetch(query) + "\nevaluator: " + std::to_string(plain->size()) +
            "\ncounter: " + (count ? std::to_string(count->matched) : count.error().message));
  });
  EXPECT_GT(kept, kCases / 4);
  EXPECT_GT(in_parts, kCases / 4);
  EXPECT_LT(in_parts, kCases);
}

}  // namespace
}  // namespace satchel
