// A full sync that is killed, loses power or meets a failing disk at any storage operation leaves
// what was published before or what it was about to publish, and the next one goes on (I8, B29, B42
// – B45).
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "engine/sync/full_sync_runner.h"
#include "tests/sim/fake_crm.h"
#include "tests/sim/local_rows.h"
#include "tests/sim/small_company.h"
#include "tests/support/deep_run.h"
#include "tests/support/test_vfs.h"

namespace satchel::sim {
namespace {

constexpr const char* kFile = "/device.db";

// A device that was filled once; then the company changed.
class Crash {
 public:
  explicit Crash(std::uint64_t seed, bool power) : vfs(seed) {
    if (power) vfs.TrackUnsynced();
    policy.entities.pop_back();  // Relations.
    Populate(site.state, 12);
    EXPECT_TRUE(Sync()) << "the first sync";
    before = Expected();
    // Some leave, some come, some change.
    site.state.Update("account", MakeId('a', 3), {{"statecode", std::int64_t{1}}});
    site.state.Update("account", MakeId('a', 1), {{"statecode", std::int64_t{0}}});
    site.state.Update("account", MakeId('a', 4), {{"name", std::string("Renamed")}});
    site.state.Delete("contact", MakeId('c', 5));
    site.state.Create("account", MakeId('a', 77),
                      {{"name", std::string("New")}, {"statecode", std::int64_t{0}}}, UserId(0));
    after = Expected();
    EXPECT_NE(before, after);
    ExpectBeforeOrAfter("undisturbed");
    filled_ = vfs.Save();
  }
  // Back to the filled device in the changed company.
  void Rewind(std::uint64_t seed = 1) { vfs.Load(filled_, seed); }

  [[nodiscard]] Rows Expected() const {
    return RowsOf(site.state, ScopeOf(site.state, {UserId(0), Morning()}, policy), policy);
  }
  Result<> Sync() {
    auto database = Database::Open(kFile, Database::Use::kDevice, {.vfs = vfs.name()});
    if (!database) return Fail(database.error());
    FakeCrm server(site, UserId(0));
    FullSyncRequest request = {.policy = policy,
                               .schema = site.state.schema(),
                               .organization = site.state.organization,
                               .user = UserId(0)};
    auto context = server.ContextOf("", {});
    request.context = *context;
    request.context.now = Morning();
    auto outcome = RunFullSync(request, server, *database, {}, {});
    if (!outcome) return Fail(outcome.error());
    return {};
  }
  // What a reader finds after the crash.
  void ExpectBeforeOrAfter(const std::string& where) {
    auto database = Database::Open(kFile, Database::Use::kDevice, {.vfs = vfs.name()});
    ASSERT_TRUE(database) << where << ": " << database.error().message;
    EXPECT_EQ(WhatIsBroken(*database, site.state.schema(), policy), "ok") << where;
    const auto rows = ReadRows(*database, site.state.schema(), policy);
    ASSERT_TRUE(rows) << where << ": " << rows.error().message;
    if (*rows != before && *rows != after) {
      ADD_FAILURE() << where << ": neither before:\n"
                    << Differences(*rows, before) << "nor after:\n"
                    << Differences(*rows, after);
    }
    auto mark = database->Prepare("SELECT max(mark) FROM \"@cursor\" WHERE entity='account'");
    ASSERT_TRUE(mark);
    ASSERT_TRUE(mark->Step());
    const std::string found(mark->Text(0));
    if (mark_before_.empty()) mark_before_ = found;  // The undisturbed content comes first.
    EXPECT_EQ(found == mark_before_, *rows == before)
        << where << ": the cursor and its rows differ";
  }
  void ExpectAfter(const std::string& where) {
    auto database = Database::Open(kFile, Database::Use::kDevice, {.vfs = vfs.name()});
    ASSERT_TRUE(database);
    const auto rows = ReadRows(*database, site.state.schema(), policy);
    ASSERT_TRUE(rows);
    EXPECT_EQ(Differences(*rows, after), "") << where;
    EXPECT_EQ(WhatIsBroken(*database, site.state.schema(), policy), "ok") << where;
  }

  CrmSite site{{}, Morning()};
  TestVfs vfs;
  Policy policy = FieldPolicy();
  Rows before = {};
  Rows after = {};

 private:
  TestVfs::Image filled_ = {};
  std::string mark_before_ = {};
};

// Storage operations of the second sync.
std::int64_t OperationsOf(Crash& crash) {
  crash.Rewind();
  const std::int64_t before = crash.vfs.operations();
  EXPECT_TRUE(crash.Sync());
  return crash.vfs.operations() - before;
}

TEST(FullSyncCrash, KilledAtAnyOperationItIsWhollyBeforeOrAfterAndGoesOn_I8_B29_B45) {
  Crash crash(1, false);
  const std::int64_t operations = OperationsOf(crash);
  ASSERT_GT(operations, 100);
  const std::int64_t step = IsDeepRun() ? 1 : 7;
  for (std::int64_t kill = 0; kill < operations; kill += step) {
    const std::string where = "killed at " + std::to_string(kill);
    crash.Rewind();
    crash.vfs.DieAfter(kill);
    EXPECT_FALSE(crash.Sync() && !crash.vfs.dead()) << where;
    crash.vfs.Revive();
    crash.ExpectBeforeOrAfter(where);
    // Killed again while it recovers.
    crash.vfs.DieAfter(kill % 23);
    (void)crash.Sync();
    crash.vfs.Revive();
    crash.ExpectBeforeOrAfter(where + " and again");
    const auto ended = crash.Sync();
    EXPECT_TRUE(ended) << where << ": " << ended.error().message;
    crash.ExpectAfter(where);
    if (HasFailure()) return;
  }
}

TEST(FullSyncCrash, PowerLostAtAnyOperationItIsWhollyBeforeOrAfter_I8_B43) {
  Crash crash(1, true);
  const std::int64_t operations = OperationsOf(crash);
  const std::int64_t step = IsDeepRun() ? 1 : 9;
  const std::uint64_t images = IsDeepRun() ? 4 : 1;
  for (std::int64_t kill = 0; kill < operations; kill += step) {
    for (std::uint64_t seed = 1; seed <= images; ++seed) {
      const std::string where =
          "power lost at " + std::to_string(kill) + ", image " + std::to_string(seed);
      crash.Rewind(seed);
      crash.vfs.DieAfter(kill);
      (void)crash.Sync();
      crash.vfs.LosePower(seed * 1'000'003 + static_cast<std::uint64_t>(kill));
      crash.ExpectBeforeOrAfter(where);
      const auto ended = crash.Sync();
      EXPECT_TRUE(ended) << where << ": " << ended.error().message;
      crash.ExpectAfter(where);
      if (HasFailure()) return;
    }
  }
}

// The N-th call fails, once or for ever: an error, and everything as before; once the disk works
// again, so does the device.
void ExpectErrorsToBeHarmless(TestVfs::Fault fault, bool for_ever) {
  Crash crash(1, false);
  const std::int64_t step = IsDeepRun() ? 1 : 61;
  std::int64_t struck = 0;
  for (std::int64_t at = 0;; at += step) {
    const std::string where =
        "call " + std::to_string(at) + " fails" + (for_ever ? " for ever" : "");
    crash.Rewind();
    crash.vfs.FailAfter(fault, at, for_ever);
    const auto sync = crash.Sync();
    const bool met = crash.vfs.struck();
    struck += met;
    crash.vfs.Heal();
    if (sync) {
      crash.ExpectAfter(where);
    } else {
      EXPECT_FALSE(sync.error().message.empty());
      crash.ExpectBeforeOrAfter(where);
    }
    const auto ended = crash.Sync();
    EXPECT_TRUE(ended) << where << ": " << ended.error().message;
    crash.ExpectAfter(where);
    if (::testing::Test::HasFailure() || !met) break;
  }
  EXPECT_GT(struck, 5);
}

TEST(FullSyncCrash, SurvivesAnyFailingCall) {
  ExpectErrorsToBeHarmless(TestVfs::Fault::kIoError, false);
}
TEST(FullSyncCrash, SurvivesADiskThatFailsForGood) {
  ExpectErrorsToBeHarmless(TestVfs::Fault::kIoError, true);
}
TEST(FullSyncCrash, SurvivesADiskThatIsFullForAMoment) {
  ExpectErrorsToBeHarmless(TestVfs::Fault::kFull, false);
}
TEST(FullSyncCrash, SurvivesADiskThatStaysFull) {
  ExpectErrorsToBeHarmless(TestVfs::Fault::kFull, true);
}
TEST(FullSyncCrash, SurvivesALockThatIsTakenForAMoment) {
  ExpectErrorsToBeHarmless(TestVfs::Fault::kBusy, false);
}

}  // namespace
}  // namespace satchel::sim
