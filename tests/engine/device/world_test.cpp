#include "engine/device/world.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "tests/support/temp_folder.h"

namespace satchel {
namespace {

TEST(SeededRandom, GivesTheSameNumbersEverywhere) {
  const auto random = MakeSeededRandom(0);
  EXPECT_EQ(random->Next(), 0xe220a8397b1dcdafU);  // SplitMix64's published first number of seed 0.
  EXPECT_EQ(MakeSeededRandom(5)->Next(), MakeSeededRandom(5)->Next());
  EXPECT_NE(MakeSeededRandom(5)->Next(), MakeSeededRandom(6)->Next());
}

TEST(Chance, StaysBetweenZeroAndOne) {
  class Highest : public Random {
    std::uint64_t Next() override { return ~std::uint64_t{0}; }
  } highest;
  EXPECT_LT(Chance(highest), 1.0);
  class Lowest : public Random {
    std::uint64_t Next() override { return 0; }
  } lowest;
  EXPECT_EQ(Chance(lowest), 0.0);
}

TEST(NewGuid, IsRandomOfVersionFour) {
  const auto random = MakeSystemRandom();
  std::set<Guid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Guid id = NewGuid(*random);
    EXPECT_EQ(id.bytes[6] >> 4, 4);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(SystemClock, DoesNotGoBack) {
  const auto clock = MakeSystemClock();
  const UptimePoint first = clock->Up();
  EXPECT_GE(clock->Up(), first);
  EXPECT_GT(clock->Now().ticks, ParseInstant("2024-01-01")->ticks);
}

TEST(FileLock, IsHeldByOneAtATime) {
  const TempFolder folder;
  const auto mine = MakeFileLock(folder.path() / "device.db");
  const auto theirs = MakeFileLock(folder.path() / "device.db");
  EXPECT_EQ(mine->TryLock(), true);
  EXPECT_EQ(mine->TryLock(), true);
  EXPECT_EQ(theirs->TryLock(), false);
  mine->Unlock();
  EXPECT_EQ(theirs->TryLock(), true);
}

TEST(FileLock, KeepsItsFilePrivate) {
  const TempFolder folder;
  const auto lock = MakeFileLock(folder.path() / "device.db");
  ASSERT_EQ(lock->TryLock(), true);
  struct stat state = {};
  ASSERT_EQ(::stat((folder.path() / "device.db-sync").c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600U);
}

TEST(FileLock, SaysWhereItCannotBeMade) {
  const auto lock = MakeFileLock("/nonexistent/device.db");
  const auto locked = lock->TryLock();
  ASSERT_FALSE(locked);
  EXPECT_NE(locked.error().message.find("/nonexistent/device.db-sync"), std::string::npos);
}

TEST(SystemConnectivity, NeedsNoNetworkForAServerOnThisMachine) {
  EXPECT_EQ(MakeSystemConnectivity(true)->Now(), Reach::kUnmetered);
}

}  // namespace
}  // namespace satchel
