// The hand-written table of what FetchXML means, asked over HTTP.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/app/sandbox/hand_made_crm.h"
#include "tests/app/sandbox/running_sandbox.h"
#include "tests/support/golden_fetch.h"

namespace satchel::sandbox {
namespace {

// The ids in the answer's order, each once: a server repeats a row per joined row.
std::vector<std::string> IdsOf(const Reply& reply, const std::string& key) {
  std::vector<std::string> ids;
  for (const JsonValue& row : reply.rows()) {
    const std::string& id = row.Find(key)->text;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

// Satchel orders by stored values (docs/decisions/0010), a Dataverse server by names of lookups.
bool OrdersByLookup(const GoldenCase& golden, const Schema& schema) {
  return std::any_of(golden.query.order.begin(), golden.query.order.end(),
                     [&](const OrderItem& item) {
                       const FieldSchema* field = schema.Find(golden.query.entity, item.field);
                       return field != nullptr && kLookupTypes.Has(field->type);
                     });
}

void AskEverything(const std::string& folder_name, std::size_t least) {
  const auto tables =
      LoadGoldenTables(std::filesystem::path(SATCHEL_SOURCE_DIR) / "tests/golden" / folder_name);
  ASSERT_TRUE(tables) << tables.error().message;
  std::size_t cases = 0;
  for (const GoldenTable& table : *tables) {
    TempFolder folder;
    CrmOptions settings = HandMadeCrm(table.data, folder.path() / "golden.sqlite");
    for (const GoldenCase& golden : table.cases) {
      ++cases;
      settings.context = golden.context;
      RunningSandbox sandbox(settings, {});
      std::string fetch = golden.fetch;
      // Choices by number, as everywhere in Satchel.
      if (fetch.find("useraworderby") == std::string::npos)
        fetch.insert(fetch.find("<fetch") + 6, " useraworderby=\"true\"");
      const Table* entity = settings.metadata.Find(golden.query.entity);
      if (entity == nullptr) continue;  // The case is about an unknown entity: there is no set.
      const Reply reply = sandbox.Get(entity->set_name + "?fetchXml=" + Q(fetch));
      if (!golden.error.empty()) {
        EXPECT_EQ(reply.status, 400) << golden.name << ": " << reply.body;
        continue;
      }
      if (reply.status != 200) {
        ADD_FAILURE() << golden.name << ": " << reply.body;
        continue;
      }
      std::vector<std::string> ids = IdsOf(reply, entity->primary_id);
      std::vector<std::string> keeps = golden.keeps;
      if (OrdersByLookup(golden, table.data.schema())) {
        std::sort(ids.begin(), ids.end());
        std::sort(keeps.begin(), keeps.end());
      }
      EXPECT_EQ(ids, keeps) << golden.name << " (" << golden.cites << ")";
    }
  }
  EXPECT_GE(cases, least);
}

TEST(SandboxGolden, AnswersFetchXmlAsTheTableSays) {
  AskEverything("fetchxml", 250);
}

TEST(SandboxGolden, AnswersFetchXmlAsPeopleHaveIt) {
  AskEverything("wild", 40);
}

}  // namespace
}  // namespace satchel::sandbox
