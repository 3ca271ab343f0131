#include "tests/sim/scenes.h"

#include <iterator>

#include "tests/sim/world.h"

namespace satchel::sim {

namespace {

constexpr std::uint32_t kAccount = 0;
constexpr std::uint32_t kContact = 1;
constexpr std::uint32_t kTask = 2;

class Scene {
 public:
  Scene(Prng& prng, std::uint32_t device, const Mood& mood, Case& one)
      : prng_(prng), device_(device), mood_(mood), one_(one) {}

  std::uint32_t Below(std::size_t n) { return static_cast<std::uint32_t>(prng_.Below(n)); }

  // Connected, offline, and nobody types.
  void Calm() {
    Add(OpKind::kNetwork, {device_, 3});
    Add(OpKind::kTyping, {device_, 0});
    Add(OpKind::kMode, {device_, 0});
  }
  void Add(OpKind kind, std::array<std::uint32_t, 4> n) {
    one_.ops.push_back({.kind = kind, .n = n});
  }
  // At the device's so-many-th request from then on.
  void During(std::uint32_t request, OpKind kind, std::array<std::uint32_t, 4> n) {
    one_.ops.push_back(
        {.kind = kind, .n = n, .device = static_cast<int>(device_), .request = request});
  }
  void Sync() { Add(OpKind::kSync, {device_, 1 + Below(2)}); }
  void Policy(std::uint32_t variant) {
    Add(OpKind::kPolicy, {mood_.automatic ? Automatic(variant) : variant});
  }
  void ServerUpdates(std::size_t count) {
    const std::uint32_t entity = Below(3);
    for (std::size_t i = 0; i < count; ++i) {
      Add(OpKind::kServerUpdate, {entity, Below(1000), Below(1000), 4 * Below(100)});
    }
  }

  // B56: an edit of what is being sent.
  void EditInFlight() {
    const std::uint32_t entity = Below(3);
    const std::uint32_t which = Below(1000);
    Add(OpKind::kEdit, {device_, entity, which, 2 * Below(3)});
    During(3 + Below(4), OpKind::kEdit, {device_, entity, which, 2 * Below(3)});
    Sync();
    Sync();
  }
  // B58: a new record points at one that was made after it.
  void ChildBeforeParent() {
    Add(OpKind::kCreate, {device_, kContact, Below(1000), 2});
    Add(OpKind::kCreate, {device_, kAccount, Below(1000), 2});
    Add(OpKind::kEdit, {device_, kContact, 0, 9});  // New records come first.
    Sync();
  }
  // B67: what the server refused, and then the policy does without its entity.
  void EntityDropped() {
    Add(OpKind::kCreate, {device_, kTask, Below(1000), 17 * (1 + Below(4))});
    Sync();
    auto variant = static_cast<std::uint32_t>(prng_.Next());
    while (!DropsTasks(variant)) variant += 1U << 23;
    Policy(variant);
    Sync();
    Sync();
  }
  // B15, B59: the read side has not seen what was written.
  void LagAfterWrites() {
    const std::uint32_t entity = Below(3);
    const std::uint32_t which = Below(1000);
    Add(OpKind::kEdit, {device_, entity, which, 2 * Below(3)});
    Sync();
    Add(OpKind::kDelete, {device_, entity, which, 0});
    During(Below(4), OpKind::kLag, {device_, 20 + Below(20)});
    Sync();
    Add(OpKind::kSync, {device_, Below(2) ? 11U : 1U});
  }
  // B23: rows of a page come again, changed.
  void RepeatedAndChanged() {
    ShortenPages(one_);
    ServerUpdates(5 + Below(4));
    During(4 + Below(12), OpKind::kRepeatRows, {device_, 0, 0});
    Sync();
    Sync();
  }
  // B24: a page without end.
  void SamePage() {
    ShortenPages(one_);
    ServerUpdates(5 + Below(4));
    During(4 + Below(12), OpKind::kSamePage, {device_, 0, 0});
    Sync();
    Sync();
  }
  // B29: the app dies while it publishes.
  void KilledAtTheEnd() {
    for (int i = 0; i < 2; ++i) {
      ServerUpdates(3 + Below(3));
      During(5 + Below(9), Below(2) ? OpKind::kKillStorage : OpKind::kPowerCut,
             {device_, Below(60)});
      Sync();
      Sync();
    }
  }
  // B03: another question, with nothing else to bring a sweep.
  void AnotherQuestion() {
    Sync();
    Policy(static_cast<std::uint32_t>(prng_.Next()));
    ServerUpdates(1 + Below(3));
    Sync();
    Sync();
  }
  // B45, B46: a full read breaks off.
  void BrokenFullRead() {
    ShortenPages(one_);
    Break(6 + Below(12));
    Add(OpKind::kSync, {device_, 11});
    Sync();
  }
  // B42: what the user went on from was sent, but the answer was lost; meanwhile somebody else
  // wrote what he writes next.
  void ColleagueAfterALostAnswer() {
    const std::uint32_t entity = Below(3);
    const bool makes = Below(4) == 0;
    const std::uint32_t which = makes ? 0 : Below(1000);  // New records come first.
    Add(makes ? OpKind::kCreate : OpKind::kEdit, {device_, entity, which, 2 + Below(8)});
    static constexpr OpKind kKinds[] = {OpKind::kKillLate, OpKind::kKillLate, OpKind::kAnswerLost,
                                        OpKind::kHalfLost};
    During(3 + Below(3), kKinds[prng_.Below(std::size(kKinds))], {device_});  // Mostly a write.
    Sync();
    const bool removes = !mood_.traced && Below(2) == 0;
    // Of a new record mostly its state, which the server may have filled in.
    const std::uint32_t what = makes && Below(3) ? 6 : Below(10);
    Add(removes ? OpKind::kDelete : OpKind::kEdit, {device_, entity, which, what});
    // Who deletes has seen what was there, so somebody fills in what was empty.
    Add(OpKind::kColleague, {device_, Below(4), Below(1000), removes ? 1 : Below(2)});
    if (Below(3) == 0) During(2 + Below(6), OpKind::kTryLater, {device_});
    Sync();
    if (Below(3) == 0) Add(Below(2) ? OpKind::kDiscard : OpKind::kResolve, {device_, Below(3), 1});
    if (Below(2) == 0) Add(OpKind::kEdit, {device_, entity, which, Below(10)});
    Sync();
  }
  // B49: the user wants back what others deleted, and they made it again, too.
  void MadeAgainByTwo() {
    const std::uint32_t entity = Below(3);
    const std::uint32_t which = Below(1000);
    Add(OpKind::kEdit, {device_, entity, which, 2 * Below(3)});
    Add(OpKind::kRemake, {device_, 0});
    Sync();
    Add(OpKind::kResolve, {device_, Below(2), 1});
    Add(OpKind::kRemake, {device_, 1});
    const bool unsent = Below(3) == 0;
    if (unsent) During(2 + Below(4), OpKind::kTryLater, {device_});
    Sync();
    if (Below(2) == 0) Add(OpKind::kEdit, {device_, entity, which, Below(10)});
    Add(unsent ? OpKind::kDiscard : OpKind::kResolve, {device_, Below(2), Below(2), Below(1000)});
    Sync();
    Sync();
  }
  void Break(std::uint32_t request) {
    static constexpr OpKind kKinds[] = {OpKind::kUnsent, OpKind::kBroken, OpKind::kAnswerLost,
                                        OpKind::kKill, OpKind::kTryLater};
    During(request, kKinds[prng_.Below(std::size(kKinds))], {device_});
  }

 private:
  Prng& prng_;
  std::uint32_t device_;
  Mood mood_;
  Case& one_;
};

}  // namespace

std::uint32_t Automatic(std::uint32_t variant) {
  return variant - (((variant >> 4) % 5) << 4);
}

void ShortenPages(Case& one) {
  one.traits -= ((one.traits >> 11) % 6) << 11;
}

void AddScene(std::size_t which, Prng& prng, std::uint32_t device, const Mood& mood, Case& one) {
  Scene scene(prng, device, mood, one);
  scene.Calm();
  switch (which % kScenes) {
    case 0:
      return scene.EditInFlight();
    case 1:
      return scene.ChildBeforeParent();
    case 2:
      return scene.EntityDropped();
    case 3:
      // Deletions and a lag are what only a sweep sees.
      return mood.traced ? scene.EditInFlight() : scene.LagAfterWrites();
    case 4:
      return scene.RepeatedAndChanged();
    case 5:
      return scene.SamePage();
    case 6:
      return scene.KilledAtTheEnd();
    case 7:
      return scene.AnotherQuestion();
    default:
      return scene.BrokenFullRead();
  }
}

void AddBrokenStart(Prng& prng, std::uint32_t device, const Mood& mood, Case& one) {
  Scene scene(prng, device, mood, one);
  ShortenPages(one);
  scene.Break(7 + scene.Below(9));
  scene.Sync();
  if (scene.Below(2)) {
    scene.Policy(static_cast<std::uint32_t>(prng.Next()));
    scene.Break(12 + scene.Below(20));
  }
  scene.Sync();
}

void AddColleague(Prng& prng, std::uint32_t device, const Mood& mood, Case& one) {
  Scene scene(prng, device, mood, one);
  scene.Calm();
  scene.Sync();
  scene.ColleagueAfterALostAnswer();
}

void AddMadeAgain(Prng& prng, std::uint32_t device, const Mood& mood, Case& one) {
  Scene scene(prng, device, mood, one);
  scene.Calm();
  scene.Sync();
  scene.MadeAgainByTwo();
}

void AddDayAfter(Prng& prng, Case& one) {
  Scene scene(prng, 0, {.automatic = true}, one);
  scene.Calm();
  scene.Sync();
  static constexpr OpKind kUnseen[] = {OpKind::kShare, OpKind::kUnshare, OpKind::kAssign,
                                       OpKind::kServerDelete};
  for (int i = 0; i < 3; ++i) {
    scene.Add(kUnseen[prng.Below(std::size(kUnseen))],
              {scene.Below(1000), scene.Below(1000), scene.Below(1000), scene.Below(1000)});
  }
  scene.Add(OpKind::kWait, {36});
  scene.Add(OpKind::kSync, {0, 1});
}

}  // namespace satchel::sim
