// Incremental syncs, uploads and migrations that are killed, lose power, meet a failing disk or a
// failing connection at any point: what is found then is a state that an undisturbed sync leaves,
// nothing the user typed is lost, and the next syncs lead to the same end (I8, I11, I12, I14, I19).
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/crash/crash_scenarios.h"
#include "tests/support/deep_run.h"

namespace satchel::sim {
namespace {

class SyncCrash : public testing::TestWithParam<Scenario> {
 protected:
  SyncCrash() : device_(GetParam().make()) {
    // What an undisturbed sync leaves, request by request, and in the end.
    Rewind();
    const auto armed = device_->on_request;
    See();
    device_->on_request = [&](int count, const Request& request) {
      See();
      requests_ = count;
      return armed ? armed(count, request) : std::optional<Fate>();
    };
    const SyncOutcome outcome = device_->Sync();
    EXPECT_TRUE(outcome.succeeded()) << outcome.WhyNot();
    See();
    end_ = device_->AtTheEnd();
    EXPECT_EQ(device_->WhatIsWrong(allowed_), "");

    Rewind();
    const std::int64_t operations = device_->vfs.operations();
    const std::int64_t calls = device_->vfs.calls();
    EXPECT_TRUE(device_->Sync().succeeded());
    operations_ = device_->vfs.operations() - operations;
    calls_ = device_->vfs.calls() - calls;
    EXPECT_EQ(CrashDevice::Compare(device_->AtTheEnd(), end_), "");
    EXPECT_GT(operations_, 30);
  }

  void Rewind(std::uint64_t seed = 1) {
    device_->Rewind(seed);
    if (GetParam().arm) GetParam().arm(*device_);
  }
  void See() {
    const auto sight = device_->See();
    ASSERT_TRUE(sight) << sight.error().message;
    if (std::find(allowed_.begin(), allowed_.end(), *sight) == allowed_.end()) {
      allowed_.push_back(*sight);
    }
  }
  // Whole, and from here to the same end.
  void ExpectRecovery(const std::string& where) {
    ASSERT_EQ(device_->WhatIsWrong(allowed_), "") << where;
    ASSERT_NE(device_->SyncToTheEnd(), 0) << where << ": no sync succeeds any more";
    ASSERT_EQ(device_->WhatIsWrong(allowed_), "") << where << ", at the end";
    ASSERT_EQ(CrashDevice::Compare(device_->AtTheEnd(), end_), "") << where;
  }
  // So many points in the normal run, whatever there is to choose from; all of them in a deep one.
  [[nodiscard]] static std::int64_t Step(std::int64_t of, std::int64_t points) {
    return IsDeepRun() ? 1 : std::max<std::int64_t>(1, of / points);
  }

  std::unique_ptr<CrashDevice> device_;
  std::vector<Sight> allowed_ = {};
  CrashDevice::End end_ = {};
  std::int64_t operations_ = 0;
  std::int64_t calls_ = 0;
  int requests_ = 0;
};

TEST_P(SyncCrash, KilledAtAnyOperation) {
  for (std::int64_t kill = 0; kill < operations_; kill += Step(operations_, 16)) {
    const std::string where = "killed at " + std::to_string(kill);
    Rewind();
    device_->vfs.DieAfter(kill);
    (void)device_->Sync();
    ASSERT_TRUE(device_->vfs.dead()) << where;
    device_->vfs.Revive();
    ASSERT_EQ(device_->WhatIsWrong(allowed_), "") << where;
    // Killed again while it recovers.
    device_->vfs.DieAfter(kill % 23);
    (void)device_->Sync();
    device_->vfs.Revive();
    ASSERT_NO_FATAL_FAILURE(ExpectRecovery(where + " and again"));
  }
}

TEST_P(SyncCrash, PowerLostAtAnyOperation) {
  device_->vfs.TrackUnsynced();
  for (std::int64_t kill = 0; kill < operations_; kill += Step(operations_, 16)) {
    for (std::uint64_t seed = 1; seed <= (IsDeepRun() ? 4U : 1U); ++seed) {
      const std::string where =
          "power lost at " + std::to_string(kill) + ", image " + std::to_string(seed);
      Rewind(seed);
      device_->vfs.DieAfter(kill);
      (void)device_->Sync();
      ASSERT_TRUE(device_->vfs.dead()) << where;
      device_->vfs.LosePower(seed * 1'000'003 + static_cast<std::uint64_t>(kill));
      ASSERT_NO_FATAL_FAILURE(ExpectRecovery(where));
    }
  }
}

TEST_P(SyncCrash, ADiskThatFailsOnceOrForGood) {
  using Fault = TestVfs::Fault;
  for (const auto& [fault, name] :
       {std::pair(Fault::kIoError, "fails"), std::pair(Fault::kFull, "is full"),
        std::pair(Fault::kBusy, "is locked")}) {
    for (const bool for_ever : {false, true}) {
      if (for_ever && fault == Fault::kBusy) continue;
      int struck = 0;
      for (std::int64_t at = 0; at < calls_; at += Step(calls_, 7)) {
        const std::string where = "the disk " + std::string(name) + " at call " +
                                  std::to_string(at) + (for_ever ? " for good" : "");
        Rewind();
        device_->vfs.FailAfter(fault, at, for_ever);
        const SyncOutcome outcome = device_->Sync();
        struck += device_->vfs.struck() ? 1 : 0;
        device_->vfs.Heal();
        if (!outcome.succeeded()) {
          EXPECT_FALSE(outcome.WhyNot().empty()) << where;
        }
        ASSERT_NO_FATAL_FAILURE(ExpectRecovery(where + ": " + outcome.WhyNot()));
      }
      EXPECT_GT(struck, 3) << name;
    }
  }
}

// The grid of I14: before the request leaves, and after the server has done what it asks.
TEST_P(SyncCrash, KilledAroundAnyRequest) {
  for (int request = 1; request <= requests_; ++request) {
    for (const bool done : {false, true}) {
      const std::string where =
          (done ? "killed after request " : "killed before request ") + std::to_string(request);
      Rewind();
      const auto armed = device_->on_request;
      device_->on_request = [&](int count, const Request& what) {
        if (armed && count <= request) (void)armed(count, what);
        if (count != request) return std::optional<Fate>();
        device_->vfs.Die();
        return std::optional<Fate>(done ? Fate::kServed : Fate::kUnsent);
      };
      (void)device_->Sync();
      ASSERT_TRUE(device_->vfs.dead()) << where;
      device_->vfs.Revive();
      device_->on_request = armed;
      ASSERT_NO_FATAL_FAILURE(ExpectRecovery(where));
    }
  }
}

TEST_P(SyncCrash, AnAnswerLostAtAnyRequest) {
  for (int request = 1; request <= requests_; ++request) {
    for (const Fate fate : {Fate::kUnsent, Fate::kAnswerLost, Fate::kHalfLost, Fate::kBroken}) {
      if (!IsDeepRun() && (request + static_cast<int>(fate)) % 3 != 0) continue;
      const std::string where = "fate " + std::to_string(static_cast<int>(fate)) + " of request " +
                                std::to_string(request);
      Rewind();
      const auto armed = device_->on_request;
      device_->on_request = [&](int count, const Request& what) {
        if (armed) (void)armed(count, what);
        return count == request ? std::optional<Fate>(fate) : std::nullopt;
      };
      (void)device_->Sync();
      device_->on_request = armed;
      ASSERT_NO_FATAL_FAILURE(ExpectRecovery(where));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, SyncCrash, testing::ValuesIn(Scenarios()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace satchel::sim
