// From a seed to a case. Every aspect draws from a stream of its own.
#include <algorithm>
#include <utility>

#include "tests/sim/op.h"
#include "tests/sim/prng.h"
#include "tests/sim/scenes.h"

namespace satchel::sim {

namespace {

// `traced`: nothing that only a sweep can see, so that what a sync without one promises is tested.
Op ServerOp(Prng& prng, bool traced) {
  static constexpr OpKind kKinds[] = {
      OpKind::kServerCreate, OpKind::kServerCreate, OpKind::kServerUpdate, OpKind::kServerUpdate,
      OpKind::kServerUpdate, OpKind::kServerClose,  OpKind::kServerClose,  OpKind::kServerDelete,
      OpKind::kImport,       OpKind::kAssign,       OpKind::kAssign,       OpKind::kShare,
      OpKind::kShare,        OpKind::kUnshare,      OpKind::kJoinTeam,     OpKind::kMoveUnit,
      OpKind::kReparent,     OpKind::kReparent,     OpKind::kRelate,       OpKind::kRelate,
  };
  static constexpr OpKind kTraced[] = {
      OpKind::kServerCreate, OpKind::kServerUpdate, OpKind::kServerClose, OpKind::kServerClose,
      OpKind::kJoinTeam,     OpKind::kJoinTeam,     OpKind::kMoveUnit,    OpKind::kReparent,
  };
  Op op = {.kind = traced ? kTraced[prng.Below(std::size(kTraced))]
                          : kKinds[prng.Below(std::size(kKinds))]};
  for (auto& n : op.n) n = static_cast<std::uint32_t>(prng.Below(1000));
  return op;
}

Op UserOp(Prng& prng, std::uint32_t device, bool traced) {
  static constexpr OpKind kKinds[] = {
      OpKind::kCreate,  OpKind::kCreate,  OpKind::kCreate, OpKind::kEdit,
      OpKind::kEdit,    OpKind::kEdit,    OpKind::kEdit,   OpKind::kEdit,
      OpKind::kEdit,    OpKind::kDelete,  OpKind::kDelete, OpKind::kConnect,
      OpKind::kResolve, OpKind::kResolve, OpKind::kRetry,  OpKind::kDiscard,
  };
  Op op = {.kind = kKinds[prng.Below(std::size(kKinds))]};
  if (traced && op.kind == OpKind::kDelete) op.kind = OpKind::kEdit;
  op.n[0] = device;
  for (std::size_t i = 1; i < op.n.size(); ++i)
    op.n[i] = static_cast<std::uint32_t>(prng.Below(1000));
  return op;
}

// Every pair of faults is featured by some seeds, so that all meet in few thousand.
std::pair<OpKind, OpKind> FeaturedPair(std::uint64_t seed) {
  std::uint64_t left = seed % (kFaultKinds * (kFaultKinds - 1) / 2);
  std::size_t first = 0;
  for (; left >= kFaultKinds - 1 - first; ++first) left -= kFaultKinds - 1 - first;
  const auto kind = [](std::size_t fault) { return static_cast<OpKind>(kFirstFault + fault); };
  return {kind(first), kind(first + 1 + left)};
}

// What a fault needs to be able to strike.
void Favour(OpKind fault, Case& one) {
  const auto set = [](std::uint32_t& bits, int shift, std::uint32_t modulus, std::uint32_t value) {
    const std::uint32_t high = bits >> shift;
    bits -= (high % modulus) << shift;
    bits += value << shift;
  };
  if (fault == OpKind::kExpire) {
    if (one.traits % 4 == 0) one.traits += 1;           // Row versions,
    set(one.traits, 2, 2, 0);                           // tracked changes,
    set(one.traits, 20, 4, 0);                          // a user who reads everything,
    set(one.policy, 16, 4, 1);                          // and accounts without a filter
    if ((one.policy >> 8) % 5 == 0) one.policy += 256;  // or a limit.
  }
  if (fault == OpKind::kSamePage || fault == OpKind::kRepeatRows) ShortenPages(one);
  if (fault == OpKind::kRestore) one.ops.push_back({.kind = OpKind::kBackUp});
}

}  // namespace

Case Generate(std::uint64_t seed, Extent extent) {
  const bool brief = extent != Extent::kWhole;
  const bool minimal = extent == Extent::kMinimal;
  Case one = {.seed = seed};
  Prng shape(seed, "shape");
  one.traits = static_cast<std::uint32_t>(shape.Next());
  static constexpr std::uint32_t kDevices[] = {1, 1, 1, 2, 2, 2, 3, 4};
  one.devices = kDevices[shape.Below(minimal ? 1 : brief ? 4 : std::size(kDevices))];
  one.policy = static_cast<std::uint32_t>(shape.Next());
  one.accounts = (minimal ? 2 : 3) + static_cast<std::uint32_t>(shape.Below(minimal ? 3 : 6));
  const bool traced = shape.OneIn(3);
  const bool day_after = !traced && shape.OneIn(4);
  const bool automatic = traced || day_after;
  const Mood mood = {.traced = traced, .automatic = automatic};
  if (automatic) one.policy = Automatic(one.policy);

  // A random subset of the faults, so that some runs see many of few kinds.
  Prng swarm(seed, "swarm");
  std::vector<OpKind> faults;
  for (std::size_t i = kFirstFault; i < kOpKinds; ++i) {
    const auto kind = static_cast<OpKind>(i);
    const bool leaves_no_trace = kind == OpKind::kLag || kind == OpKind::kRestore ||
                                 kind == OpKind::kRot || kind == OpKind::kClockJump ||
                                 kind == OpKind::kServerClock;
    if (swarm.OneIn(4) && !(traced && leaves_no_trace)) faults.push_back(kind);
  }
  if (swarm.OneIn(10)) faults.clear();
  const auto featured = FeaturedPair(seed);

  Prng server(seed, "server");
  Prng user(seed, "user");
  Prng chance(seed, "chance");
  Prng schedule(seed, "schedule");
  Prng scenes(seed, "scenes");
  // A minimal case is the two faults and what the end settles; in a quarter of them there is more.
  const bool bare = minimal && !schedule.OneIn(4);
  const std::size_t length = bare      ? 0
                             : minimal ? 1
                             : brief   ? 2 + schedule.Below(5)
                                       : 8 + schedule.Below(20);
  for (std::uint32_t d = 0; d < one.devices; ++d) {
    if (scenes.OneIn(8)) {
      AddBrokenStart(scenes, d, mood, one);
    } else if (!schedule.OneIn(5)) {
      one.ops.push_back({.kind = OpKind::kSync, .n = {d}});
    }
  }
  for (int round = 0; round < (brief ? 1 : 2); ++round) {
    one.ops.push_back(UserOp(user, 0, traced));
    one.ops.push_back(ServerOp(server, traced));
    for (const OpKind kind : {featured.first, featured.second}) {
      if (round == 0) Favour(kind, one);
      Op op = {.kind = kind, .device = 0};
      for (auto& n : op.n) n = static_cast<std::uint32_t>(chance.Below(1000));
      op.request = static_cast<std::uint32_t>(chance.Below(7));
      one.ops.push_back(op);
    }
    one.ops.push_back(
        {.kind = OpKind::kSync, .n = {0, static_cast<std::uint32_t>(schedule.Below(11))}});
  }
  const std::size_t scene_at = length / 3 + scenes.Below(std::max<std::size_t>(length / 2, 1));
  for (std::size_t i = 0; i < length; ++i) {
    if (i == scene_at) {
      const auto device = static_cast<std::uint32_t>(scenes.Below(one.devices));
      AddScene(scenes.Below(kScenes), scenes, device, mood, one);
    }
    const auto device = static_cast<std::uint32_t>(schedule.Below(one.devices));
    const std::size_t what = schedule.Below(10);
    if (what < 3) {
      one.ops.push_back(ServerOp(server, traced));
    } else if (what < 6) {
      one.ops.push_back(UserOp(user, device, traced));
    } else if (what == 6) {
      const auto n = static_cast<std::uint32_t>(chance.Below(1000));
      switch (schedule.Below(7)) {
        case 0:
          one.ops.push_back({.kind = OpKind::kRestart, .n = {device}});
          break;
        case 3:
          one.ops.push_back({.kind = OpKind::kNetwork, .n = {device, n}});
          break;
        case 4:
          one.ops.push_back(
              {.kind = n % 3 == 0 ? OpKind::kTyping : OpKind::kMode, .n = {device, n}});
          break;
        case 1: {
          const auto variant = static_cast<std::uint32_t>(schedule.Next());
          one.ops.push_back(
              {.kind = OpKind::kPolicy, .n = {automatic ? Automatic(variant) : variant}});
          break;
        }
        case 2:
          one.ops.push_back({.kind = OpKind::kBackUp});
          break;
        default:
          one.ops.push_back(
              {.kind = OpKind::kWait, .n = {static_cast<std::uint32_t>(schedule.Below(40))}});
      }
    } else {
      // A sync, and what happens while it runs.
      const std::size_t during = schedule.Below(4);
      for (std::size_t k = 0; k < during; ++k) {
        Op op;
        const std::size_t actor = schedule.Below(6);
        if (actor < 3 && !faults.empty()) {
          op.kind = faults[chance.Below(faults.size())];
          for (auto& n : op.n) n = static_cast<std::uint32_t>(chance.Below(1000));
        } else if (actor == 3) {
          op = UserOp(
              user,
              schedule.OneIn(3) ? static_cast<std::uint32_t>(schedule.Below(one.devices)) : device,
              traced);
        } else if (actor == 4 && one.devices > 1 && schedule.OneIn(3)) {
          op = {.kind = OpKind::kSync,
                .n = {static_cast<std::uint32_t>(schedule.Below(one.devices))}};
        } else {
          op = ServerOp(server, traced);
        }
        op.device = static_cast<int>(device);
        // Most syncs have few requests.
        op.request = static_cast<std::uint32_t>(chance.Below(chance.OneIn(2) ? 6 : 25));
        one.ops.push_back(op);
      }
      one.ops.push_back(
          {.kind = OpKind::kSync, .n = {device, static_cast<std::uint32_t>(schedule.Below(12))}});
    }
  }
  Prng colleague(seed, "colleague");
  if (colleague.OneIn(4) && !bare) {
    const auto device = static_cast<std::uint32_t>(colleague.Below(one.devices));
    AddColleague(colleague, device, mood, one);
  }
  Prng again(seed, "again");
  if (again.OneIn(5) && !traced && !bare) {
    AddMadeAgain(again, static_cast<std::uint32_t>(again.Below(one.devices)), mood, one);
  }
  if (day_after && !bare) AddDayAfter(scenes, one);
  return one;
}

}  // namespace satchel::sim
