// What strikes a request on its way, and what it finds at the server.
#include <algorithm>

#include "tests/sim/small_company.h"
#include "tests/sim/world.h"

namespace satchel::sim {

namespace {

constexpr int kMostRequests = 3'000;  // Of one sync.

// Whether a fault of answers can strike this request.
bool Applies(OpKind kind, const Request& request) {
  switch (kind) {
    case OpKind::kSamePage:
    case OpKind::kRepeatRows:
      return request.kind == Request::Kind::kPage && request.detail != "first";
    case OpKind::kHugePage:
    case OpKind::kEmptyPage:
    case OpKind::kGone:
      return request.kind == Request::Kind::kPage;
    case OpKind::kHalfLost:
      return request.kind == Request::Kind::kWrite;
    default:
      return true;
  }
}

}  // namespace

Fate World::OnRequest(SimDevice& device, const Request& request) {
  if (device.vfs.dead()) return Fate::kUnsent;
  ++report_.requests;
  site_.Pass(static_cast<std::int64_t>(20 + latency_.Below(180)) * kTicksPerSecond / 1000);
  if (device.crm.requests - device.requests_before > kMostRequests) {
    device.stop.request_stop();
    Violated("I21: a sync of more than " + std::to_string(kMostRequests) + " requests");
    return Fate::kUnsent;
  }
  if (!device.reachable) {
    Violated("I24: device " + std::to_string(device.number) + " asks without a connection");
  }
  if (lag_left_ > 0 && --lag_left_ == 0) EndLag();
  if (site_.replica) site_.replica->now = site_.state.now;
  Say("d" + std::to_string(device.number) + " asks " +
      std::to_string(static_cast<int>(request.kind)) + " " + request.entity + " " + request.detail);
  Fate fate = device.network.reach == Reach::kNone ? Fate::kUnsent : Fate::kServed;
  if (device.offline_for > 0) {
    --device.offline_for;
    fate = Fate::kUnsent;
  }
  // What was armed for now; carrying it out may arm and count more.
  std::vector<Op> due;
  for (auto at = armed_.begin(); at != armed_.end();) {
    if (at->op.device != device.number) {
      ++at;
    } else if (at->left > 0) {
      --at->left;
      ++at;
    } else {
      due.push_back(at->op);
      at = armed_.erase(at);
    }
  }
  if (device.same_page && Applies(OpKind::kSamePage, request) && fate == Fate::kServed) {
    fate = Fate::kSamePage;
  }
  for (const Op& op : due) {
    if (!Applies(op.kind, request)) {
      armed_.push_back({op, 0});  // The next time.
    } else if (IsFault(op.kind)) {
      Say("! " + Print(op));
      const Fate struck = Strike(op, device);
      if (fate == Fate::kServed) fate = struck;
    } else {
      CarryOut(op, &device);
    }
  }
  NoteRules(device);
  if (device.vfs.dead() && fate == Fate::kServed) fate = Fate::kUnsent;
  return fate;
}

void World::HideFrom(const std::string& but) {
  for (auto& device : devices_) {
    if (device->crm.user() == but) continue;
    device->hidden = true;
    device->hidden_at = device->now();
  }
}

Fate World::Strike(const Op& op, SimDevice& device) {
  if (IsHidden(op.kind)) HideFrom("");
  const auto more = static_cast<std::int64_t>(op.n[1]);
  const bool asks = device.syncing;
  Fate fate = Fate::kServed;
  bool struck = true;
  switch (op.kind) {
    case OpKind::kUnsent:
      fate = Fate::kUnsent;
      break;
    case OpKind::kAnswerLost:
      fate = Fate::kAnswerLost;
      break;
    case OpKind::kHalfLost:
      fate = Fate::kHalfLost;
      break;
    case OpKind::kBroken:
      fate = Fate::kBroken;
      break;
    case OpKind::kDenied:
      fate = Fate::kDenied;
      break;
    case OpKind::kGone:
      fate = Fate::kGone;
      break;
    case OpKind::kTryLater:
      fate = Fate::kTryLater;
      break;
    case OpKind::kSamePage:
      fate = Fate::kSamePage;
      device.same_page = op.n[2] % 2 == 0;  // As long as this sync lasts.
      break;
    case OpKind::kRepeatRows:
      site_.changes_repeated = op.n[2] % 2 == 0;
      if (site_.changes_repeated) ++acts_;
      fate = Fate::kRepeatRows;
      break;
    case OpKind::kHugePage:
      fate = Fate::kHugePage;
      break;
    case OpKind::kEmptyPage:
      fate = Fate::kEmptyPage;
      break;
    case OpKind::kOffline:
      device.offline_for = 1 + more % 6;
      fate = Fate::kUnsent;
      break;
    case OpKind::kLag:
      site_.replica = site_.state;
      lag_left_ = 1 + more % 40;
      ++acts_;
      break;
    case OpKind::kExpire:
      struck = !site_.tokens.empty();
      site_.tokens.clear();
      break;
    case OpKind::kRestore:
      struck = backup_.has_value();
      if (struck) {
        site_.Restore(*backup_);
        lag_left_ = 0;
        backup_.reset();
        ++acts_;
      }
      break;
    case OpKind::kCancel:
      device.stop.request_stop();
      break;
    case OpKind::kKill:
      device.vfs.Die();
      fate = Fate::kUnsent;
      break;
    case OpKind::kKillLate:
      device.vfs.Die();
      fate = Fate::kAnswerLost;
      break;
    case OpKind::kPowerCut:
      device.power_cut = true;
      [[fallthrough]];
    case OpKind::kKillStorage:
      device.vfs.DieAfter(more % 60);
      struck = false;  // Known when it has died.
      break;
    case OpKind::kReadError:
      device.vfs.FailAfter(TestVfs::Fault::kIoError, more % 80, false);
      struck = false;
      break;
    case OpKind::kDiskDead:
      device.vfs.FailAfter(TestVfs::Fault::kIoError, more % 80, true);
      struck = false;
      break;
    case OpKind::kDiskFullOnce:
      device.vfs.FailAfter(TestVfs::Fault::kFull, more % 80, false);
      struck = false;
      break;
    case OpKind::kDiskFull:
      device.vfs.FailAfter(TestVfs::Fault::kFull, more % 80, true);
      struck = false;
      break;
    case OpKind::kBusy:
      device.vfs.FailAfter(TestVfs::Fault::kBusy, more % 20, false);
      struck = false;
      break;
    case OpKind::kRot:
      struck = device.open() && device.Rot(op);
      ++acts_;
      break;
    case OpKind::kClockJump:
      device.clock_offset += (more % 2 ? 1 : -1) * (more % 40) * kTicksADay;
      break;
    case OpKind::kServerClock:
      site_.state.now.ticks += (more % 2 ? 1 : -1) * (more % 180) * kTicksAMinute;
      ++acts_;
      break;
    case OpKind::kWrongUser:
      device.wrong_user_next = true;
      struck = false;  // Known when that user has synchronised.
      break;
    default:
      struck = false;
  }
  if (!asks && fate != Fate::kServed) struck = false;
  if (struck) report_.struck.set(static_cast<std::size_t>(op.kind));
  if (op.kind == OpKind::kKillStorage || op.kind == OpKind::kPowerCut ||
      (op.kind >= OpKind::kReadError && op.kind <= OpKind::kBusy)) {
    device.storage_fault = op.kind;
  }
  return fate;
}

}  // namespace satchel::sim
