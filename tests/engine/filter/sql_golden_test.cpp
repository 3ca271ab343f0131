// The SQL compiler against the hand-written table.
#include <gtest/gtest.h>

#include "tests/support/golden_fetch.h"
#include "tests/support/sqlite_rows.h"

namespace satchel {
namespace {

std::vector<std::string> IdsOf(const GoldenTable& table, const Query& query,
                               const std::vector<std::size_t>& indexes) {
  const RowBatch& rows = *table.data.Rows(query.entity);
  const std::string& name = table.data.schema().Find(query.entity)->key;
  std::size_t key = 0;
  while (rows.columns()[key].name != name) ++key;
  std::vector<std::string> ids;
  for (const std::size_t index : indexes) {
    Guid guid;
    const std::string_view bytes = rows.cell(index, key).view();
    std::copy(bytes.begin(), bytes.end(), guid.bytes.begin());
    ids.push_back(ToString(guid));
  }
  return ids;
}

TEST(SqlGolden, AnswersAsTheTableSays) {
  const auto tables =
      LoadGoldenTables(std::filesystem::path(SATCHEL_SOURCE_DIR) / "tests/golden/fetchxml");
  ASSERT_TRUE(tables) << tables.error().message;
  std::size_t cases = 0;
  for (const GoldenTable& table : *tables) {
    std::map<std::string, const RowBatch*> batches;
    for (const auto& [name, entity] : table.data.schema().entities) {
      batches[name] = table.data.Rows(name);
    }
    auto sqlite = SqliteRows::Make(table.data.schema(), batches);
    ASSERT_TRUE(sqlite) << table.file << ": " << sqlite.error().message;
    for (const GoldenCase& golden : table.cases) {
      ++cases;
      const auto answer = sqlite->Run(golden.query, table.data.schema(), golden.context);
      if (!golden.error.empty()) {
        EXPECT_FALSE(answer) << golden.name;
        continue;
      }
      if (!answer) {
        ADD_FAILURE() << golden.name << ": " << answer.error().message;
        continue;
      }
      EXPECT_EQ(IdsOf(table, golden.query, *answer), golden.keeps)
          << golden.name << " (" << golden.cites << ")";
    }
  }
  EXPECT_GE(cases, 250u);
}

}  // namespace
}  // namespace satchel
