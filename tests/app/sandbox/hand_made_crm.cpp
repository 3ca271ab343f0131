#include "tests/app/sandbox/hand_made_crm.h"

#include <gtest/gtest.h>

#include "app/sandbox/company/tables.h"

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

void AddRows(Database& database, const DataSet& data) {
  for (const auto& [name, entity] : data.schema().entities) {
    const RowBatch* rows = data.Rows(name);
    if (rows == nullptr || rows->rows() == 0) continue;
    std::string columns;
    std::string values;
    for (const RowBatch::Column& column : rows->columns()) {
      columns += SqlName(column.name) + ", ";
      values += "?, ";
    }
    auto insert = database.Prepare("INSERT INTO " + SqlName(name) + " (" + columns +
                                   "\"@version\") VALUES (" + values + "1)");
    ASSERT_TRUE(insert) << name << ": " << insert.error().message;
    for (std::size_t row = 0; row < rows->rows(); ++row) {
      for (std::size_t column = 0; column < rows->columns().size(); ++column) {
        insert->Bind(static_cast<int>(column) + 1, rows->cell(row, column));
      }
      const auto ran = insert->Run();
      ASSERT_TRUE(ran) << name << ": " << ran.error().message;
    }
  }
}

}  // namespace

CrmOptions HandMadeCrm(const DataSet& data, const std::filesystem::path& file) {
  CrmOptions settings;
  settings.file = file;
  settings.metadata = MetadataFrom(data.schema());
  auto database = Database::Open(settings.file, Database::Use::kServer);
  EXPECT_TRUE(database);
  const auto made = CreateTables(*database, settings.metadata);
  EXPECT_TRUE(made) << made.error().message;
  AddAdministrator(*database);
  AddRows(*database, data);
  return settings;
}

}  // namespace satchel::sandbox
