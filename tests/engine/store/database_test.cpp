#include "engine/store/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "engine/store/local_meta.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

unsigned ModeOf(const std::filesystem::path& file) {
  struct stat info = {};
  return stat(file.c_str(), &info) == 0 ? info.st_mode & 07777u : 0;
}

Database OpenIn(const TempFolder& folder, Database::Use use = Database::Use::kDevice) {
  auto database = Database::Open(folder / "local.db", use);
  EXPECT_TRUE(database) << database.error().message;
  return std::move(*database);
}

std::string Scalar(Database& database, const std::string& sql) {
  auto statement = database.Prepare(sql);
  if (!statement) return statement.error().message;
  const auto row = statement->Step();
  if (!row) return row.error().message;
  return *row ? std::string(statement->Text(0)) : "no row";
}

TEST(Database, CreatesFilesOnlyTheirOwnerCanRead) {
  const TempFolder folder;
  const mode_t before = umask(0);
  {
    Database database = OpenIn(folder);
    ASSERT_TRUE(database.Execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
    EXPECT_EQ(ModeOf(folder / "local.db"), 0600u);
    EXPECT_EQ(ModeOf(folder / "local.db-wal"), 0600u);
  }
  umask(before);
}

TEST(Database, RefusesASymbolicLink) {
  const TempFolder folder;
  std::ofstream(folder / "real.db").put(' ');
  std::filesystem::create_symlink(folder / "real.db", folder / "local.db");
  for (const auto use : {Database::Use::kDevice, Database::Use::kReadOnly}) {
    const auto database = Database::Open(folder / "local.db", use);
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, ErrorCode::kIo);
    EXPECT_NE(database.error().message.find("symbolic link"), std::string::npos);
  }
}

TEST(Database, FollowsALinkToItsFolder) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "real");
  std::filesystem::create_symlink(folder / "real", folder / "link");
  EXPECT_TRUE(Database::Open(folder / "link" / "local.db", Database::Use::kDevice));
}

TEST(Database, RefusesAFileThatIsNoDatabase) {
  const TempFolder folder;
  std::ofstream(folder / "local.db") << std::string(5000, 'x');
  const auto database = Database::Open(folder / "local.db", Database::Use::kDevice);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kCorrupt);
}

TEST(Database, SaysWhenTheFolderIsMissingOrAFolderIsNamed) {
  const TempFolder folder;
  const auto missing = Database::Open(folder / "no" / "local.db", Database::Use::kDevice);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("folder does not exist"), std::string::npos);
  const auto directory = Database::Open(folder.path(), Database::Use::kDevice);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kIo);
}

TEST(Database, SaysWhenTheFileMayNotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everything";
  const TempFolder folder;
  { const Database made = OpenIn(folder); }
  chmod((folder / "local.db").c_str(), 0400);
  const auto database = Database::Open(folder / "local.db", Database::Use::kDevice);
  ASSERT_FALSE(database);
  EXPECT_NE(database.error().message.find("may not be written"), std::string::npos);
}

TEST(Database, RefusesAFileOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const TempFolder folder;
  { const Database made = OpenIn(folder); }
  ASSERT_EQ(chown((folder / "local.db").c_str(), 65534, 65534), 0);
  const auto database = Database::Open(folder / "local.db", Database::Use::kDevice);
  ASSERT_FALSE(database);
  EXPECT_NE(database.error().message.find("another user"), std::string::npos);
}

TEST(Database, DoesNotCreateWhatItOnlyReads) {
  const TempFolder folder;
  const auto database = Database::Open(folder / "local.db", Database::Use::kReadOnly);
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder / "local.db"));
}

TEST(Database, OnlyReadsWhenAskedTo) {
  const TempFolder folder;
  ASSERT_TRUE(OpenIn(folder, Database::Use::kScratch).Execute("CREATE TABLE t(a)"));
  Database database = OpenIn(folder, Database::Use::kReadOnly);
  EXPECT_TRUE(database.Execute("SELECT * FROM t"));
  EXPECT_FALSE(database.Execute("INSERT INTO t VALUES(1)"));
}

TEST(Database, RunsEachUseWithItsSettings) {
  const TempFolder folder;
  {
    Database device = OpenIn(folder);
    EXPECT_EQ(Scalar(device, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(Scalar(device, "PRAGMA synchronous"), "2");
    EXPECT_EQ(Scalar(device, "PRAGMA secure_delete"), "1");
  }
  const TempFolder other;
  Database scratch = OpenIn(other, Database::Use::kScratch);
  EXPECT_EQ(Scalar(scratch, "PRAGMA journal_mode"), "off");
  EXPECT_EQ(Scalar(scratch, "PRAGMA synchronous"), "0");
  EXPECT_EQ(Scalar(scratch, "PRAGMA secure_delete"), "0");
}

TEST(Database, TreatsTheFileAsUntrusted) {
  const TempFolder folder;
  Database database = OpenIn(folder);
  ASSERT_TRUE(database.Execute("PRAGMA writable_schema=ON; CREATE TABLE t(a)"));
  EXPECT_FALSE(database.Execute("UPDATE sqlite_schema SET sql=''"));
  EXPECT_FALSE(database.Execute("SELECT load_extension('x')"));
  EXPECT_FALSE(database.Execute("SELECT \"no such column\""));
  EXPECT_EQ(Scalar(database, "PRAGMA trusted_schema"), "0");
}

TEST(Database, GivesBackWhatWasBound) {
  auto database = Database::Open(":memory:", Database::Use::kDevice);
  ASSERT_TRUE(database);
  const auto id = ParseGuid("6f1d0c7e-0000-4000-8000-0123456789ab");
  const std::vector<SqlValue> values = {std::int64_t{7}, 2.5, std::string("Žofia"), *id,
                                        std::monostate{}};
  auto statement = database->Prepare("SELECT ?1, ?2, ?3, ?4, ?5, ?6");
  ASSERT_TRUE(statement);
  statement->Bind(values);
  statement->Bind(6, std::string_view());
  ASSERT_EQ(statement->Step(), Result<bool>(true));
  EXPECT_EQ(statement->columns(), 6);
  EXPECT_EQ(statement->Integer(0), 7);
  EXPECT_EQ(statement->Real(1), 2.5);
  EXPECT_EQ(statement->Text(2), "Žofia");
  EXPECT_EQ(statement->Id(3), *id);
  EXPECT_TRUE(statement->IsNull(4));
  EXPECT_FALSE(statement->IsNull(5));
  EXPECT_EQ(statement->At(3).kind, Cell::Kind::kId);
  EXPECT_EQ(statement->At(4).kind, Cell::Kind::kNull);
}

TEST(Database, ComparesTextWithoutCaseAndTrailingBlanks) {
  auto database = Database::Open(":memory:", Database::Use::kDevice);
  ASSERT_TRUE(database);
  EXPECT_EQ(Scalar(*database, "SELECT 'ŽOFIA  ' = 'žofia' COLLATE satchel_text"), "1");
  EXPECT_EQ(Scalar(*database, "SELECT 'Zofia' = 'žofia' COLLATE satchel_text"), "0");
}

TEST(Database, SaysThatTheDiskIsFull) {
  const TempFolder folder;
  Database database = OpenIn(folder);
  ASSERT_TRUE(database.Execute("CREATE TABLE t(a); PRAGMA max_page_count=4"));
  const auto written = database.Execute("INSERT INTO t VALUES(randomblob(100000))");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
  EXPECT_NE(written.error().message.find("disk is full"), std::string::npos);
}

TEST(Database, ReportsBrokenSqlAsInvalid) {
  auto database = Database::Open(":memory:", Database::Use::kDevice);
  ASSERT_TRUE(database);
  for (const char* sql : {"SELEC 1", "SELECT 1; SELECT 2", "", "-- nothing"}) {
    const auto statement = database->Prepare(sql);
    ASSERT_FALSE(statement) << sql;
    EXPECT_EQ(statement.error().code, ErrorCode::kInvalid) << sql;
  }
}

TEST(Transaction, RollsBackUnlessCommitted) {
  auto database = Database::Open(":memory:", Database::Use::kDevice);
  ASSERT_TRUE(database && database->Execute("CREATE TABLE t(a)"));
  {
    auto lost = Transaction::Begin(*database);
    ASSERT_TRUE(lost && database->Execute("INSERT INTO t VALUES(1)"));
  }
  EXPECT_EQ(Scalar(*database, "SELECT count(*) FROM t"), "0");
  {
    auto kept = Transaction::Begin(*database);
    ASSERT_TRUE(kept && database->Execute("INSERT INTO t VALUES(1)"));
    const Transaction moved = std::move(*kept);
    EXPECT_FALSE(kept->Commit());
  }
  EXPECT_EQ(Scalar(*database, "SELECT count(*) FROM t"), "0");
  auto kept = Transaction::Begin(*database);
  ASSERT_TRUE(kept && database->Execute("INSERT INTO t VALUES(1)") && kept->Commit());
  EXPECT_EQ(Scalar(*database, "SELECT count(*) FROM t"), "1");
}

// A comparison may take seconds, while the app goes on saving.
TEST(Transaction, ForTemporaryTablesLetsOthersWriteTheFile) {
  const TempFolder folder;
  Database ours = OpenIn(folder);
  Database theirs = OpenIn(folder);
  ASSERT_TRUE(ours.Execute("CREATE TABLE t(a); CREATE TEMP TABLE aside(a)"));
  auto together = Transaction::BeginTemporary(ours);
  ASSERT_TRUE(together && ours.Execute("INSERT INTO aside SELECT count(*) FROM t"));
  EXPECT_TRUE(theirs.Execute("INSERT INTO t VALUES(1)"));
  ASSERT_TRUE(ours.Execute("INSERT INTO aside VALUES(7)"));
  ASSERT_TRUE(together->Commit());
  EXPECT_EQ(Scalar(ours, "SELECT group_concat(a) FROM aside"), "0,7");
  EXPECT_EQ(Scalar(ours, "SELECT count(*) FROM t"), "1");
}

// After some disk errors SQLite rolls back by itself; a caller that overlooked the error would have
// gone on with every statement a transaction of its own. Found by tests/crash.
TEST(Transaction, CommitsNothingMoreOnceSqliteEndedIt) {
  auto database = Database::Open(":memory:", Database::Use::kDevice);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->Execute("CREATE TABLE t(a)"));
  {
    auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database->Execute("INSERT INTO t VALUES(1)"));
    ASSERT_TRUE(database->Execute("ROLLBACK"));  // As SQLite does.
    const auto stray = database->Execute("INSERT INTO t VALUES(2)");
    ASSERT_FALSE(stray);
    EXPECT_EQ(stray.error().code, ErrorCode::kIo);
    EXPECT_FALSE(Transaction::Begin(*database));
    EXPECT_FALSE(transaction->Commit());
  }
  auto count = database->Prepare("SELECT count(*) FROM t");
  ASSERT_TRUE(count && *count->Step());
  EXPECT_EQ(count->Integer(0), 0);
  count->Reset();
  ASSERT_TRUE(database->Execute("INSERT INTO t VALUES(3)")) << "outside of one it is as ever";
}

TEST(Database, BelongsToOneOrganizationAndUserForGood) {
  const TempFolder folder;
  Database database = OpenIn(folder);
  ASSERT_TRUE(CreateMeta(database));
  // A service without users: its user has no name, and stays so.
  ASSERT_TRUE(BindOwner(database, "https://crm.example/v4/", "https://crm.example/v4/", ""));
  EXPECT_TRUE(BindOwner(database, "https://crm.example/v4/", "https://crm.example/v4/", ""));
  const auto user =
      BindOwner(database, "https://crm.example/v4/", "https://crm.example/v4/", "bob");
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().code, ErrorCode::kDenied);
  EXPECT_FALSE(BindOwner(database, "https://crm.example/v4/", "https://other.example/v4/", ""));
  EXPECT_EQ(Scalar(database, "SELECT value FROM \"@meta\" WHERE name='user'"), "");
}

}  // namespace
}  // namespace satchel
