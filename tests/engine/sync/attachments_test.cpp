#include "engine/sync/attachments.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "engine/store/local_meta.h"
#include "engine/sync/full_sync_runner.h"
#include "engine/sync/sync_runner.h"
#include "tests/support/fake_server.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

constexpr int kNotes = 6;

std::string Id(int number) {
  return "00000000-0000-0000-0000-00000000000" + std::to_string(number);
}

// Notes 1 to 6, later ones newer: 100 to 600 bytes, odd ones pdf, even ones png; note 6 has none.
DataSet Notes() {
  std::string rows;
  for (int i = 1; i <= kNotes; ++i) {
    rows += std::string(i > 1 ? "," : "") + R"({"annotationid":")" + Id(i) + R"(","filename":"a.)" +
            (i % 2 ? "PDF" : "png") + R"(","filesize":)" + std::to_string(i == 6 ? 0 : i * 100) +
            R"(,"documentbody":"xxxx","modifiedon":"2026-01-0)" + std::to_string(i) +
            R"(T00:00:00Z"})";
  }
  auto data = ParseDataSet(R"({"schema":{"annotation":{"key":"annotationid","modified":"modifiedon",
    "fields":{"annotationid":"uniqueidentifier","filename":"string","filesize":"integer",
    "documentbody":"memo","modifiedon":"datetime"}}},"rows":{"annotation":[)" +
                           rows + "]}}");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

struct Device {
  FakeServer server{Notes()};
  TempFolder folder;
  std::filesystem::path file = folder.path() / "crm.sqlite";
  Result<Database> database = Database::Open(file, Database::Use::kDevice);
  Result<AttachmentFiles> files = AttachmentFiles::Open(file);
  Policy policy;
  Schema schema = Notes().schema();

  explicit Device(AttachmentLimits limits) {
    policy.project.name = "test";
    policy.entities.push_back({.name = "annotation", .attachments = std::move(limits)});
    policy.entities[0].fields = {"modifiedon"};
    for (int i = 1; i < kNotes; ++i) {
      server.bodies[Id(i)] = std::string(static_cast<std::size_t>(i) * 100, 'a');
    }
  }
  void Sync() {
    const auto synced = RunFullSync(
        {.policy = policy, .schema = schema, .context = {}, .organization = "o1", .user = "u1"},
        server, *database, {}, {});
    ASSERT_TRUE(synced) << synced.error().message;
  }
  Result<AttachmentOutcome> Fetch() {
    return FetchAttachments(policy, schema, "", server, *database, *files, {});
  }
  std::string Content(int number) const {
    std::ifstream in(files->PathOf("annotation", Id(number)), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? text.str() : "(none)";
  }
  int Columns(const char* name) {
    auto statement =
        database->Prepare("SELECT count(*) FROM pragma_table_info('annotation') WHERE name=?1");
    statement->Bind(1, std::string_view(name));
    EXPECT_TRUE(*statement->Step());
    return static_cast<int>(statement->Integer(0));
  }
};

TEST(Attachments, BecomeFilesBesideTheDatabase) {
  Device it({});
  it.Sync();
  EXPECT_EQ(it.Columns("documentbody"), 0);
  EXPECT_EQ(it.Columns("filesize"), 1);
  const auto outcome = it.Fetch();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->fetched, 5);
  EXPECT_EQ(outcome->bytes, 1500);
  EXPECT_EQ(it.Content(3), std::string(300, 'a'));
  EXPECT_EQ(it.Content(6), "(none)");
  struct stat found = {};
  ASSERT_EQ(::stat(AttachmentFiles::FolderOf(it.file).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat(it.files->PathOf("annotation", Id(3)).c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST(Attachments, ComeWithEverySync) {
  Device it({.max_size = 300});
  ASSERT_TRUE(CreateMeta(*it.database));
  ASSERT_TRUE(BindOwner(*it.database, it.server.base_url(), "o1", "u1"));
  const SyncRequest request = {
      .what = {.policy = it.policy, .schema = it.schema, .organization = "o1", .user = "u1"},
      .identity = {.user_id = "u1", .organization_id = "o1"}};
  const SyncOutcome first = RunSync(request, it.server, *it.database, {}, {});
  ASSERT_TRUE(first.succeeded()) << first.WhyNot();
  EXPECT_EQ(first.attachments.fetched, 3);
  EXPECT_EQ(first.attachments.left_out, 2);
  EXPECT_EQ(it.Content(3), std::string(300, 'a'));
  it.server.Remove("annotation", *ParseGuid(Id(3)));
  SyncRequest sweep = request;
  sweep.sweep = true;
  const SyncOutcome second = RunSync(sweep, it.server, *it.database, {}, {});
  ASSERT_TRUE(second.succeeded()) << second.WhyNot();
  EXPECT_EQ(second.attachments.fetched, 0);
  EXPECT_EQ(second.attachments.removed, 1);
  EXPECT_EQ(it.Content(3), "(none)");
}

TEST(Attachments, AreFetchedAgainOnlyWhereTheRecordChanged) {
  Device it({});
  it.Sync();
  ASSERT_TRUE(it.Fetch());
  const auto again = it.Fetch();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->fetched, 0);
  EXPECT_EQ(again->kept, 5);
  it.server.Put("annotation", *ParseGuid(Id(2)), {{"filesize", std::int64_t{3}}});
  it.server.bodies[Id(2)] = "new";
  it.server.Remove("annotation", *ParseGuid(Id(4)));
  it.Sync();
  const auto changed = it.Fetch();
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->fetched, 1);
  EXPECT_EQ(changed->removed, 1);
  EXPECT_EQ(it.Content(2), "new");
  EXPECT_EQ(it.Content(4), "(none)");
}

TEST(Attachments, KeepToTheLimitsNewestFirst) {
  Device it({.max_size = 400, .types = {"pdf"}, .total = 350});
  it.Sync();
  const auto choice =
      ChooseAttachments(*it.database, it.policy.entities[0], *it.schema.Find("annotation"));
  ASSERT_TRUE(choice) << choice.error().message;
  // Of the pdfs 5 is too large, 3 fits, 1 does not fit any more.
  ASSERT_EQ(choice->kept.size(), 1u);
  EXPECT_EQ(choice->kept[0].id, Value(*ParseGuid(Id(3))));
  EXPECT_EQ(choice->too_large, 1);
  EXPECT_EQ(choice->other_type, 2);
  EXPECT_EQ(choice->beyond_total, 1);
  EXPECT_EQ(choice->left_out_bytes, 1200);
  const auto outcome = it.Fetch();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->left_out, 4);
  ASSERT_EQ(outcome->warnings.size(), 1u);
  EXPECT_EQ(outcome->warnings[0],
            "annotation: 1 attachment (300 B) is kept as a file; 4 (1.2 KB) are left out: 1 larger "
            "than 400; 2 of other types than pdf; 1 beyond the total of 350");
  EXPECT_EQ(it.Content(1), "(none)");
}

TEST(Attachments, LeaveNothingHalfWhenTheConnectionBreaks) {
  Device it({});
  it.Sync();
  it.server.body_fault = [](int call) -> Result<> {
    if (call == 2) return Fail(ErrorCode::kOffline, "the connection broke");
    return {};
  };
  EXPECT_EQ(it.Fetch().error().code, ErrorCode::kOffline);
  int files = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(AttachmentFiles::FolderOf(it.file))) {
    files += entry.is_regular_file();
  }
  EXPECT_EQ(files, 1);
  const auto rest = it.Fetch();
  ASSERT_TRUE(rest) << rest.error().message;
  EXPECT_EQ(rest->fetched, 4);
}

TEST(Attachments, GoOnPastOneThatCannotBeHad) {
  Device it({});
  it.Sync();
  it.server.bodies.erase(Id(3));
  const auto outcome = it.Fetch();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->fetched, 4);
  EXPECT_EQ(outcome->failed, 1);
  EXPECT_EQ(outcome->warnings.size(), 1u);
}

// B68: the limit holds for a file that grew, and for one that is larger than its record says.
TEST(Attachments, B68HoldTheirLimitsWhenTheyChangeAndWhenTheServerIsWrong) {
  Device it({.max_size = 300});
  it.Sync();
  ASSERT_TRUE(it.Fetch());
  ASSERT_EQ(it.Content(3), std::string(300, 'a'));
  it.server.Put("annotation", *ParseGuid(Id(3)), {{"filesize", std::int64_t{301}}});
  it.server.bodies[Id(3)] = std::string(301, 'b');
  it.server.Put("annotation", *ParseGuid(Id(2)), {{"filesize", std::int64_t{200}}});
  it.server.bodies[Id(2)] = std::string(100'000, 'b');
  it.Sync();
  const auto outcome = it.Fetch();
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(it.Content(3), "(none)") << "it grew beyond the limit";
  EXPECT_EQ(it.Content(2), std::string(200, 'a')) << "the file before is whole";
  EXPECT_EQ(outcome->failed, 1);
  EXPECT_EQ(outcome->left_out, 3);
}

// I27: what the policy keeps no longer leaves no bytes behind.
TEST(Attachments, GoWithTheirEntity) {
  Device it({});
  it.Sync();
  ASSERT_TRUE(it.Fetch());
  ASSERT_EQ(it.Content(3), std::string(300, 'a'));
  it.policy.entities[0].attachments.reset();
  const SyncRequest request = {
      .what = {.policy = it.policy, .schema = it.schema, .organization = "o1", .user = "u1"},
      .identity = {.user_id = "u1", .organization_id = "o1"}};
  const SyncOutcome outcome = RunSync(request, it.server, *it.database, {}, {});
  ASSERT_TRUE(outcome.succeeded()) << outcome.WhyNot();
  EXPECT_EQ(outcome.attachments.removed, 5);
  EXPECT_FALSE(std::filesystem::exists(it.files->PathOf("annotation", Id(3)).parent_path()));
}

TEST(Attachments, AreCountedAsPeopleSpeak) {
  const Entity entity = {.name = "annotation", .attachments = AttachmentLimits{.max_size = 300}};
  AttachmentChoice choice;
  choice.kept = {{}};
  choice.kept_bytes = 100;
  EXPECT_EQ(LeftOutSentence(entity, choice),
            "annotation: 1 attachment (100 B) is kept as a file, none is left out");
  choice.kept = {{}, {}};
  choice.too_large = 1;
  choice.left_out_bytes = 400;
  EXPECT_EQ(LeftOutSentence(entity, choice),
            "annotation: 2 attachments (100 B) are kept as files; 1 (400 B) is left out: 1 larger "
            "than 300");
}

TEST(AttachmentFiles, NeverLeaveTheirFolder) {
  TempFolder folder;
  const auto files = AttachmentFiles::Open(folder.path() / "crm.sqlite");
  ASSERT_TRUE(files) << files.error().message;
  const auto root = AttachmentFiles::FolderOf(folder.path() / "crm.sqlite");
  for (const char* id : {"../../etc/passwd", "a/b", ".", "..", "", "CON", "a.part", "\n"}) {
    const auto path = files->PathOf("annotation", id);
    EXPECT_EQ(path.lexically_normal().parent_path(), root / "annotation") << id;
    EXPECT_EQ(path.filename().string().substr(0, 2), "x-") << id;
  }
}

TEST(AttachmentFiles, RefuseAFolderThatOthersMayEnter) {
  TempFolder folder;
  const auto file = folder.path() / "crm.sqlite";
  std::filesystem::create_directory(AttachmentFiles::FolderOf(file));
  std::filesystem::permissions(AttachmentFiles::FolderOf(file), std::filesystem::perms(0755));
  EXPECT_EQ(AttachmentFiles::Open(file).error().code, ErrorCode::kDenied);
  std::filesystem::remove(AttachmentFiles::FolderOf(file));
  std::filesystem::create_directory_symlink(folder.path(), AttachmentFiles::FolderOf(file));
  EXPECT_EQ(AttachmentFiles::Open(file).error().code, ErrorCode::kDenied);
}

TEST(AttachmentFiles, SweepWhatNobodyKnows) {
  TempFolder folder;
  const auto files = AttachmentFiles::Open(folder.path() / "crm.sqlite");
  ASSERT_TRUE(files) << files.error().message;
  for (int i = 1; i <= 3; ++i) {
    auto writer = files->Begin("annotation", Id(i));
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE(writer->Append("x"));
    ASSERT_TRUE(writer->Commit());
  }
  std::ofstream(files->PathOf("annotation", Id(9)).string() + ".part") << "half";
  EXPECT_EQ(files->Sweep("annotation", {Id(2)}), 3);
  EXPECT_EQ(files->SizeOf("annotation", Id(2)), 1);
  EXPECT_EQ(files->SizeOf("annotation", Id(1)), std::nullopt);
}

}  // namespace
}  // namespace satchel
