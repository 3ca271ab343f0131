#include "engine/device/modes.h"

#include <gtest/gtest.h>

namespace satchel::modes {
namespace {

constexpr DeviceMode kOnline = DeviceMode::kOnline;
constexpr DeviceMode kOffline = DeviceMode::kOffline;
const Facts kConnected = {.connected = true, .data_age = std::chrono::hours(3)};
const Facts kAlone = {.connected = false, .data_age = std::chrono::hours(3)};

Machine In(DeviceMode mode, const Modes& modes) {
  Machine machine(modes);
  (void)machine.On(Begun{mode, kConnected});
  return machine;
}
Modes Rules(SwitchRule online, SwitchRule offline) {
  return {.before_online = online, .before_offline = offline};
}
const Modes kNothing = Rules(SwitchRule::kNothing, SwitchRule::kNothing);
const Modes kInform = Rules(SwitchRule::kInform, SwitchRule::kInform);
const Modes kForce = Rules(SwitchRule::kForce, SwitchRule::kForce);

const Action kWentOnline = Tell{"Online: records are read from and written to the server."};
const Action kWentOffline = Tell{
    "Offline: records are read from and written to the local copy. The offline copy is 3 hours "
    "old."};

std::string Told(const Actions& actions) {
  const auto* tell = actions.empty() ? nullptr : std::get_if<Tell>(&actions.back());
  return tell ? tell->sentence : "(nothing told)";
}

TEST(Modes, StartAsThePolicySaysTheFirstTime) {
  Machine machine({.start_in = kOnline});
  EXPECT_EQ(machine.On(Begun{std::nullopt, kConnected}), Actions({SetMode{kOnline}}));
}

TEST(Modes, GoOnInTheModeTheUserChose) {
  Machine machine({.start_in = kOnline});
  EXPECT_EQ(machine.On(Begun{kOffline, kConnected}), Actions());
  EXPECT_EQ(machine.mode(), kOffline);
}

TEST(Modes, StartAsThePolicySaysWhereTheUserMayNotSwitch) {
  Machine machine({.start_in = kOnline, .user_may_switch = false});
  EXPECT_EQ(machine.On(Begun{kOffline, kConnected}), Actions({SetMode{kOnline}}));
}

TEST(Modes, StartOfflineWithoutConnection) {
  Machine machine({.start_in = kOnline});
  EXPECT_EQ(machine.On(Begun{kOnline, kAlone}),
            Actions({SetMode{kOffline},
                     Tell{"There is no connection, so the device starts in offline mode. The "
                          "offline copy is 3 hours old."}}));
}

TEST(Modes, SwitchAtOnceWhereTheRuleIsNothing) {
  Machine machine = In(kOffline, kNothing);
  EXPECT_EQ(machine.On(SwitchAsked{kOnline, kConnected}), Actions({SetMode{kOnline}, kWentOnline}));
  EXPECT_EQ(machine.On(SwitchAsked{kOffline, kConnected}),
            Actions({SetMode{kOffline}, kWentOffline}));
}

TEST(Modes, AskWhereTheRuleIsInform) {
  Machine machine = In(kOffline, kInform);
  EXPECT_EQ(machine.On(SwitchAsked{kOnline, kConnected}),
            Actions({Ask{kOnline,
                         "Going online. The offline copy is 3 hours old. Synchronise first, skip, "
                         "or stay offline?"}}));
  EXPECT_EQ(machine.mode(), kOffline);
  EXPECT_EQ(machine.On(Answered{Choice::kSkip, kConnected}),
            Actions({SetMode{kOnline}, kWentOnline}));
}

TEST(Modes, SynchroniseBeforeTheSwitchWhenTheUserSaysSo) {
  Machine machine = In(kOnline, kInform);
  (void)machine.On(SwitchAsked{kOffline, kConnected});
  EXPECT_EQ(machine.On(Answered{Choice::kSync, kConnected}), Actions({Sync{}}));
  EXPECT_EQ(machine.mode(), kOnline);
  EXPECT_EQ(machine.On(SyncEnded{true, "", {true, Seconds(0)}}),
            Actions({SetMode{kOffline},
                     Tell{"Offline: records are read from and written to the local copy. The "
                          "offline copy is less than a minute old."}}));
}

TEST(Modes, StayWhenTheUserSaysSo) {
  Machine machine = In(kOffline, kInform);
  (void)machine.On(SwitchAsked{kOnline, kConnected});
  EXPECT_EQ(machine.On(Answered{Choice::kStay, kConnected}),
            Actions({Tell{"The device stays in offline mode.", true}}));
  EXPECT_EQ(machine.switching_to(), std::nullopt);
}

TEST(Modes, SwitchOnlyAfterASyncThatSucceededWhereTheRuleIsForce) {
  Machine machine = In(kOffline, kForce);
  EXPECT_EQ(machine.On(SwitchAsked{kOnline, kConnected}), Actions({Sync{}}));
  EXPECT_EQ(machine.On(SyncEnded{false, "the server is away", kConnected}),
            Actions({Tell{"The device stays in offline mode: the sync before the switch failed: "
                          "the server is away",
                          true}}));
  EXPECT_EQ(machine.mode(), kOffline);
  (void)machine.On(SwitchAsked{kOnline, kConnected});
  EXPECT_EQ(machine.On(SyncEnded{true, "", kConnected}), Actions({SetMode{kOnline}, kWentOnline}));
}

TEST(Modes, NeverGoOnlineWithoutConnection) {
  for (const Modes& modes : {kNothing, kInform, kForce}) {
    Machine machine = In(kOffline, modes);
    EXPECT_EQ(Told(machine.On(SwitchAsked{kOnline, kAlone})),
              "There is no connection, so the device stays in offline mode (try again when there "
              "is one).");
    EXPECT_EQ(machine.mode(), kOffline);
  }
}

TEST(Modes, AlwaysGoOfflineWithoutConnection) {
  for (const Modes& modes : {kNothing, kInform, kForce}) {
    Machine machine = In(kOnline, modes);
    EXPECT_EQ(machine.On(SwitchAsked{kOffline, kAlone}),
              Actions({SetMode{kOffline}, kWentOffline}));
  }
}

TEST(Modes, MindAConnectionLostWhileTheQuestionStood) {
  Machine going_on = In(kOffline, kInform);
  (void)going_on.On(SwitchAsked{kOnline, kConnected});
  EXPECT_EQ(Told(going_on.On(Answered{Choice::kSync, kAlone})),
            "The connection is gone, so the device stays in offline mode.");
  Machine going_off = In(kOnline, kInform);
  (void)going_off.On(SwitchAsked{kOffline, kConnected});
  EXPECT_EQ(going_off.On(Answered{Choice::kSync, kAlone}),
            Actions({SetMode{kOffline}, kWentOffline}));
}

TEST(Modes, GoOfflineWhenTheForcedSyncLostTheConnection) {
  Machine machine = In(kOnline, kForce);
  (void)machine.On(SwitchAsked{kOffline, kConnected});
  EXPECT_EQ(machine.On(SyncEnded{false, "no route", kAlone}),
            Actions({SetMode{kOffline}, kWentOffline}));
}

TEST(Modes, AreNotTheUsersWhereThePolicySaysSo) {
  Machine machine = In(kOffline, {.user_may_switch = false});
  EXPECT_EQ(Told(machine.On(SwitchAsked{kOnline, kConnected})),
            "The policy keeps this device in offline mode (modes.user_may_switch is false).");
}

TEST(Modes, TellWhenThereIsNothingToSwitch) {
  Machine machine = In(kOffline, kForce);
  EXPECT_EQ(machine.On(SwitchAsked{kOffline, kConnected}),
            Actions({Tell{"The device is in offline mode already."}}));
}

TEST(Modes, TakeOneSwitchAtATime) {
  Machine machine = In(kOffline, kForce);
  (void)machine.On(SwitchAsked{kOnline, kConnected});
  EXPECT_EQ(Told(machine.On(SwitchAsked{kOnline, kConnected})),
            "A switch to online mode is under way (answer it first).");
}

TEST(Modes, FollowAPolicyThatTakesTheChoiceAway) {
  Machine machine = In(kOffline, kInform);
  EXPECT_EQ(machine.On(PolicyChanged{{.start_in = kOnline, .user_may_switch = false}, kAlone}),
            Actions());
  EXPECT_EQ(machine.On(PolicyChanged{{.start_in = kOnline, .user_may_switch = false}, kConnected}),
            Actions({SetMode{kOnline}, Tell{"The policy puts this device in online mode."}}));
}

TEST(Modes, IgnoreAnswersNobodyAskedFor) {
  Machine machine = In(kOffline, kInform);
  EXPECT_EQ(machine.On(Answered{Choice::kSkip, kConnected}), Actions());
  EXPECT_EQ(machine.On(SyncEnded{true, "", kConnected}), Actions());
  EXPECT_EQ(machine.mode(), kOffline);
}

TEST(Modes, SayHowOldTheCopyIs) {
  EXPECT_EQ(AgeSentence(std::nullopt), "Nothing has been synchronised yet.");
  EXPECT_EQ(AgeSentence(Seconds(60)), "The offline copy is 1 minute old.");
  EXPECT_EQ(AgeSentence(std::chrono::minutes(119)), "The offline copy is 119 minutes old.");
  EXPECT_EQ(AgeSentence(std::chrono::hours(47)), "The offline copy is 47 hours old.");
  EXPECT_EQ(AgeSentence(std::chrono::hours(71)), "The offline copy is 2 days old.");
}

}  // namespace
}  // namespace satchel::modes
