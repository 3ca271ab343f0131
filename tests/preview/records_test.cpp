#include "preview/run/records.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "preview/run/preview.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

DataSet Accounts() {
  auto data = ParseDataSet(R"json({"schema":{"account":{"key":"accountid","fields":{
    "accountid":"uniqueidentifier","name":{"type":"string","label":"Name, of the account"},
    "revenue":{"type":"money","precision":2}}}},
   "rows":{"account":[
    {"accountid":"bbbbbbbb-0000-4000-8000-000000000001","name":"=HYPERLINK(\"x\")","revenue":"-20"},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"+49 30 123, line 2","revenue":"1.5"},
    {"accountid":"cccccccc-0000-4000-8000-000000000003","name":"Žofia"}]}})json");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

class RecordsTest : public testing::Test {
 protected:
  RecordsTest() {
    FakeServer server(Accounts());
    PreviewRequest request = {.database = folder_ / "p.db"};
    request.policy.project.name = "draft";
    request.policy.entities = {{.name = "account", .fields = {"name", "revenue"}}};
    EXPECT_TRUE(RunPreview(request, server, {}, {}));
    records_ = std::move(*OpenRecords(folder_ / "p.db"));
  }
  std::string Read(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const TempFolder folder_;
  std::unique_ptr<Records> records_;
};

TEST_F(RecordsTest, WritesCsvThatNoSpreadsheetTakesForFormulas) {
  const auto written = records_->WriteCsv("account", {.field = "revenue"}, "", {"name", "revenue"},
                                          folder_ / "a.csv");
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(*written, 3);
  // A number may be negative; a text that begins like a formula may not.
  EXPECT_EQ(Read("a.csv"),
            "\xEF\xBB\xBF\"Name, of the account\",revenue\r\n"
            "Žofia,\r\n"
            "\"'=HYPERLINK(\"\"x\"\")\",-20\r\n"
            "\"'+49 30 123, line 2\",1.5\r\n");
  struct stat about = {};
  ASSERT_EQ(::stat((folder_ / "a.csv").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(RecordsTest, WritesOnlyWhatTheSearchFindsAndNeverOverAFile) {
  EXPECT_EQ(*records_->WriteCsv("account", {}, "žof", {"name"}, folder_ / "a.csv"), 1);
  const auto again = records_->WriteCsv("account", {}, "", {"name"}, folder_ / "a.csv");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_FALSE(records_->WriteCsv("account", {}, "", {"nothing"}, folder_ / "b.csv"));
}

TEST_F(RecordsTest, AreRestrictedToTheIdsOfAChange) {
  records_->Restrict(
      std::unordered_set<std::string>{"cccccccc-0000-4000-8000-000000000003", "not there"});
  EXPECT_EQ(*records_->Count("account", ""), 1);
  const auto rows = records_->Rows("account", {}, "", 0, 10);
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ((*rows)[0].id, "cccccccc-0000-4000-8000-000000000003");
  records_->Restrict(std::nullopt);
  EXPECT_EQ(*records_->Count("account", ""), 3);
}

}  // namespace
}  // namespace satchel
