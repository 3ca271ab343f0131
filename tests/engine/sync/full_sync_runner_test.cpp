#include "engine/sync/full_sync_runner.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "engine/filter/data_set.h"
#include "engine/filter/sql.h"
#include "tests/support/deep_run.h"
#include "tests/support/fake_server.h"
#include "tests/support/is.h"
#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

std::string IdOf(const char* family, int number) {
  char text[64];
  std::snprintf(text, sizeof text, "%s0000-0000-4000-8000-%012x", family, number * 7919 % 100003);
  return text;
}

// 40 accounts in a hierarchy, 60 contacts of them; every third account is inactive.
DataSet Company() {
  std::string accounts;
  for (int i = 0; i < 40; ++i) {
    accounts += std::string(i ? "," : "") + R"({"accountid":")" + IdOf("aaaa", i) +
                R"(","name":"Account )" + std::to_string(i % 7) + R"(","statecode":)" +
                std::to_string(i % 3 == 0) + R"(,"revenue":")" + std::to_string(i * 10) + R"(.5")" +
                (i > 5 ? R"(,"parentaccountid":")" + IdOf("aaaa", i / 2) + "\"" : "") +
                R"(,"modifiedon":"2026-01-)" + (i % 28 < 9 ? "0" : "") +
                std::to_string(i % 28 + 1) + R"(T00:00:00Z"})";
  }
  std::string contacts;
  for (int i = 0; i < 60; ++i) {
    contacts += std::string(i ? "," : "") + R"({"contactid":")" + IdOf("cccc", i) +
                R"(","fullname":"Žofia )" + std::to_string(i) + R"(","parentcustomerid":")" +
                IdOf("aaaa", i % 50) + "\"}";
  }
  auto data = ParseDataSet(R"({"schema":{
    "account":{"key":"accountid","hierarchy":"parentaccountid","fields":{"accountid":"uniqueidentifier",
      "name":"string","statecode":"state","revenue":"money","parentaccountid":"lookup","modifiedon":"datetime"}},
    "contact":{"key":"contactid","fields":{"contactid":"uniqueidentifier","fullname":"string",
      "parentcustomerid":"lookup"}}},"rows":{"account":[)" +
                           accounts + R"(],"contact":[)" + contacts + "]}}");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

// Active accounts of some size, and the contacts of active accounts.
Policy TwoEntities() {
  Policy policy;
  policy.project.name = "test";
  Entity account = {.name = "account", .fields = {"name", "revenue", "parentaccountid"}};
  account.filter.nodes = {{Is("statecode", Operator::kEq, {"0"})},
                          {Is("revenue", Operator::kGt, {"55"})}};
  Entity contact = {.name = "contact", .fields = {"fullname", "parentcustomerid"}};
  Link link = {.entity = "account", .from = "accountid", .to = "parentcustomerid", .alias = "a"};
  link.filter.nodes = {{Is("statecode", Operator::kEq, {"0"})}};
  contact.links = {link};
  policy.entities = {account, contact};
  return policy;
}

FullSyncRequest RequestFor(const Policy& policy, const DataSet& data) {
  return {.policy = policy,
          .schema = data.schema(),
          .context = {.now = *ParseInstant("2026-02-01T00:00:00Z"), .user = {.id = "u1"}},
          .organization = "o1",
          .user = "u1"};
}

std::vector<std::string> Column(Database& database, const std::string& sql) {
  auto statement = database.Prepare(sql);
  if (!statement) return {statement.error().message};
  std::vector<std::string> rows;
  while (true) {
    const auto row = statement->Step();
    if (!row) rows.push_back(row.error().message);
    if (!row || !*row) return rows;
    const Cell cell = statement->At(0);
    rows.push_back(cell.kind == Cell::Kind::kId ? ToString(statement->Id(0))
                                                : std::string(statement->Text(0)));
  }
}

std::vector<std::string> Expected(const Entity& entity, const FullSyncRequest& request,
                                  const DataSet& data) {
  const auto found = Evaluate(QueryOf(entity), data.schema(), request.context, data);
  EXPECT_TRUE(found) << found.error().message;
  const RowBatch& rows = *data.Rows(entity.name);
  std::size_t key = 0;
  while (rows.columns()[key].name != data.schema().Find(entity.name)->key) ++key;
  std::vector<std::string> ids;
  for (const std::size_t row : *found) {
    Guid id;
    std::copy_n(rows.cell(row, key).bytes, 16, reinterpret_cast<char*>(id.bytes.data()));
    ids.push_back(ToString(id));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// What every published database must be.
void ExpectTrue(Database& database, const FullSyncRequest& request, const DataSet& data) {
  EXPECT_EQ(Column(database, "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
  for (const Entity& entity : request.policy.entities) {
    const std::string key = data.schema().Find(entity.name)->key;
    EXPECT_EQ(Column(database, "SELECT " + key + " FROM " + entity.name + " ORDER BY 1"),
              Expected(entity, request, data))
        << entity.name;
    for (const std::string& field : {key, entity.fields.back()}) {
      const std::string keys = "\"" + entity.name + "@" + field + "\"";
      EXPECT_EQ(Column(database, "SELECT count(*) FROM (SELECT " + field + ",\"@rid\" FROM " +
                                     entity.name + " WHERE " + field +
                                     " IS NOT NULL EXCEPT SELECT key,row FROM " + keys + ")"),
                std::vector<std::string>{"0"});
      EXPECT_EQ(Column(database, "SELECT count(*) FROM " + keys),
                Column(database, "SELECT count(" + field + ") FROM " + entity.name));
    }
  }
  EXPECT_EQ(Column(database,
                   "SELECT name FROM sqlite_schema WHERE name LIKE '%@raw%' OR name LIKE "
                   "'%@staged%' OR name LIKE '%@with@%'"),
            std::vector<std::string>());
  EXPECT_EQ(Column(database, "SELECT count(*) FROM \"@cursor\""),
            std::vector<std::string>{std::to_string(request.policy.entities.size())});
}

struct Bench {
  DataSet data = Company();
  FakeServer server{Company()};
  TempFolder folder = {};
  FullSyncRequest request = RequestFor(TwoEntities(), data);

  Database Open(Database::Use use = Database::Use::kDevice) {
    auto database = Database::Open(folder / "local.db", use);
    EXPECT_TRUE(database) << database.error().message;
    // A killed process loses nothing it gave to the system; only a power cut would.
    EXPECT_TRUE(database->Execute("PRAGMA synchronous=OFF"));
    return std::move(*database);
  }
  Result<FullSyncOutcome> Sync(Database& database) {
    return RunFullSync(request, server, database, {}, {});
  }
};

TEST(FullSyncRunner, HoldsExactlyWhatTheFilterKeeps) {
  Bench bench;
  Database database = bench.Open();
  const auto outcome = bench.Sync(database);
  ASSERT_TRUE(outcome) << outcome.error().message;
  ExpectTrue(database, bench.request, bench.data);
  EXPECT_FALSE(outcome->entities[0].filtered_on_device);
  EXPECT_EQ(Column(database, "PRAGMA journal_mode"), std::vector<std::string>{"wal"});
  EXPECT_EQ(Column(database, "SELECT text FROM \"@label\""), std::vector<std::string>{"Jana"});
}

TEST(FullSyncRunner, FinishesASupersetOnTheDevice) {
  Bench bench;
  bench.server.exact = false;
  Database database = bench.Open();
  const auto outcome = bench.Sync(database);
  ASSERT_TRUE(outcome) << outcome.error().message;
  ExpectTrue(database, bench.request, bench.data);
  EXPECT_TRUE(outcome->entities[1].filtered_on_device);
  EXPECT_EQ(outcome->entities[1].helpers, std::vector<std::string>{"account"});
  // What only the filter needed is not kept.
  EXPECT_EQ(
      Column(database, "SELECT name FROM pragma_table_info('account') WHERE name='statecode'"),
      std::vector<std::string>());
}

TEST(FullSyncRunner, FinishesAFilterThatLooksAtItsOwnEntity) {
  Bench bench;
  bench.server.exact = false;
  Entity& account = bench.request.policy.entities[0];
  Link parent = {.entity = "account", .from = "accountid", .to = "parentaccountid"};
  parent.filter.nodes = {{Is("statecode", Operator::kEq, {"1"})}};
  account.links = {parent};
  Database database = bench.Open();
  const auto outcome = bench.Sync(database);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_GT(outcome->entities[0].records, 0);
  ExpectTrue(database, bench.request, bench.data);
}

TEST(FullSyncRunner, CutsByOrderWithTiesByKey) {
  for (const bool exact : {true, false}) {
    for (const bool cuts : {true, false}) {
      Bench bench;
      bench.server.exact = exact;
      bench.server.cuts = cuts;
      bench.request.count_cut = true;
      Entity& account = bench.request.policy.entities[0];
      account.order = {{.field = "name"}};
      account.max_records = 10;
      Database database = bench.Open();
      const auto outcome = bench.Sync(database);
      ASSERT_TRUE(outcome) << outcome.error().message;
      ExpectTrue(database, bench.request, bench.data);
      EXPECT_EQ(outcome->entities[0].records, 10);
      account.max_records.reset();
      EXPECT_EQ(outcome->entities[0].matched,
                static_cast<std::int64_t>(Expected(account, bench.request, bench.data).size()))
          << exact << cuts;
    }
  }
}

TEST(FullSyncRunner, KeepsARecordOnceThatCameTwice) {
  for (const bool exact : {true, false}) {
    for (const std::int64_t copied : {kMostRowsCopied, std::int64_t{0}}) {
      Bench bench;
      bench.server.repeat_last = 2;
      bench.server.exact = exact;
      bench.request.copied_rows = copied;
      Database database = bench.Open();
      const auto outcome = bench.Sync(database);
      ASSERT_TRUE(outcome) << outcome.error().message;
      ExpectTrue(database, bench.request, bench.data);
      for (const EntityOutcome& entity : outcome->entities) {
        const auto count = [&](const std::string& table) {
          auto rows = database.Prepare("SELECT count(*) FROM " + SqlName(table));
          EXPECT_TRUE(rows && rows->Step());
          return rows->Integer(0);
        };
        EXPECT_EQ(count(KeyTableName(entity.name, entity.table.key)), count(entity.name));
        EXPECT_EQ(entity.records, count(entity.name));
      }
    }
  }
}

TEST(FullSyncRunner, EndsWhenTheServerGoesInCircles) {
  for (const bool same : {true, false}) {
    Bench bench;
    bench.server.circles = !same;
    bench.server.same_page = same;
    Database database = bench.Open();
    const auto outcome = bench.Sync(database);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::kCorrupt);
  }
}

TEST(FullSyncRunner, ReplacesWhatWasThereAtOnce) {
  Bench bench;
  Database database = bench.Open();
  ASSERT_TRUE(bench.Sync(database));
  const FullSyncRequest before = bench.request;
  bench.request.policy.entities[0].filter.nodes.pop_back();
  bench.server.before_page = [&](int page) -> Result<> {
    if (page == bench.server.pages_read && page > 20) return Fail(ErrorCode::kOffline, "gone");
    return {};
  };
  const auto failed = bench.Sync(database);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "gone");
  EXPECT_EQ(Column(database, "SELECT accountid FROM account ORDER BY 1"),
            Expected(before.policy.entities[0], before, bench.data));
  bench.server.before_page = {};
  ASSERT_TRUE(bench.Sync(database));
  ExpectTrue(database, bench.request, bench.data);
}

TEST(FullSyncRunner, GoesOnWhereTheNetworkWentAway) {
  Bench bench;
  bench.server.page_size = 1;
  for (int attempts = 1;; ++attempts) {
    ASSERT_LT(attempts, 200);
    Database database = bench.Open();
    const int first = bench.server.pages_read;
    bench.server.before_page = [first](int page) -> Result<> {
      if (page > first + 3) return Fail(ErrorCode::kOffline, "gone");
      return {};
    };
    if (bench.Sync(database)) {
      ExpectTrue(database, bench.request, bench.data);
      EXPECT_GT(attempts, 10);
      return;
    }
  }
}

TEST(FullSyncRunner, StartsOverOnceWhenItsPlaceExpired) {
  Bench bench;
  Database database = bench.Open();
  bench.server.before_page = [](int page) -> Result<> {
    if (page > 3) return Fail(ErrorCode::kOffline, "gone");
    return {};
  };
  ASSERT_FALSE(bench.Sync(database));
  bool expired = false;
  bench.server.before_page = [&](int) -> Result<> {
    if (std::exchange(expired, true)) return {};
    return Fail(ErrorCode::kExpired, "too old");
  };
  ASSERT_TRUE(bench.Sync(database));
  ExpectTrue(database, bench.request, bench.data);
}

TEST(FullSyncRunner, StartsOverOnceWhenALinkDiesWhileItReads) {
  for (const bool again : {false, true}) {
    Bench bench;
    Database database = bench.Open();
    bench.server.before_page = [&](int page) -> Result<> {
      if (page == 3 || (again && page > 3)) return Fail(ErrorCode::kExpired, "too old");
      return {};
    };
    const auto sync = bench.Sync(database);
    EXPECT_EQ(sync.has_value(), !again);
    if (sync) ExpectTrue(database, bench.request, bench.data);
  }
}

TEST(FullSyncRunner, DoesNotGoOnWithWhatAnotherFilterStaged) {
  Bench bench;
  Database database = bench.Open();
  bench.server.before_page = [](int page) -> Result<> {
    if (page > 3) return Fail(ErrorCode::kOffline, "gone");
    return {};
  };
  ASSERT_FALSE(bench.Sync(database));
  bench.server.before_page = {};
  bench.request.policy.entities[0].filter.nodes.clear();
  ASSERT_TRUE(bench.Sync(database));
  ExpectTrue(database, bench.request, bench.data);
}

TEST(FullSyncRunner, RefusesTheDatabaseOfAnotherUser) {
  Bench bench;
  Database database = bench.Open();
  ASSERT_TRUE(bench.Sync(database));
  bench.request.user = "u2";
  const auto outcome = bench.Sync(database);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kDenied);
}

TEST(FullSyncRunner, SaysThatTheDiskIsFullAndKeepsWhatWasThere) {
  Bench bench;
  Database database = bench.Open();
  ASSERT_TRUE(bench.Sync(database));
  ASSERT_TRUE(database.Execute("PRAGMA max_page_count=1"));  // As small as it is now.
  bench.request.policy.entities[0].filter.nodes.clear();
  const auto outcome = bench.Sync(database);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
  EXPECT_NE(outcome.error().message.find("disk is full"), std::string::npos);
  ASSERT_TRUE(database.Execute("PRAGMA max_page_count=100000"));
  ASSERT_TRUE(bench.Sync(database));
  ExpectTrue(database, bench.request, bench.data);
}

TEST(FullSyncRunner, IsCancelledFromAnotherThread) {
  Bench bench;
  Database database = bench.Open();
  std::stop_source stop;
  bench.server.before_page = [&](int page) -> Result<> {
    if (page == 3) std::thread([&] { stop.request_stop(); }).join();
    return {};
  };
  const auto outcome = RunFullSync(bench.request, bench.server, database, {}, stop.get_token());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCancelled);
  ASSERT_TRUE(bench.Sync(database));
  ExpectTrue(database, bench.request, bench.data);
}

TEST(FullSyncRunner, ReportsWhatItDoes) {
  Bench bench;
  Database database = bench.Open();
  std::vector<SyncProgress> seen;
  const auto outcome =
      RunFullSync(bench.request, bench.server, database,
                  [&](const SyncProgress& progress) { seen.push_back(progress); }, {});
  ASSERT_TRUE(outcome);
  std::vector<std::pair<std::string, std::int64_t>> done;
  for (const SyncProgress& progress : seen) {
    EXPECT_EQ(progress.count, 2u);
    if (progress.entity_done) done.emplace_back(progress.entity, progress.records);
  }
  EXPECT_EQ(done, (std::vector<std::pair<std::string, std::int64_t>>{
                      {"account", outcome->entities[0].records},
                      {"contact", outcome->entities[1].records}}));
  EXPECT_EQ(seen.back().step, SyncProgress::Step::kPublishing);
  EXPECT_EQ(seen.back().total_records, outcome->entities[0].records + outcome->entities[1].records);
  EXPECT_EQ(seen.back().bytes, outcome->entities[0].bytes + outcome->entities[1].bytes);
}

TEST(FullSyncRunner, KeepsKeyTablesTrueToLaterWrites) {
  Bench bench;
  Database database = bench.Open();
  ASSERT_TRUE(bench.Sync(database));
  ASSERT_TRUE(database.Execute(
      "UPDATE account SET parentaccountid=NULL WHERE \"@rid\"%2=0;"
      "UPDATE account SET parentaccountid=x'000102030405060708090a0b0c0d0e0f' WHERE \"@rid\"%5=0;"
      "DELETE FROM account WHERE \"@rid\"%3=0;"
      "INSERT INTO account(accountid,parentaccountid) VALUES"
      "(x'ff0102030405060708090a0b0c0d0e0f',x'000102030405060708090a0b0c0d0e0f')"));
  for (const std::string field : {"accountid", "parentaccountid"}) {
    EXPECT_EQ(Column(database, "SELECT quote(" + field + ")||\"@rid\" FROM account WHERE " + field +
                                   " IS NOT NULL ORDER BY 1"),
              Column(database, "SELECT quote(key)||row FROM \"account@" + field + "\" ORDER BY 1"));
  }
}

// 300 accounts in the order of their ids.
DataSet Ascending() {
  std::string accounts;
  for (int i = 0; i < 300; ++i) {
    char id[64];
    std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012d", i);
    accounts += std::string(i ? "," : "") + R"({"accountid":")" + id + R"(","owner":")" +
                (i < 200 ? id : IdOf("aaaa", i)) + "\"}";
  }
  auto data = ParseDataSet(R"({"schema":{"account":{"key":"accountid",
    "fields":{"accountid":"uniqueidentifier","owner":"lookup"}}},"rows":{"account":[)" +
                           accounts + "]}}");
  EXPECT_TRUE(data) << data.error().message;
  return std::move(*data);
}

struct AscendingBench : Bench {
  AscendingBench() {
    data = Ascending();
    server = FakeServer(Ascending());
    server.page_size = 50;
    Policy policy;
    policy.project.name = "test";
    policy.entities = {{.name = "account", .fields = {"owner"}}};
    request = RequestFor(policy, data);
  }
};

TEST(FullSyncRunner, LetsKeyTablesGrowWithRowsWhoseKeysAscend) {
  for (const int repeated : {0, 1}) {
    for (const std::int64_t copied : {kMostRowsCopied, std::int64_t{0}}) {
      AscendingBench bench;
      bench.server.repeat_last = repeated;
      bench.request.copied_rows = copied;
      Database database = bench.Open();
      const auto outcome = bench.Sync(database);
      ASSERT_TRUE(outcome) << outcome.error().message;
      ExpectTrue(database, bench.request, bench.data);
    }
  }
}

TEST(FullSyncRunner, BeginsKeyTablesAnewWhereItGoesOn) {
  for (const int pages : {3, 5}) {
    AscendingBench bench;
    bench.server.before_page = [pages](int page) -> Result<> {
      if (page > pages) return Fail(ErrorCode::kOffline, "gone");
      return {};
    };
    Database database = bench.Open();
    ASSERT_FALSE(bench.Sync(database));
    const auto keys = [&database](const std::string& field) {
      return Column(database, "SELECT count(*)>0 FROM \"account@staged@" + field + "\"").front();
    };
    EXPECT_EQ(keys("accountid"), "1");
    EXPECT_EQ(keys("owner"), pages == 3 ? "1" : "0") << "its keys ascend for four pages";
    bench.server.before_page = {};
    ASSERT_TRUE(bench.Sync(database));
    ExpectTrue(database, bench.request, bench.data);
  }
}

// kill -9 before the n-th statement of the writer, for every n in a deep run: the file opens, is
// whole, shows either nothing or everything, and the next sync completes it.
TEST(FullSyncRunner, SurvivesAKillBeforeAnyStatement) {
  struct Killer {
    int left = 0;
  };
  const int step = IsDeepRun() ? 1 : 4;
  int survived = 0;
  for (int n = 1;; n += step) {
    Bench bench;
    bench.server.page_size = 20;
    const pid_t child = fork();
    if (child == 0) {
      Database database = bench.Open();
      Killer killer{n};
      sqlite3_trace_v2(
          database.handle(), SQLITE_TRACE_STMT,
          [](unsigned, void* context, void*, void*) {
            if (--static_cast<Killer*>(context)->left == 0) _exit(9);
            return 0;
          },
          &killer);
      _exit(bench.Sync(database) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0) break;
    ASSERT_EQ(WEXITSTATUS(status), 9) << "statement " << n;
    ++survived;
    Database database = bench.Open();
    ASSERT_EQ(Column(database, "PRAGMA integrity_check"), std::vector<std::string>{"ok"}) << n;
    const auto tables = Column(
        database,
        "SELECT name FROM sqlite_schema WHERE type='table' AND name IN ('account','contact')");
    ASSERT_TRUE(tables.empty() || tables.size() == 2) << "half a sync is visible, statement " << n;
    const auto outcome = bench.Sync(database);
    ASSERT_TRUE(outcome) << outcome.error().message << ", statement " << n;
    ExpectTrue(database, bench.request, bench.data);
    if (HasFailure()) FAIL() << "statement " << n;
  }
  EXPECT_GT(survived, 50);
}

}  // namespace
}  // namespace satchel
