// Reading and checking a policy of 200 entities.
#include <benchmark/benchmark.h>

#include "policy/check/check.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

namespace satchel {
namespace {

constexpr int kEntities = 200;

Policy Large() {
  Policy policy;
  policy.project.name = "large";
  for (int i = 0; i < kEntities; ++i) {
    Entity entity = {.name = "entity" + std::to_string(i)};
    for (int f = 0; f < 20; ++f) entity.fields.push_back("field_" + std::to_string(f));
    entity.filter.nodes = {
        {Condition{.field = "field_0", .op = Operator::kEq, .values = {"0"}}},
        {Group{.conjunction = Conjunction::kOr,
               .nodes = {{Condition{.field = "field_1", .op = Operator::kEqUserOrUserTeams}},
                         {Condition{
                             .field = "field_2", .op = Operator::kLastXDays, .values = {"90"}}}}}},
        {Link{.entity = "entity0",
              .from = "field_3",
              .to = "field_4",
              .type = LinkType::kAny,
              .filter = {.nodes = {{Condition{.field = "field_5", .op = Operator::kNull}}}}}}};
    entity.order = {{.field = "field_2", .descending = true}};
    entity.max_records = 5000;
    policy.entities.push_back(std::move(entity));
  }
  return policy;
}

Schema ServerOf(const Policy& policy) {
  Schema schema;
  for (const Entity& entity : policy.entities) {
    EntitySchema& made = schema.entities[entity.name];
    made.name = entity.name;
    made.key = "id";
    for (const std::string& field : entity.fields) made.fields[field].name = field;
    made.fields["field_1"].type = FieldType::kOwner;
    made.fields["field_2"].type = FieldType::kDateTime;
  }
  return schema;
}

void ReadAndCheckPolicy(benchmark::State& state) {
  const Policy policy = Large();
  const Schema schema = ServerOf(policy);
  const std::string text = PrintPolicy(policy);
  for (auto _ : state) {
    const ReadPolicy read = ParsePolicy(text);
    const std::vector<Finding> findings = CheckPolicy(read.policy, &schema, &read.marks);
    if (!read.findings.empty() || !findings.empty()) state.SkipWithError("the policy is not clean");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(ReadAndCheckPolicy)->Unit(benchmark::kMillisecond);

void PrintLargePolicy(benchmark::State& state) {
  const Policy policy = Large();
  for (auto _ : state) benchmark::DoNotOptimize(PrintPolicy(policy));
}
BENCHMARK(PrintLargePolicy)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace satchel
