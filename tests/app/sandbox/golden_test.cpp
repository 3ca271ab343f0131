// The hand-written table of what FetchXML means, asked over HTTP.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/sandbox/company/tables.h"
#include "tests/app/sandbox/running_sandbox.h"
#include "tests/support/golden_fetch.h"

namespace satchel::sandbox {
namespace {

// One administrator, so that somebody may read.
void AddAdministrator(Database& database) {
  const Result<> made = database.Execute(
      "INSERT INTO businessunit (businessunitid, name, \"@version\") "
      "  VALUES (X'B0000000000000000000000000000001', 'Root', 1);"
      "INSERT INTO organization (organizationid, name, \"@version\") "
      "  VALUES (X'B0000000000000000000000000000002', 'Golden', 1);"
      "INSERT INTO systemuser (systemuserid, businessunitid, \"@version\") VALUES "
      "  (X'B0000000000000000000000000000003', X'B0000000000000000000000000000001', 1);"
      "INSERT INTO role (roleid, name, \"@version\") "
      "  VALUES (X'B0000000000000000000000000000004', 'System Administrator', 1);"
      "INSERT INTO systemuserroles (systemuserroleid, systemuserid, roleid, \"@version\") VALUES "
      "  (X'B0000000000000000000000000000005', X'B0000000000000000000000000000003', "
      "   X'B0000000000000000000000000000004', 1);");
  ASSERT_TRUE(made) << made.error().message;
}

void AddRows(Database& database, const GoldenTable& table) {
  for (const auto& [name, entity] : table.data.schema().entities) {
    const RowBatch* rows = table.data.Rows(name);
    if (rows == nullptr || rows->rows() == 0) continue;
    std::string columns;
    std::string values;
    for (const RowBatch::Column& column : rows->columns()) {
      columns += SqlName(column.name) + ", ";
      values += "?, ";
    }
    auto insert = database.Prepare("INSERT INTO " + SqlName(name) + " (" + columns +
                                   "\"@version\") VALUES (" + values + "1)");
    ASSERT_TRUE(insert) << table.file << ": " << insert.error().message;
    for (std::size_t row = 0; row < rows->rows(); ++row) {
      for (std::size_t column = 0; column < rows->columns().size(); ++column) {
        insert->Bind(static_cast<int>(column) + 1, rows->cell(row, column));
      }
      const auto ran = insert->Run();
      ASSERT_TRUE(ran) << table.file << ": " << ran.error().message;
    }
  }
}

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

TEST(SandboxGolden, AnswersFetchXmlAsTheTableSays) {
  const auto tables =
      LoadGoldenTables(std::filesystem::path(SATCHEL_SOURCE_DIR) / "tests/golden/fetchxml");
  ASSERT_TRUE(tables) << tables.error().message;
  std::size_t cases = 0;
  for (const GoldenTable& table : *tables) {
    TempFolder folder;
    CrmOptions settings;
    settings.file = folder.path() / "golden.sqlite";
    settings.metadata = MetadataFrom(table.data.schema());
    {
      auto database = Database::Open(settings.file, Database::Use::kServer);
      ASSERT_TRUE(database);
      const auto made = CreateTables(*database, settings.metadata);
      ASSERT_TRUE(made) << made.error().message;
      AddAdministrator(*database);
      AddRows(*database, table);
    }
    for (const GoldenCase& golden : table.cases) {
      ++cases;
      settings.context = golden.context;
      RunningSandbox sandbox(settings, {});
      std::string fetch = golden.fetch;
      // Choices by number, as everywhere in Satchel.
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
  EXPECT_GE(cases, 250u);
}

}  // namespace
}  // namespace satchel::sandbox
