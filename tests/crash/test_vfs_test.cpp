// The file system that the crash tests stand on is itself held to SQLite.
#include "tests/support/test_vfs.h"

#include <gtest/gtest.h>

#include <optional>

#include "engine/store/database.h"

namespace satchel {
namespace {

constexpr const char* kFile = "/device.db";

Result<Database> OpenIn(const TestVfs& vfs) {
  return Database::Open(kFile, Database::Use::kDevice, {.vfs = vfs.name()});
}

std::string One(Database& database, const std::string& sql) {
  auto statement = database.Prepare(sql);
  if (!statement) return statement.error().message;
  const auto row = statement->Step();
  if (!row) return row.error().message;
  return *row ? std::string(statement->Text(0)) : "";
}

TEST(TestVfs, LetsTwoConnectionsShareAWriteAheadLog) {
  TestVfs vfs;
  auto writer = OpenIn(vfs);
  ASSERT_TRUE(writer) << writer.error().message;
  auto reader = OpenIn(vfs);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(One(*writer, "PRAGMA journal_mode"), "wal");
  ASSERT_TRUE(writer->Execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  EXPECT_EQ(One(*reader, "SELECT count(*) FROM t"), "1");

  ASSERT_TRUE(reader->Execute("BEGIN"));
  EXPECT_EQ(One(*reader, "SELECT count(*) FROM t"), "1");
  ASSERT_TRUE(writer->Execute("INSERT INTO t VALUES(2)"));
  EXPECT_EQ(One(*reader, "SELECT count(*) FROM t"), "1") << "a reader keeps its snapshot";
  ASSERT_TRUE(reader->Execute("COMMIT"));
  EXPECT_EQ(One(*reader, "SELECT count(*) FROM t"), "2");

  ASSERT_TRUE(writer->Execute("BEGIN IMMEDIATE"));
  EXPECT_FALSE(reader->Execute("BEGIN IMMEDIATE")) << "one writer";
  EXPECT_GT(vfs.slept(), 0) << "it waited, without waiting";
}

// Ten transactions, each of which leaves the table with as many rows as it says; killed before
// every operation: what is found is what some transaction left.
void ExpectWholeTransactions(bool power, std::uint64_t seed) {
  for (std::int64_t kill = 0;; ++kill) {
    TestVfs vfs(seed);
    if (power) vfs.TrackUnsynced();
    int committed = 0;
    bool finished = false;
    {
      vfs.DieAfter(kill);
      auto database = OpenIn(vfs);
      if (database && database->Execute("CREATE TABLE t(a, b)")) {
        for (int i = 1; i <= 5; ++i) {
          const std::string rows =
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
              "WHERE i<30) INSERT INTO t SELECT " +
              std::to_string(i) + ", hex(zeroblob(200)) FROM n";
          if (!database->Execute("BEGIN IMMEDIATE") || !database->Execute(rows) ||
              !database->Execute("COMMIT")) {
            break;
          }
          committed = i;
        }
        finished = committed == 5 && !vfs.dead();
      }
    }
    if (power) {
      vfs.LosePower(seed * 1000 + static_cast<std::uint64_t>(kill));
    } else {
      vfs.Revive();
    }
    auto database = OpenIn(vfs);
    ASSERT_TRUE(database) << "kill " << kill << ": " << database.error().message;
    EXPECT_EQ(One(*database, "PRAGMA integrity_check"), "ok") << "kill " << kill;
    if (committed > 0) {
      const std::string found = One(*database, "SELECT count(*)/30.0 FROM t");
      const std::string same = std::to_string(committed) + ".0";
      const std::string next = std::to_string(committed + 1) + ".0";
      EXPECT_TRUE(found == same || found == next)
          << "kill " << kill << ": " << found << " of " << same;
    }
    if (finished) {
      EXPECT_GT(kill, 40);
      break;
    }
  }
}

TEST(TestVfs, AKilledProcessLosesNoCommittedTransaction) {
  ExpectWholeTransactions(false, 1);
}

TEST(TestVfs, APowerCutLosesNoCommittedTransaction) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) ExpectWholeTransactions(true, seed);
}

TEST(TestVfs, APowerCutLosesWhatWasNeverSynced) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestVfs vfs(seed);
    vfs.TrackUnsynced();
    {
      auto database = OpenIn(vfs);
      ASSERT_TRUE(database);
      ASSERT_TRUE(
          database->Execute("CREATE TABLE t(a); PRAGMA synchronous=OFF;"
                            "INSERT INTO t VALUES(1)"));
      vfs.Die();
    }
    vfs.LosePower(seed);
    auto database = OpenIn(vfs);
    if (!database || One(*database, "SELECT count(*) FROM t") != "1") ++lost;
  }
  EXPECT_GT(lost, 3);
  EXPECT_LT(lost, 20);
}

TEST(TestVfs, FailsTheCallItWasToldTo) {
  TestVfs vfs;
  auto database = OpenIn(vfs);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->Execute("CREATE TABLE t(a)"));
  vfs.FailAfter(TestVfs::Fault::kFull, 0, false);
  const auto full = database->Execute("INSERT INTO t VALUES(1)");
  ASSERT_FALSE(full);
  EXPECT_TRUE(vfs.struck());
  EXPECT_TRUE(database->Execute("INSERT INTO t VALUES(1)")) << "once";
  vfs.FailAfter(TestVfs::Fault::kIoError, 0, true);
  EXPECT_FALSE(database->Execute("INSERT INTO t VALUES(1)"));
  EXPECT_FALSE(database->Execute("INSERT INTO t VALUES(1)")) << "for ever";
  vfs.Heal();
  EXPECT_TRUE(database->Execute("INSERT INTO t VALUES(1)"));
}

TEST(FileContent, ReadsZerosWhereAFileWasCutAndGrewAgain) {
  FileContent file;
  const std::string text(20'000, 'x');
  file.Write(0, text);
  file.Resize(9'000);
  file.Write(17'000, "end");
  EXPECT_EQ(file.size(), 17'003u);
  EXPECT_EQ(file.Bytes(0, 20'000), std::string(9'000, 'x') + std::string(8'000, '\0') + "end");
  EXPECT_EQ(file.Bytes(17'001, 5), "nd");
  EXPECT_EQ(file.Bytes(30'000, 5), "");
}

TEST(FileContent, ACopyKeepsItsBytesWhenTheOtherIsWritten) {
  FileContent file;
  file.Write(0, std::string(10'000, 'a'));
  const FileContent copy = file;
  file.Write(8'000, std::string(500, 'b'));
  EXPECT_EQ(copy.Bytes(0, 10'000), std::string(10'000, 'a'));
  EXPECT_EQ(file.Bytes(7'999, 3), "abb");
  EXPECT_EQ(file.Bytes(8'499, 2), "ba");
  file.Resize(8'100);
  EXPECT_EQ(copy.Bytes(8'000, 200), std::string(200, 'a'));
}

}  // namespace
}  // namespace satchel
