// Policies of hundreds of entities: what grows with their number must stay within SQLite's limits.
#include <gtest/gtest.h>

#include <string>

#include "engine/filter/data_set.h"
#include "engine/sync/full_sync_runner.h"
#include "tests/support/fake_server.h"

namespace satchel {
namespace {

constexpr int kEntities = 200;
constexpr int kLookups = 3;  // Of each: together more than a SELECT may have terms (500).

std::string NameOf(int entity) {
  return "entity" + std::to_string(entity % kEntities);
}

std::string IdOf(int entity) {
  char text[48];
  std::snprintf(text, sizeof text, "%08x-0000-4000-8000-000000000001", entity % kEntities);
  return text;
}

// One record each, which points at that of the next entity.
DataSet Ring() {
  std::string schema;
  std::string rows;
  for (int entity = 0; entity < kEntities; ++entity) {
    const std::string comma = entity > 0 ? "," : "";
    const std::string name = NameOf(entity);
    schema += comma + "\"" + name + R"(":{"key":"id","fields":{"id":"uniqueidentifier")";
    rows += comma + "\"" + name + R"(":[{"id":")" + IdOf(entity) + "\"";
    for (int lookup = 0; lookup < kLookups; ++lookup) {
      const std::string field = ",\"next" + std::to_string(lookup) + "\":";
      schema += field + R"({"type":"lookup","targets":[")" + NameOf(entity + 1) + "\"]}";
      rows += field + "\"" + IdOf(entity + 1) + "\"";
    }
    schema += "}}";
    rows += "}]";
  }
  auto data = ParseDataSet("{\"schema\":{" + schema + "},\"rows\":{" + rows + "}}");
  EXPECT_TRUE(data) << data.error().message;
  return *std::move(data);
}

TEST(WidePolicy, OfTwoHundredEntitiesWithSixHundredLookupsSynchronises) {
  FullSyncRequest request = {.schema = Ring().schema(),
                             .context = {.user = {.id = "u1"}},
                             .organization = "o1",
                             .user = "u1"};
  request.policy.project.name = "wide";
  for (int entity = 0; entity < kEntities; ++entity) {
    request.policy.entities.push_back(
        {.name = NameOf(entity), .fields = {"next0", "next1", "next2"}});
  }
  FakeServer server(Ring());
  auto database = Database::Open(":memory:", Database::Use::kScratch);
  ASSERT_TRUE(database) << database.error().message;
  // The second one replaces what the first one left, and looks for names that nothing needs.
  for (int round = 0; round < 2; ++round) {
    const auto outcome = RunFullSync(request, server, *database, {}, {});
    ASSERT_TRUE(outcome) << outcome.error().message;
    auto count = database->Prepare("SELECT count(*) FROM \"" + NameOf(kEntities - 1) + "\"");
    ASSERT_TRUE(count) << count.error().message;
    ASSERT_TRUE(count->Step());
    EXPECT_EQ(count->Integer(0), 1);
  }
}

}  // namespace
}  // namespace satchel
