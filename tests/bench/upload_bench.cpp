// What the device itself costs while it uploads: a server that answers at once and does nothing.
// Changes are a chain and a crowd of new records, so that order has something to do. The figure is
// per change; twice the changes must cost about twice the time.
#include <benchmark/benchmark.h>

#include "engine/sync/upload_order.h"
#include "tests/support/company_server.h"

namespace satchel {
namespace {

class NodServer : public FakeServer {
 public:
  NodServer() : FakeServer(EmptyCompany()) {}
  Result<std::vector<WriteResult>> Write(const WriteRequest& request, const Schema&,
                                         std::stop_token) override {
    std::vector<WriteResult> results;
    for (std::size_t i = 0; i < request.operations.size(); ++i) {
      results.push_back({.version = "W/\"" + std::to_string(++version_) + "\""});
    }
    return results;
  }

 private:
  std::int64_t version_ = 0;
};

// Every tenth record belongs to the one before it, in chains of ten.
void Fill(LocalWorld& world, std::int64_t count) {
  std::string last;
  for (std::int64_t i = 0; i < count; ++i) {
    std::vector<FieldText> values = {{"name", "Account"}, {"revenue", "12.50"}};
    if (i % 100 >= 90 && !last.empty()) values.push_back({"parentaccountid", last});
    last = *world.edits.Create("account", values);
  }
}

void Edit(benchmark::State& state) {
  for ([[maybe_unused]] auto round : state) {
    LocalWorld world;
    Fill(world, state.range(0));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Edit)->Arg(2'000)->Unit(benchmark::kMillisecond);

void Upload(benchmark::State& state) {
  for ([[maybe_unused]] auto round : state) {
    state.PauseTiming();
    {
      LocalWorld world;
      Fill(world, state.range(0));
      NodServer server;
      const UploadRequest request = {.policy = world.policy,
                                     .schema = CompanySchema(),
                                     .identity = {.user_id = "u1", .organization_id = "o1"}};
      state.ResumeTiming();
      const UploadOutcome outcome = RunUpload(request, server, world.database, {}, {});
      state.PauseTiming();
      if (outcome.sent != state.range(0)) state.SkipWithError("not everything was sent");
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(Upload)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void Order(benchmark::State& state) {
  std::vector<upload::Item> items;
  const auto count = state.range(0);
  for (std::int64_t i = 0; i < count; ++i) {
    items.push_back({.seq = i + 1,
                     .entity = "account",
                     .id = std::to_string(i),
                     .kind = ChangeKind::kCreate,
                     .references = {{.field = "parentaccountid",
                                     .entity = "account",
                                     .id = std::to_string((i * 7 + 1) % count)}}});
  }
  for ([[maybe_unused]] auto round : state) {
    benchmark::DoNotOptimize(upload::WorkOutOrder(items));
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(Order)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace satchel

BENCHMARK_MAIN();
