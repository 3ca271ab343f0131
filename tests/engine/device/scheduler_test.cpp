#include "engine/device/scheduler.h"

#include <gtest/gtest.h>

namespace satchel::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr SyncStyle kFore = SyncStyle::kForeground;
constexpr SyncStyle kBack = SyncStyle::kBackground;

// A scheduler and a clock that only the test moves.
struct Driver {
  explicit Driver(const Triggers& triggers, SyncStyle hand = kFore) : scheduler(triggers, hand) {}

  Actions On(const Event& event, double chance = 0.5) { return scheduler.On(event, {now, chance}); }
  // Started long after a sync, so that nothing is due at once.
  void Begin(Reach reach = Reach::kUnmetered) {
    (void)On(Started{.since_sync = Seconds(0), .reach = reach});
    if (scheduler.running()) (void)On(Ended{});
  }
  // Sleeps until the next timer and lets it fire.
  Actions Wake(double chance = 0.5) {
    const auto due = scheduler.NextWake();
    if (!due) {
      ADD_FAILURE() << "no timer is armed";
      return {};
    }
    now = std::max(now, *due);
    return On(TimerDue{}, chance);
  }
  [[nodiscard]] Milliseconds ToWake() const {
    return scheduler.NextWake().value_or(now - Milliseconds(1)) - now;
  }

  Scheduler scheduler;
  UptimePoint now = UptimePoint(hours(100));
};

Triggers Only(void (*set)(Triggers&)) {
  Triggers triggers;
  set(triggers);
  return triggers;
}
Triggers Every15() {
  return Only([](Triggers& t) { t.every = minutes(15); });
}
Triggers OnSave() {
  return Only([](Triggers& t) { t.on_save.emplace(); });
}

Actions Syncs(SyncStyle style, Trigger trigger) {
  return {Sync{style, {trigger}}};
}
std::string ReasonOf(const Actions& actions) {
  const auto* suppressed =
      actions.size() == 1 ? std::get_if<Suppressed>(&actions.front()) : nullptr;
  return suppressed ? suppressed->reason : "(not suppressed)";
}

TEST(Scheduler, DoesNothingByItselfWithoutTriggers) {
  Driver device((Triggers()));
  EXPECT_EQ(device.On(Started{.reach = Reach::kUnmetered}), Actions());
  EXPECT_EQ(device.On(Saved{"account"}), Actions());
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
  EXPECT_EQ(device.On(Asked{}), Syncs(kFore, Trigger::kHand));
}

TEST(Scheduler, SyncsWhenTheAppStartsAndWhenItComesBack) {
  Driver device(Only([](Triggers& t) { t.on_start.emplace(); }));
  EXPECT_EQ(device.On(Started{.reach = Reach::kUnmetered}), Syncs(kBack, Trigger::kStart));
  EXPECT_EQ(device.On(Ended{}), Actions());
  EXPECT_EQ(device.On(Returned{}), Syncs(kBack, Trigger::kStart));
}

TEST(Scheduler, GivesOnStartAStyleOfItsOwn) {
  Driver device(Only([](Triggers& t) { t.on_start.emplace().style = kFore; }));
  EXPECT_EQ(device.On(Started{.reach = Reach::kUnmetered}), Syncs(kFore, Trigger::kStart));
}

TEST(Scheduler, SkipsOnStartSoonAfterASyncAndSaysSo) {
  const Triggers triggers =
      Only([](Triggers& t) { t.on_start.emplace().skip_if_synced_within = minutes(15); });
  Driver recent(triggers);
  EXPECT_EQ(ReasonOf(recent.On(Started{.since_sync = minutes(14), .reach = Reach::kUnmetered})),
            "the last sync was 14 min ago, and on_start skips within 15m");
  Driver old(triggers);
  EXPECT_EQ(old.On(Started{.since_sync = minutes(15), .reach = Reach::kUnmetered}),
            Syncs(kBack, Trigger::kStart));
  (void)old.On(Ended{});
  old.now += minutes(1);
  EXPECT_EQ(ReasonOf(old.On(Returned{})),
            "the last sync was 60 s ago, and on_start skips within 15m");
}

TEST(Scheduler, SyncsAtOnceAfterASave) {
  Driver device(OnSave());
  device.Begin();
  EXPECT_EQ(device.On(Saved{"account"}), Syncs(kBack, Trigger::kSave));
}

TEST(Scheduler, GathersSavesWithinTheDelayFromTheFirstOn) {
  Driver device(Only([](Triggers& t) { t.on_save.emplace().delay = Seconds(5); }));
  device.Begin();
  EXPECT_EQ(device.On(Saved{"account"}), Actions());
  device.now += Seconds(4);
  EXPECT_EQ(device.On(Saved{"account"}), Actions());
  EXPECT_EQ(device.ToWake(), Seconds(1));
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kSave));
}

TEST(Scheduler, WatchesTheEntitiesItIsToldTo) {
  Driver device(Only([](Triggers& t) {
    t.on_change = OnChange{.watch = Watch::kDevice, .entities = {"incident"}};
  }));
  device.Begin();
  EXPECT_EQ(device.On(Saved{"account"}), Actions());
  EXPECT_EQ(device.On(Saved{"incident"}), Syncs(kBack, Trigger::kChange));
  (void)device.On(Ended{});
  EXPECT_EQ(device.On(ChangedHere{"incident"}), Syncs(kBack, Trigger::kChange));
}

TEST(Scheduler, AnswersOneSaveWithOneSync) {
  Driver device(Only([](Triggers& t) {
    t.on_save.emplace();
    t.on_change.emplace().watch = Watch::kDevice;
  }));
  device.Begin();
  EXPECT_EQ(device.On(Saved{"account"}), Syncs(kBack, Trigger::kSave));
  EXPECT_EQ(device.On(Ended{}), Actions());
}

TEST(Scheduler, PollsTheServerAndSyncsWhenSomethingChanged) {
  Driver device(Only([](Triggers& t) {
    t.on_change = OnChange{.watch = Watch::kServer, .poll = Seconds(60), .entities = {"incident"}};
  }));
  device.Begin();
  EXPECT_EQ(device.ToWake(), Seconds(60));
  EXPECT_EQ(device.Wake(), Actions({Poll{{"incident"}}}));
  EXPECT_EQ(device.On(Polled{}), Actions());
  EXPECT_EQ(device.Wake(), Actions({Poll{{"incident"}}}));
  EXPECT_EQ(device.On(Polled{{"incident"}}), Syncs(kBack, Trigger::kChange));
}

TEST(Scheduler, DoesNotPollTheServerWhileOnlyTheDeviceIsWatched) {
  Driver device(Only([](Triggers& t) { t.on_change.emplace().watch = Watch::kDevice; }));
  device.Begin();
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
}

TEST(Scheduler, BacksOffFromPollsThatFail) {
  Driver device(Only(
      [](Triggers& t) { t.on_change = OnChange{.watch = Watch::kServer, .poll = Seconds(1)}; }));
  device.Begin();
  Milliseconds before = {};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(device.Wake(), Actions({Poll{}}));
    EXPECT_EQ(device.On(Polled{.failed = true}, 0.99), Actions());
    EXPECT_GT(device.ToWake(), before);
    before = device.ToWake();
  }
  (void)device.Wake();
  (void)device.On(Polled{});
  EXPECT_EQ(device.ToWake(), Seconds(1));
}

TEST(Scheduler, CountsTheIntervalFromTheEndOfThePreviousSync) {
  Driver device(Every15());
  device.Begin();
  EXPECT_EQ(device.ToWake(), minutes(15));
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kInterval));
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);  // B64: none while it runs.
  device.now += minutes(40);
  EXPECT_EQ(device.On(Ended{}), Actions());
  EXPECT_EQ(device.ToWake(), minutes(15));
}

TEST(Scheduler, CountsTheIntervalFromASyncByHandToo) {
  Driver device(Every15());
  device.Begin();
  device.now += minutes(10);
  (void)device.On(Asked{});
  (void)device.On(Ended{});
  EXPECT_EQ(device.ToWake(), minutes(15));
}

TEST(Scheduler, MakesUpOnceForIntervalsMissedWhileTheAppWasClosed) {
  Driver device(Every15());
  EXPECT_EQ(device.On(Started{.since_sync = hours(72), .reach = Reach::kUnmetered}), Actions());
  EXPECT_EQ(device.ToWake(), Seconds(0));
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kInterval));
  (void)device.On(Ended{});
  EXPECT_EQ(device.ToWake(), minutes(15));
}

TEST(Scheduler, GoesOnWithTheIntervalThatAnEarlierProcessBegan) {
  Driver device(Every15());
  (void)device.On(Started{.since_sync = minutes(10), .reach = Reach::kUnmetered});
  EXPECT_EQ(device.ToWake(), minutes(5));
}

TEST(Scheduler, MakesUpOnceForAnIntervalMissedWithoutConnection) {
  Driver device(Every15());
  device.Begin();
  (void)device.On(ReachChanged{Reach::kNone});
  EXPECT_EQ(ReasonOf(device.Wake()), "there is no connection; it runs once when there is one");
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);  // Nothing wakes it for nothing.
  device.now += hours(5);
  EXPECT_EQ(device.On(ReachChanged{Reach::kUnmetered}, 0.5), Actions());
  EXPECT_EQ(device.ToWake(), Seconds(45));  // Half of the spread.
  EXPECT_EQ(device.Wake(), Actions({Sync{kBack, {Trigger::kReconnect, Trigger::kInterval}}}));
  EXPECT_EQ(device.On(Ended{}), Actions());
  EXPECT_EQ(device.ToWake(), minutes(15));
}

TEST(Scheduler, LeavesAMissedIntervalAtThatWhenThePolicySaysSo) {
  Driver device(Only([](Triggers& t) {
    t.every = minutes(15);
    t.retry_on_reconnect = false;
  }));
  device.Begin();
  (void)device.On(ReachChanged{Reach::kNone});
  EXPECT_EQ(ReasonOf(device.Wake()), "there is no connection");
  (void)device.On(ReachChanged{Reach::kUnmetered});
  EXPECT_EQ(device.ToWake(), minutes(15));
}

TEST(Scheduler, DoesNothingOnReconnectWhenNothingWasMissed) {
  Driver device(Every15());
  device.Begin();
  (void)device.On(ReachChanged{Reach::kNone});
  device.now += minutes(3);
  EXPECT_EQ(device.On(ReachChanged{Reach::kUnmetered}), Actions());
  EXPECT_EQ(device.ToWake(), minutes(12));
}

TEST(Scheduler, WaitsForAnotherConnectionThatFlickers) {
  Driver device(Every15());
  device.Begin();
  (void)device.On(ReachChanged{Reach::kNone});
  (void)device.Wake();
  (void)device.On(ReachChanged{Reach::kUnmetered});
  (void)device.On(ReachChanged{Reach::kNone});
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
  (void)device.On(ReachChanged{Reach::kUnmetered});
  EXPECT_EQ(device.Wake(), Actions({Sync{kBack, {Trigger::kReconnect, Trigger::kInterval}}}));
}

TEST(Scheduler, B53SendsWhatWasSavedWithoutConnectionWhenItReturns) {
  Driver device(OnSave());
  device.Begin(Reach::kNone);
  EXPECT_EQ(ReasonOf(device.On(Saved{"account"})),
            "there is no connection; it runs once when there is one");
  (void)device.On(ReachChanged{Reach::kMetered});
  EXPECT_EQ(device.Wake(), Actions({Sync{kBack, {Trigger::kReconnect, Trigger::kSave}}}));
}

TEST(Scheduler, TellsTheSyncButtonThatThereIsNoConnection) {
  Driver device((Triggers()));
  device.Begin(Reach::kNone);
  EXPECT_EQ(ReasonOf(device.On(Asked{})), "there is no connection");
  (void)device.On(ReachChanged{Reach::kUnmetered});
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
}

TEST(Scheduler, KeepsAutomaticSyncsOffMeteredNetworks) {
  Driver device(Only([](Triggers& t) {
    t.on_save.emplace();
    t.network = Network::kUnmetered;
  }));
  device.Begin(Reach::kMetered);
  EXPECT_EQ(ReasonOf(device.On(Saved{"account"})),
            "the network is metered, and the policy asks for another; it runs once when there is "
            "one");
  EXPECT_EQ(device.On(Asked{}), Syncs(kFore, Trigger::kHand));  // The user knows.
  (void)device.On(Ended{.how = Ended::How::kCancelled});
  (void)device.On(Saved{"account"});
  (void)device.On(ReachChanged{Reach::kUnmetered});
  EXPECT_EQ(device.Wake(), Actions({Sync{kBack, {Trigger::kReconnect, Trigger::kSave}}}));
}

TEST(Scheduler, MakesUpForWhatWasMissedWhenThePolicyAllowsTheNetworkThatIsThere) {
  Driver device(Only([](Triggers& t) {
    t.on_save.emplace();
    t.network = Network::kUnmetered;
  }));
  device.Begin(Reach::kMetered);
  (void)device.On(Saved{"account"});
  EXPECT_EQ(device.On(PolicyChanged{OnSave()}), Actions());
  EXPECT_EQ(device.Wake(), Actions({Sync{kBack, {Trigger::kReconnect, Trigger::kSave}}}));
}

TEST(Scheduler, B64RunsOneSyncAtATimeAndOneMoreAfterIt) {
  Driver device(OnSave());
  device.Begin();
  (void)device.On(Saved{"account"});
  EXPECT_EQ(ReasonOf(device.On(Saved{"contact"})), "a sync is running; one more follows it");
  (void)device.On(Saved{"contact"});
  EXPECT_EQ(device.On(Ended{}), Actions({Sync{kBack, {Trigger::kSave, Trigger::kAgain}}}));
  EXPECT_EQ(device.On(Ended{}), Actions());
}

TEST(Scheduler, RunsTheSecondSyncInTheForegroundIfOneOfItsAskersWantsThat) {
  Driver device(OnSave());
  device.Begin();
  (void)device.On(Saved{"account"});
  (void)device.On(Saved{"account"});
  (void)device.On(Asked{});
  EXPECT_EQ(device.On(Ended{}),
            Actions({Sync{kFore, {Trigger::kHand, Trigger::kSave, Trigger::kAgain}}}));
}

TEST(Scheduler, B65BacksOffAfterFailuresWithFullJitter) {
  Driver device(Every15());
  device.Begin();
  (void)device.Wake();
  (void)device.On(Ended{.how = Ended::How::kFailed}, 0.0);
  EXPECT_EQ(device.ToWake(), Seconds(1));  // B65: never at once.
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kRetry));
  for (const Milliseconds most : {Seconds(60), Seconds(120), Seconds(240), Seconds(480),
                                  Seconds(900), Seconds(900), Seconds(900)}) {
    (void)device.On(Ended{.how = Ended::How::kFailed}, 0.999999);
    EXPECT_LE(device.ToWake(), most);
    EXPECT_GT(device.ToWake(), most - Seconds(1));
    EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kRetry));
  }
  (void)device.On(Ended{});  // Only success forgets.
  (void)device.Wake();
  (void)device.On(Ended{.how = Ended::How::kFailed}, 0.999999);
  EXPECT_LE(device.ToWake(), Seconds(30));
}

TEST(Scheduler, KeepsTriggersBackWhileItBacksOffButNotTheUser) {
  Driver device(OnSave());
  device.Begin();
  (void)device.On(Saved{"account"});
  (void)device.On(Ended{.how = Ended::How::kFailed}, 0.5);
  EXPECT_EQ(ReasonOf(device.On(Saved{"account"})),
            "the last sync failed; the next attempt is in 16 s");
  EXPECT_EQ(device.On(Asked{}), Syncs(kFore, Trigger::kHand));
  (void)device.On(Ended{});
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
}

TEST(Scheduler, B66NeverSendsBeforeTheServerWantsIt) {
  Driver device(Only([](Triggers& t) {
    t.every = minutes(1);
    t.on_save.emplace();
    t.on_change = OnChange{.watch = Watch::kAny, .poll = Seconds(5)};
  }));
  device.Begin();
  (void)device.On(Asked{});
  (void)device.On(Ended{.how = Ended::How::kFailed, .retry_after = Seconds(600)}, 0.0);
  const UptimePoint allowed = device.now + Seconds(600);
  EXPECT_EQ(ReasonOf(device.On(Saved{"account"})), "the server asked to wait; it runs in 10 min");
  EXPECT_EQ(ReasonOf(device.On(Asked{})), "the server asked to wait; it runs in 10 min");
  EXPECT_EQ(ReasonOf(device.On(Asked{Trigger::kSwitch})),
            "the server asked to wait for another 10 min");
  while (*device.scheduler.NextWake() < allowed) {
    for (const Action& action : device.Wake(0.0)) {
      EXPECT_TRUE(std::holds_alternative<Suppressed>(action));
    }
  }
  EXPECT_TRUE(std::holds_alternative<Sync>(device.Wake().at(0)));
  EXPECT_GE(device.now, allowed);
}

TEST(Scheduler, ObeysNoServerForTenYears) {
  Driver device(Every15());
  device.Begin();
  (void)device.Wake();
  (void)device.On(Ended{.how = Ended::How::kFailed, .retry_after = hours(24 * 3650)});
  EXPECT_EQ(ReasonOf(device.On(Asked{})), "the server asked to wait; it runs in 24 h");
}

TEST(Scheduler, B52TriesAgainWhenSomeChangesCouldNotBeSent) {
  Driver device(OnSave());
  device.Begin();
  (void)device.On(Saved{"account"});
  (void)device.On(Ended{.unsent = true});
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kRetry));
}

TEST(Scheduler, LeavesAFailedSyncByHandToTheUserWhereNothingIsAutomatic) {
  Driver device((Triggers()));
  device.Begin();
  (void)device.On(Asked{});
  (void)device.On(Ended{.how = Ended::How::kFailed});
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
}

TEST(Scheduler, FollowsAStructuralStopWithAForegroundSync) {
  Driver device(Every15());
  device.Begin();
  (void)device.Wake();
  EXPECT_EQ(device.On(Ended{.how = Ended::How::kStructural}), Syncs(kFore, Trigger::kStructure));
  (void)device.On(Ended{});
  EXPECT_FALSE(device.scheduler.structure_pending());
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kInterval));
}

TEST(Scheduler, WaitsWithAForegroundSyncForAnOpenEdit) {
  Driver device(Every15());
  device.Begin();
  (void)device.On(EditOpened{});
  (void)device.Wake();
  EXPECT_EQ(ReasonOf(device.On(Ended{.how = Ended::How::kStructural})),
            "an edit is open; the foreground sync runs when it is closed");
  EXPECT_EQ(ReasonOf(device.Wake()), "an edit is open; the foreground sync runs when it is closed");
  EXPECT_EQ(device.On(EditClosed{}),
            Actions({Sync{kFore, {Trigger::kInterval, Trigger::kStructure}}}));
}

TEST(Scheduler, ForcesTheForegroundUntilTheStructureIsDone) {
  Driver device(Every15());
  device.Begin();
  (void)device.Wake();
  (void)device.On(Ended{.how = Ended::How::kStructural});
  (void)device.On(Ended{.how = Ended::How::kFailed});
  EXPECT_EQ(device.Wake(), Syncs(kFore, Trigger::kRetry));
}

TEST(Scheduler, RaisesThePendingForegroundSyncAtAppStartAtTheLatest) {
  Driver device((Triggers()));
  EXPECT_EQ(device.On(Started{
                .since_sync = Seconds(1), .reach = Reach::kUnmetered, .structure_pending = true}),
            Syncs(kFore, Trigger::kStructure));
}

TEST(Scheduler, B42SendsAtStartWhatAKilledProcessHadSaved) {
  Driver device(OnSave());
  EXPECT_EQ(device.On(Started{.reach = Reach::kUnmetered, .unsent = true}),
            Syncs(kBack, Trigger::kSave));
}

TEST(Scheduler, RunsAgainSoonWhenAnotherProcessIsAtIt) {
  Driver device(OnSave());
  device.Begin();
  (void)device.On(Saved{"account"});
  EXPECT_EQ(ReasonOf(device.On(Ended{.how = Ended::How::kBusy}, 0.5)),
            "another process is synchronising this database");
  EXPECT_EQ(device.ToWake(), Seconds(16));
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kSave));
}

TEST(Scheduler, LeavesAUserWhoCancelsInPeace) {
  Driver device(Every15());
  device.Begin();
  (void)device.On(Asked{});
  EXPECT_EQ(device.On(Ended{.how = Ended::How::kCancelled}), Actions());
  EXPECT_EQ(device.ToWake(), minutes(15));
}

TEST(Scheduler, B63ReplacesTheOneIntervalTimerWhenThePolicyChanges) {
  Driver device(Every15());
  device.Begin();
  device.now += minutes(4);
  (void)device.On(PolicyChanged{Only([](Triggers& t) { t.every = minutes(5); })});
  EXPECT_EQ(device.ToWake(), minutes(1));
  (void)device.On(PolicyChanged{Only([](Triggers& t) { t.every = minutes(2); })});
  EXPECT_EQ(device.ToWake(), minutes(0));
  (void)device.On(PolicyChanged{});
  EXPECT_EQ(device.scheduler.NextWake(), std::nullopt);
}

TEST(Scheduler, StillSendsWhatWasSavedUnderAnotherDelay) {
  Driver device(Only([](Triggers& t) { t.on_save.emplace().delay = hours(1); }));
  device.Begin();
  (void)device.On(Saved{"account"});
  (void)device.On(PolicyChanged{});
  EXPECT_EQ(device.ToWake(), Seconds(0));
  EXPECT_EQ(device.Wake(), Syncs(kBack, Trigger::kSave));
}

TEST(Scheduler, SaysWhatItWaitsFor) {
  Driver device(Every15());
  device.Begin();
  EXPECT_EQ(device.scheduler.WaitsFor(),
            (std::vector<Waiting>{{"every 15m", device.now + minutes(15)}, {"the sync button"}}));
  (void)device.On(ReachChanged{Reach::kNone});
  (void)device.Wake();
  EXPECT_EQ(device.scheduler.WaitsFor(),
            (std::vector<Waiting>{{"a connection"}, {"the sync button"}}));
}

}  // namespace
}  // namespace satchel::schedule
