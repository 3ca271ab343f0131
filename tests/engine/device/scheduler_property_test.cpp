// Whatever happens to a scheduler, in whatever order.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/device/scheduler.h"

namespace satchel::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int kSeeds = 1'500;
constexpr int kSteps = 120;

Triggers AnyTriggers(Random& random) {
  const auto coin = [&] { return random.Next() % 2 == 0; };
  Triggers triggers;
  if (coin()) {
    triggers.on_start.emplace();
    if (coin()) triggers.on_start->skip_if_synced_within = minutes(1 + random.Next() % 60);
    if (coin()) triggers.on_start->style = SyncStyle::kForeground;
  }
  if (coin()) {
    OnChange& change = triggers.on_change.emplace();
    change.watch = static_cast<Watch>(random.Next() % 3);
    if (coin()) change.poll = Seconds(20 + random.Next() % 300);
    if (coin()) change.entities = {"incident"};
  }
  if (coin()) {
    triggers.on_save.emplace();
    if (coin()) triggers.on_save->delay = Seconds(1 + random.Next() % 30);
  }
  if (coin()) triggers.every = minutes(1 + random.Next() % 60);
  triggers.retry_on_reconnect = coin();
  triggers.style = coin() ? SyncStyle::kForeground : SyncStyle::kBackground;
  triggers.network = coin() ? Network::kAny : Network::kUnmetered;
  return triggers;
}

// A device without a body: it runs what the scheduler asks for and watches the scheduler's manners.
class World {
 public:
  explicit World(std::uint64_t seed)
      : random_(MakeSeededRandom(seed)),
        triggers_(AnyTriggers(*random_)),
        scheduler_(triggers_, SyncStyle::kForeground) {
    Tell(Started{
        .since_sync = random_->Next() % 2 ? std::optional<Seconds>(minutes(3)) : std::nullopt,
        .reach = reach_,
        .structure_pending = random_->Next() % 8 == 0,
        .unsent = random_->Next() % 4 == 0});
  }

  void Step() {
    switch (random_->Next() % 13) {
      case 0:
        return Tell(Returned{});
      case 1:
      case 2:
        reach_ = static_cast<Reach>(random_->Next() % 3);
        return Tell(ReachChanged{reach_});
      case 3:
        return Tell(Saved{random_->Next() % 2 ? "incident" : "account"});
      case 4:
        return Tell(ChangedHere{"incident"});
      case 5:
        return Tell(EditOpened{});
      case 6:
        return Tell(EditClosed{});
      case 7:
        return Tell(Asked{random_->Next() % 2 ? Trigger::kHand : Trigger::kSwitch});
      case 8:
        if (random_->Next() % 4) return;
        triggers_ = AnyTriggers(*random_);
        return Tell(PolicyChanged{triggers_});
      case 9:
        if (!polling_) return;
        polling_ = false;
        return Tell(Polled{.changed = random_->Next() % 2 ? std::vector<std::string>{"incident"}
                                                          : std::vector<std::string>{},
                           .failed = random_->Next() % 2 == 0,
                           .retry_after = AnyRetryAfter()});
      case 10:
        if (!running_) return;
        running_ = false;
        return Tell(Ended{.how = static_cast<Ended::How>(random_->Next() % 5),
                          .retry_after = AnyRetryAfter(),
                          .unsent = random_->Next() % 3 == 0});
      default:
        return Sleep(minutes(random_->Next() % 40));
    }
  }

  // The world turns good: a connection, no open edit, a server that answers.
  void TurnGood() {
    reach_ = Reach::kUnmetered;
    Tell(ReachChanged{reach_});
    Tell(EditClosed{});
    Settle();
  }
  void Settle() {
    for (int i = 0; running_ || polling_; ++i) {
      ASSERT_LT(i, 10) << "syncs follow each other without end";
      if (polling_) {
        polling_ = false;
        Tell(Polled{});
      }
      if (running_) {
        running_ = false;
        Tell(Ended{});
      }
    }
  }
  // Lets time pass, with everything succeeding.
  void PassGood(Milliseconds span) {
    const UptimePoint end = now_ + span;
    for (auto due = scheduler_.NextWake(); due && *due <= end; due = scheduler_.NextWake()) {
      now_ = std::max(now_, *due);
      Tell(TimerDue{});
      Settle();
    }
    now_ = end;
  }

  [[nodiscard]] int syncs() const { return syncs_; }
  [[nodiscard]] const Triggers& triggers() const { return triggers_; }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] bool owed() const { return owed_; }
  void Tell(const Event& event) {
    const bool was_running = running_;
    if (const auto* ended = std::get_if<Ended>(&event)) Patience(ended->retry_after);
    if (const auto* polled = std::get_if<Polled>(&event)) {
      if (polled->failed) Patience(polled->retry_after);
    }
    for (const Action& action : scheduler_.On(event, {now_, Chance(*random_)})) {
      if (const auto* sync = std::get_if<Sync>(&action)) {
        EXPECT_FALSE(running_) << "I23: a second sync at the same time";
        EXPECT_FALSE(was_running && running_);
        EXPECT_FALSE(sync->because.empty());
        EXPECT_GE(now_, not_before_) << "I24: before the server's Retry-After";
        EXPECT_NE(reach_, Reach::kNone) << "I24: a request without connection";
        running_ = true;
        ++syncs_;
        owed_ = false;
      } else if (std::holds_alternative<Poll>(action)) {
        EXPECT_FALSE(polling_);
        EXPECT_GE(now_, not_before_) << "I24: a poll before the server's Retry-After";
        EXPECT_NE(reach_, Reach::kNone);
        polling_ = true;
      } else if (const auto* suppressed = std::get_if<Suppressed>(&action)) {
        EXPECT_FALSE(suppressed->reason.empty());
        const std::string& reason = suppressed->reason;
        const bool promised = reason.find("it runs") != std::string::npos ||
                              reason.find("one more follows") != std::string::npos ||
                              reason.find("next attempt") != std::string::npos ||
                              reason.find("sync runs when") != std::string::npos;
        // When the wait for a promised sync is over it may be promised anew, or given up openly.
        const bool settles = std::holds_alternative<TimerDue>(event) ||
                             std::holds_alternative<EditClosed>(event) ||
                             std::holds_alternative<Ended>(event);
        owed_ = promised || (owed_ && !settles);
      }
    }
    EXPECT_EQ(scheduler_.running(), running_);
    CheckWaiting();
  }

 private:
  void Patience(const std::optional<Seconds>& retry_after) {
    if (retry_after) not_before_ = now_ + *retry_after;
  }
  std::optional<Seconds> AnyRetryAfter() {
    if (random_->Next() % 4) return std::nullopt;
    return Seconds(random_->Next() % 1'200);
  }
  void Sleep(Milliseconds span) {
    const UptimePoint end = now_ + span;
    for (auto due = scheduler_.NextWake(); due && *due <= end; due = scheduler_.NextWake()) {
      const UptimePoint before = now_;
      now_ = std::max(now_, *due);
      Tell(TimerDue{});
      const auto next = scheduler_.NextWake();
      ASSERT_TRUE(!next || *next > now_ || now_ > before) << "B65: a timer that spins";
    }
    now_ = end;
  }
  // I20 and I23 on what the scheduler says of itself.
  void CheckWaiting() {
    const std::vector<Waiting> waits = scheduler_.WaitsFor();
    EXPECT_FALSE(waits.empty());
    std::map<std::string, int> timers;
    for (const Waiting& wait : waits) {
      if (!wait.due) continue;
      ++timers[wait.what.substr(0, wait.what.find(' '))];
      EXPECT_TRUE(scheduler_.NextWake() && *scheduler_.NextWake() <= *wait.due);
    }
    for (const auto& [what, count] : timers) EXPECT_EQ(count, 1) << what;
    if (triggers_.every && !running_ && timers["every"] == 0) {
      const bool named = std::any_of(waits.begin(), waits.end(), [](const Waiting& wait) {
        return wait.what == "retry" || wait.what == "reconnect" || wait.what == "a connection" ||
               wait.what == "the end of the open edit";
      });
      EXPECT_TRUE(named) << "I20: the interval is not armed, and nothing stands for it";
    }
    if (running_) {
      EXPECT_EQ(timers["every"], 0) << "B64";
    }
  }

  std::unique_ptr<Random> random_;
  Triggers triggers_;
  Scheduler scheduler_;
  UptimePoint now_ = UptimePoint(hours(1000));
  UptimePoint not_before_ = UptimePoint(hours(0));
  Reach reach_ = Reach::kUnmetered;
  bool running_ = false;
  bool polling_ = false;
  bool owed_ = false;  // A suppression promised that a sync follows.
  int syncs_ = 0;
};

TEST(SchedulerProperty, HoldsItsInvariantsAndKeepsItsPromises) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) world.Step();
    const int before = world.syncs();
    const bool owed = world.owed();
    world.TurnGood();
    world.PassGood(hours(3));
    if (owed) {
      EXPECT_GT(world.syncs(), before) << "I20: a promised sync never came";
    }
    if (world.triggers().every) {
      EXPECT_GT(world.syncs(), before) << "I20: the interval died";
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(SchedulerProperty, AlwaysAnswersASaveInAGoodWorld) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) world.Step();
    world.TurnGood();
    world.PassGood(hours(1));
    const int before = world.syncs();
    world.Tell(Saved{"incident"});
    world.Settle();
    world.PassGood(minutes(2));
    if (world.triggers().on_save) {
      EXPECT_GT(world.syncs(), before);
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(SchedulerProperty, IsTheSameForTheSameEvents) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    World a(seed);
    World b(seed);
    for (int step = 0; step < kSteps; ++step) {
      a.Step();
      b.Step();
      ASSERT_EQ(a.scheduler().WaitsFor(), b.scheduler().WaitsFor());
    }
    ASSERT_EQ(a.syncs(), b.syncs());
  }
}

// 10 000 devices that lost their connection at the same moment and regain it at the same moment.
// `starts` of each second of the simulated time after that.
std::map<std::int64_t, int> StartsPerSecond(const Triggers& triggers, int devices,
                                            bool failed_before) {
  std::map<std::int64_t, int> starts;
  const auto random = MakeSeededRandom(7);
  const UptimePoint lost(hours(10));
  const UptimePoint back = lost + hours(2);
  for (int device = 0; device < devices; ++device) {
    Scheduler scheduler(triggers);
    (void)scheduler.On(Started{.since_sync = Seconds(0), .reach = Reach::kUnmetered},
                       {lost - minutes(1), Chance(*random)});
    if (scheduler.running()) {
      const auto how = failed_before ? Ended::How::kFailed : Ended::How::kSucceeded;
      (void)scheduler.On(Ended{.how = how}, {lost - Seconds(1), Chance(*random)});
    }
    (void)scheduler.On(ReachChanged{Reach::kNone}, {lost, Chance(*random)});
    for (auto due = scheduler.NextWake(); due && *due < back; due = scheduler.NextWake()) {
      (void)scheduler.On(TimerDue{}, {*due, Chance(*random)});
    }
    (void)scheduler.On(Saved{"incident"}, {back - minutes(1), Chance(*random)});
    (void)scheduler.On(ReachChanged{Reach::kUnmetered}, {back, Chance(*random)});
    const UptimePoint end = back + minutes(10);
    for (auto due = scheduler.NextWake(); due && *due < end; due = scheduler.NextWake()) {
      bool started = false;
      for (const Action& action : scheduler.On(TimerDue{}, {*due, Chance(*random)})) {
        if (std::holds_alternative<Suppressed>(action)) continue;
        started = true;
        ++starts[std::chrono::floor<Seconds>(*due - back).count()];
        if (std::holds_alternative<Poll>(action)) {
          (void)scheduler.On(Polled{}, {*due, Chance(*random)});
        } else {
          (void)scheduler.On(Ended{}, {*due + Seconds(2), Chance(*random)});
        }
      }
      if (started && !triggers.on_change) break;
    }
  }
  return starts;
}

TEST(SchedulerManners, B66SpreadTenThousandDevicesThatRegainTheirConnectionAtOnce) {
  constexpr int kDevices = 10'000;
  Triggers all;
  all.on_start.emplace();
  all.on_save.emplace();
  all.every = minutes(15);
  Triggers polls = all;
  polls.on_change.emplace().poll = minutes(5);
  for (const Triggers& triggers : {all, polls}) {
    for (const bool failed : {false, true}) {
      const auto starts = StartsPerSecond(triggers, kDevices, failed);
      int most = 0;
      int sum = 0;
      for (const auto& [second, count] : starts) {
        most = std::max(most, count);
        sum += count;
      }
      EXPECT_GE(sum, kDevices);
      EXPECT_LE(most, kDevices / 50) << "more than 2 % in one second";
      RecordProperty("most_in_one_second", most);
    }
  }
}

}  // namespace
}  // namespace satchel::schedule
