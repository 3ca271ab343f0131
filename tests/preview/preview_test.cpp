#include "preview/run/preview.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/store/database.h"
#include "engine/sync/full_sync_runner.h"
#include "policy/support/sha256.h"
#include "preview/report/preview_report.h"
#include "preview/run/records.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

DataSet Accounts() {
  auto data = ParseDataSet(R"({"schema":{"account":{"key":"accountid","fields":{
    "accountid":"uniqueidentifier","name":"string","revenue":{"type":"money","precision":2},
    "statecode":{"type":"state","options":{"0":"Active","1":"Closed"}},"ownerid":"owner"}}},
   "rows":{"account":[
    {"accountid":"bbbbbbbb-0000-4000-8000-000000000001","name":"Žofia","revenue":"20","statecode":0},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"adam","revenue":"1.5","statecode":1},
    {"accountid":"cccccccc-0000-4000-8000-000000000003","name":"Bert","statecode":0}]}})");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

PreviewRequest Draft(const std::filesystem::path& database) {
  PreviewRequest request = {.now = ParseInstant("2026-01-01T00:00:00Z"), .database = database};
  request.policy.project.name = "draft";
  request.policy.entities = {{.name = "account", .fields = {"name", "revenue", "statecode"}},
                             {.name = "incident", .mode = DeviceMode::kOnline, .all_fields = true}};
  return request;
}

TEST(Preview, CountsWhatTheDeviceWouldHold) {
  const TempFolder folder;
  FakeServer server(Accounts());
  const auto result = RunPreview(Draft(folder / "p.db"), server, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->entities.size(), 2u);
  const EntityPreview& account = result->entities[0];
  EXPECT_EQ(account.records, 3);
  EXPECT_EQ(account.ids_sha256, Sha256Hex("aaaaaaaa-0000-4000-8000-000000000002\n"
                                          "bbbbbbbb-0000-4000-8000-000000000001\n"
                                          "cccccccc-0000-4000-8000-000000000003\n"));
  EXPECT_EQ(account.bytes_on_device, 2 * 4096);  // A page of records, a page of keys.
  EXPECT_EQ(account.bytes_downloaded, 100);
  EXPECT_EQ(account.requests, 1);
  EXPECT_EQ(result->entities[1].mode, DeviceMode::kOnline);
  EXPECT_EQ(server.entities_read, std::vector<std::string>{"account"});
  EXPECT_TRUE(result->exact);
  EXPECT_EQ(result->records, 3);
}

TEST(Preview, RunsADevicesNextIncrementalSyncOnACopy) {
  const TempFolder folder;
  auto data = ParseDataSet(R"({"schema":{"account":{"key":"accountid","version":"versionnumber",
    "fields":{"accountid":"uniqueidentifier","name":"string","versionnumber":"bigint"}}},
   "rows":{"account":[
    {"accountid":"bbbbbbbb-0000-4000-8000-000000000001","name":"Alfa"},
    {"accountid":"aaaaaaaa-0000-4000-8000-000000000002","name":"Beta"}]}})");
  ASSERT_TRUE(data);
  FakeServer server(std::move(*data));
  PreviewRequest request = {.now = ParseInstant("2026-01-01T00:00:00Z")};
  request.policy.project.name = "draft";
  request.policy.entities = {{.name = "account", .fields = {"name"}}};
  {
    auto device = Database::Open(folder / "device.db", Database::Use::kDevice);
    ASSERT_TRUE(device);
    const auto schema = server.ReadSchema({"account"}, {});
    const FullSyncRequest sync = {.policy = request.policy,
                                  .schema = *schema,
                                  .context = {.now = *request.now},
                                  .organization = "o1",
                                  .user = "u1"};
    ASSERT_TRUE(RunFullSync(sync, server, *device, {}, {}));
  }
  server.Put("account", *ParseGuid("bbbbbbbb-0000-4000-8000-000000000001"),
             {{"name", std::string("Alfa Inc.")}});
  request.since = folder / "device.db";
  request.database = folder / "p.db";
  const auto result = RunPreview(request, server, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->mode, "incremental");
  ASSERT_EQ(result->entities.size(), 1u);
  EXPECT_EQ(result->entities[0].changes.updated, 1);
  // Which way was taken and why it looked no further are findings of their own.
  ASSERT_EQ(result->findings.size(), 2U);
  EXPECT_EQ(result->findings[0].message,
            "account: asked for everything that changed, as there is no filter");
  EXPECT_EQ(result->findings[1].rule, "swept");
  const std::string table = PreviewTable({*result});
  EXPECT_NE(table.find("Received  Added  Updated  Removed"), std::string::npos) << table;
  EXPECT_NE(table.find("\ninfo: account: asked for"), std::string::npos) << table;
  EXPECT_EQ(result->entities[0].records, 2);
  EXPECT_EQ(server.write_calls, 0);
  const auto name_in = [](const std::filesystem::path& file) {
    auto database = Database::Open(file, Database::Use::kReadOnly);
    auto name = database->Prepare("SELECT name FROM account ORDER BY name");
    EXPECT_TRUE(*name->Step());
    return std::string(name->Text(0));
  };
  EXPECT_EQ(name_in(folder / "p.db"), "Alfa Inc.");
  EXPECT_EQ(name_in(folder / "device.db"), "Alfa");  // The device is as it was.
}

TEST(Preview, SaysWhyItIsNotExact) {
  const TempFolder folder;
  FakeServer server(Accounts());
  server.why_not_exact = "you read less than they do";
  PreviewRequest request = Draft(folder / "p.db");
  request.as = "eva";
  const auto result = RunPreview(request, server, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(result->exact);
  EXPECT_EQ(result->as_name, "Eva");
  ASSERT_EQ(result->findings.size(), 1u);
  EXPECT_EQ(result->findings[0].message, "you read less than they do");
}

TEST(Preview, ReportsWhatMaxRecordsCuts) {
  const TempFolder folder;
  FakeServer server(Accounts());
  server.cuts = true;
  PreviewRequest request = Draft(folder / "p.db");
  request.policy.entities[0].order = {{.field = "name"}};
  request.policy.entities[0].max_records = 2;
  const auto result = RunPreview(request, server, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->entities[0].records, 2);
  EXPECT_EQ(result->entities[0].matched, 3);
  EXPECT_EQ(result->entities[0].cut_by_max_records, 1);
  ASSERT_FALSE(result->findings.empty());
  EXPECT_EQ(result->findings[0].rule, "cut-by-max-records");
}

TEST(Preview, SaysThatLimitsOnAttachmentsMeanNothingForWhatHasNone) {
  const TempFolder folder;
  FakeServer server(Accounts());
  PreviewRequest request = Draft(folder / "p.db");
  request.policy.entities[0].attachments = AttachmentLimits{.max_size = 1024};
  const auto result = RunPreview(request, server, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->findings.size(), 1u);
  EXPECT_EQ(result->findings[0].rule, "attachments-unknown");
}

TEST(Preview, CountsWhatLimitsOnAttachmentsKeepAndLeaveOut) {
  const TempFolder folder;
  auto notes = ParseDataSet(R"({"schema":{"annotation":{"key":"annotationid","fields":{
    "annotationid":"uniqueidentifier","filename":"string","filesize":"integer",
    "documentbody":"memo"}}},"rows":{"annotation":[
    {"annotationid":"00000000-0000-0000-0000-000000000001","filename":"a.pdf","filesize":500000},
    {"annotationid":"00000000-0000-0000-0000-000000000002","filename":"b.pdf","filesize":3000000},
    {"annotationid":"00000000-0000-0000-0000-000000000003"}]}})");
  ASSERT_TRUE(notes) << notes.error().message;
  FakeServer server(std::move(*notes));
  PreviewRequest request = Draft(folder / "p.db");
  request.policy.entities = {
      {.name = "annotation", .attachments = AttachmentLimits{.max_size = 1048576}}};
  const auto result = RunPreview(request, server, {}, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->entities[0].records, 3);
  EXPECT_GT(result->entities[0].bytes_on_device, 500000);
  EXPECT_LT(result->entities[0].bytes_on_device, 600000);
  ASSERT_EQ(result->findings.size(), 1u);
  EXPECT_EQ(result->findings[0].rule, "attachments-kept");
  EXPECT_NE(result->findings[0].message.find("1 larger than 1 MB"), std::string::npos)
      << result->findings[0].message;
  EXPECT_EQ(server.bodies_read, 0);
}

TEST(Preview, LeavesNothingBehindWhenItFails) {
  const TempFolder folder;
  FakeServer server(Accounts());
  for (const char* field : {"name", "nmae"}) {
    PreviewRequest request = Draft(folder / "p.db");
    request.policy.entities[0].fields = {field};
    server.before_page = [](int) -> Result<> { return Fail(ErrorCode::kOffline, "gone"); };
    const auto result = RunPreview(request, server, {}, {});
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find(std::string(field) == "nmae" ? "'name'" : "gone"),
              std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  }
}

TEST(Preview, KeepsItsScratchFilePrivateAndRemovesIt) {
  const TempFolder folder;
  setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
  FakeServer server(Accounts());
  auto result = RunPreview(Draft({}), server, {}, {});
  unsetenv("XDG_RUNTIME_DIR");
  ASSERT_TRUE(result) << result.error().message;
  struct stat info = {};
  ASSERT_EQ(stat(result->database.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0600u);
  ASSERT_EQ(stat(result->database.parent_path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0700u);
  result->scratch.reset();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Preview, DoesNotTouchAFileThatIsThere) {
  const TempFolder folder;
  std::ofstream(folder / "p.db") << "mine";
  FakeServer server(Accounts());
  EXPECT_FALSE(RunPreview(Draft(folder / "p.db"), server, {}, {}));
  EXPECT_EQ(std::filesystem::file_size(folder / "p.db"), 4u);
}

TEST(Preview, IsTheDocumentedJson) {
  const TempFolder folder;
  FakeServer server(Accounts());
  const auto result = RunPreview(Draft(folder / "p.db"), server, {}, {});
  ASSERT_TRUE(result);
  const auto json = nlohmann::json::parse(PreviewJson({*result}));
  EXPECT_EQ(json["policy"]["name"], "draft");
  EXPECT_EQ(json["now"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(json["totals"]["records"], 3);
  EXPECT_EQ(json["entities"][0]["ids_sha256"], result->entities[0].ids_sha256);
  EXPECT_EQ(json["entities"][1]["mode"], "online");
  EXPECT_EQ(nlohmann::json::parse(PreviewJson({*result, *result}))["previews"].size(), 2u);
}

struct Browsed {
  TempFolder folder = {};
  FakeServer server{Accounts()};
  std::unique_ptr<Records> records = {};
  Browsed() {
    EXPECT_TRUE(RunPreview(Draft(folder / "p.db"), server, {}, {}));
    auto opened = OpenRecords(folder / "p.db");
    EXPECT_TRUE(opened) << opened.error().message;
    if (opened) records = std::move(*opened);
  }
  std::vector<std::string> Names(const RecordOrder& order, const std::string& search,
                                 std::int64_t offset, std::int64_t limit) {
    const auto rows = records->Rows("account", order, search, offset, limit);
    EXPECT_TRUE(rows);
    std::vector<std::string> names;
    for (const RecordRow& row : *rows) names.push_back(row.cells[1]);
    return names;
  }
};

TEST(Records, AreSortedSearchedAndPagedWithoutCase) {
  Browsed browsed;
  using Texts = std::vector<std::string>;
  EXPECT_EQ(browsed.Names({.field = "name"}, "", 0, 10), Texts({"adam", "Bert", "Žofia"}));
  EXPECT_EQ(browsed.Names({.field = "name", .descending = true}, "", 1, 1), Texts({"Bert"}));
  EXPECT_EQ(browsed.Names({}, "", 0, 2), Texts({"adam", "Žofia"}));
  EXPECT_EQ(browsed.Names({}, "ŽO", 0, 10), Texts({"Žofia"}));
  EXPECT_EQ(browsed.Names({}, "", 7, 10), Texts());
  EXPECT_EQ(browsed.records->Count("account", "e"), 1);
}

TEST(Records, ShowLabelsAndExactNumbers) {
  Browsed browsed;
  const auto rows = browsed.records->Rows("account", {}, "", 0, 1);
  ASSERT_TRUE(rows && rows->size() == 1);
  EXPECT_EQ(rows->front().id, "aaaaaaaa-0000-4000-8000-000000000002");
  EXPECT_EQ(rows->front().cells, std::vector<std::string>({"aaaaaaaa-0000-4000-8000-000000000002",
                                                           "adam", "1.5", "Closed"}));
  EXPECT_FALSE(browsed.records->Rows("contact", {}, "", 0, 1));
}

TEST(Records, RefuseWhatIsNoPreview) {
  const TempFolder folder;
  std::ofstream(folder / "x.db") << std::string(5000, 'x');
  EXPECT_FALSE(OpenRecords(folder / "x.db"));
  EXPECT_FALSE(OpenRecords(folder / "none.db"));
}

}  // namespace
}  // namespace satchel
