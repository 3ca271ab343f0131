#include "tests/sim/world.h"

#include <algorithm>

#include "engine/store/tuning.h"
#include "tests/sim/small_company.h"

namespace satchel::sim {

namespace {

constexpr std::int64_t kMinute = 60 * kTicksPerSecond;
const std::vector<std::string> kEntities = {"account", "contact", "task"};

std::string TextField(const std::string& entity) {
  return entity == "account" ? "name" : entity == "contact" ? "fullname" : "subject";
}

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

bool UsesPower(const Case& one) {
  return std::any_of(one.ops.begin(), one.ops.end(),
                     [](const Op& op) { return op.kind == OpKind::kPowerCut; });
}

}  // namespace

World::World(const Case& one, const RunOptions& options)
    : case_(one),
      options_(options),
      site_(TraitsOf(one.traits), Morning()),
      policy_(PolicyOf(one.policy)),
      latency_(one.seed, "latency") {
  Populate(site_.state, static_cast<int>(one.accounts));
  policy_rules_.insert(policy_.sync.conflict);
  const bool power = UsesPower(one);
  for (std::uint32_t d = 0; d < std::clamp(one.devices, 1U, 4U); ++d) {
    const std::string user = UserId(static_cast<int>(((one.traits >> 20) + d) % 4));
    devices_.push_back(
        std::make_unique<SimDevice>(site_, static_cast<int>(d), user, one.seed, power));
    SimDevice& device = *devices_.back();
    device.crm.on_request = [this, &device](const satchel::sim::Request& request) {
      return OnRequest(device, request);
    };
  }
}

World::~World() = default;

void World::Say(const std::string& line) {
  for (const char c : line) {
    report_.hash = (report_.hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  if (options_.trace) {
    report_.trace += std::string(static_cast<std::size_t>(2 * depth_), ' ') + line + "\n";
  }
}

void World::Violated(const std::string& what) {
  if (!report_.violation.empty()) return;
  report_.violation = what;
  report_.step = step_;
  Say("VIOLATED " + what);
}

Report World::Run() {
  for (auto& device : devices_) {
    if (auto opened = device->Open(policy_); !opened) Violated("I20: " + opened.error().message);
  }
  for (step_ = 0; step_ < case_.ops.size() && report_.violation.empty(); ++step_) {
    const Op& op = case_.ops[step_];
    if (op.device >= 0) {
      armed_.push_back({op, op.request});
      continue;
    }
    CarryOut(op, nullptr);
    Check();
  }
  if (report_.violation.empty()) Quiesce();
  return std::move(report_);
}

std::string World::PickRow(const std::string& entity, std::uint32_t n) const {
  const auto& rows = site_.state.rows.at(entity);
  if (rows.empty()) return {};
  return std::next(rows.begin(), n % rows.size())->first;
}

void World::CarryOut(const Op& op, SimDevice* during) {
  Say("> " + Print(op));
  SimDevice& device = *devices_[op.n[0] % devices_.size()];
  switch (op.kind) {
    case OpKind::kSync:
      Sync(device, {.style = op.n[1] % 3 == 0 ? SyncStyle::kForeground : SyncStyle::kBackground,
                    .full = op.n[1] == 11});
      return;
    case OpKind::kCreate:
    case OpKind::kEdit:
    case OpKind::kDelete:
    case OpKind::kConnect:
    case OpKind::kResolve:
    case OpKind::kRetry:
    case OpKind::kDiscard:
      ++acts_;
      device.Act(op, ++marker_);
      return;
    case OpKind::kRestart:
      if (device.syncing) return;
      device.Close();
      if (auto opened = device.Open(policy_); !opened) Violated("I20: " + opened.error().message);
      return;
    case OpKind::kWait: {
      const std::int64_t n = op.n[0];
      site_.state.now.ticks += n < 20   ? n * 7 * kMinute
                               : n < 35 ? n * 60 * kMinute
                                        : kTicksADay * (n - 33);
      return;
    }
    case OpKind::kPolicy:
      // A sync that runs goes on with the one it has.
      policy_ = PolicyOf(op.n[0]);
      policy_rules_.insert(policy_.sync.conflict);
      ++acts_;
      return;
    default:
      break;
  }
  if (IsFault(op.kind)) {
    // By itself: those that need no request.
    if (!during) (void)Strike(op, device);
    return;
  }
  ++acts_;
  ServerAct(op);
}

void World::ServerAct(const Op& op) {
  CrmState& crm = site_.state;
  crm.now.ticks += kTicksPerSecond;
  const std::string& entity = kEntities[op.n[0] % kEntities.size()];
  const std::string id = PickRow(entity, op.n[1]);
  const std::string user = UserId(static_cast<int>(op.n[2] % 4));
  const std::string text = "s-" + std::to_string(++marker_);
  const auto share_key = [&](std::uint32_t n) {
    return entity + "/" + id + "/" + (n % 3 == 0 ? TeamId(static_cast<int>(n / 3 % 2)) : user);
  };
  switch (op.kind) {
    case OpKind::kBackUp:
      backup_ = crm;
      return;
    case OpKind::kJoinTeam: {
      auto& members = crm.teams[op.n[0] % crm.teams.size()].members;
      if (!members.insert(user).second) members.erase(user);
      return;
    }
    case OpKind::kMoveUnit:
      for (User& one : crm.users) {
        if (one.id == user) one.unit = 1 - one.unit;
      }
      return;
    case OpKind::kRelate: {
      const std::string account = PickRow("account", op.n[1]);
      const std::string contact = PickRow("contact", op.n[2]);
      if (op.n[3] % 3 == 0) {
        const std::string both = PickRow("accountcontact", op.n[1]);
        if (!both.empty()) crm.Delete("accountcontact", both);
      } else if (!account.empty() && !contact.empty()) {
        crm.Create("accountcontact", MakeId('e', site_.next_name++),
                   {{"accountid", IdValue(account)}, {"contactid", IdValue(contact)}}, user);
      }
      return;
    }
    case OpKind::kServerCreate: {
      Values values = {{TextField(entity), text}, {"statecode", std::int64_t{op.n[3] % 5 == 0}}};
      const std::string parent = PickRow("account", op.n[1]);
      if (!parent.empty() && entity == "contact") values["parentcustomerid"] = IdValue(parent);
      if (!parent.empty() && entity == "task") {
        values["regardingobjectid"] = IdValue(parent);
        values["regardingobjectid@type"] = std::string("account");
      }
      if (entity == "task")
        values["scheduledend"] = crm.now.ticks + (op.n[1] % 9 - 4) * kTicksADay / 2;
      if (entity == "account") values["revenue"] = std::int64_t{op.n[1]} * 10;
      crm.Create(entity, MakeId('9', marker_), values, user);
      return;
    }
    default:
      break;
  }
  if (id.empty()) return;
  switch (op.kind) {
    case OpKind::kServerUpdate:
    case OpKind::kImport: {
      Values values = {{TextField(entity), text}};
      if (op.n[3] % 4 == 1 && entity == "account") {
        values = {{"revenue", std::int64_t{op.n[2]} * 7}};
      }
      if (op.n[3] % 4 == 2 && entity != "contact") {
        values = {{entity == "task" ? "scheduledend" : "visiton",
                   crm.now.ticks + (std::int64_t{op.n[2]} % 9 - 4) * kTicksADay / 2}};
      }
      crm.Update(entity, id, values, op.kind == OpKind::kImport);
      return;
    }
    case OpKind::kServerClose: {
      const Value& state = crm.Find(entity, id)->values.at("statecode");
      crm.Update(entity, id, {{"statecode", 1 - std::get<std::int64_t>(state)}});
      return;
    }
    case OpKind::kServerDelete:
      crm.Delete(entity, id);
      return;
    case OpKind::kAssign: {
      const bool team = op.n[3] % 4 == 0;
      crm.Update(entity, id,
                 {{"ownerid", IdValue(team ? TeamId(static_cast<int>(op.n[2] % 2)) : user)},
                  {"ownerid@type", std::string(team ? "team" : "systemuser")}});
      return;
    }
    case OpKind::kShare:
      crm.shares.insert(share_key(op.n[3]));
      return;
    case OpKind::kUnshare: {
      if (crm.shares.empty()) return;
      crm.shares.erase(
          std::next(crm.shares.begin(), static_cast<std::ptrdiff_t>(op.n[1] % crm.shares.size())));
      return;
    }
    case OpKind::kReparent: {
      const std::string parent = PickRow("account", op.n[2]);
      if (parent.empty()) return;
      if (entity == "task") {
        crm.Update(entity, id,
                   {{"regardingobjectid", IdValue(parent)},
                    {"regardingobjectid@type", std::string("account")}});
      } else {
        crm.Update(entity, id,
                   {{entity == "contact" ? "parentcustomerid" : "parentaccountid",
                     op.n[3] % 4 == 0 ? Value() : IdValue(parent)}});
      }
      return;
    }
    default:
      return;
  }
}

Fate World::OnRequest(SimDevice& device, const Request& request) {
  if (device.vfs.dead()) return Fate::kUnsent;
  ++report_.requests;
  site_.state.now.ticks +=
      static_cast<std::int64_t>(20 + latency_.Below(180)) * kTicksPerSecond / 1000;
  if (lag_left_ > 0 && --lag_left_ == 0) {
    site_.replica.reset();
    ++acts_;  // What was done meanwhile shows now.
  }
  if (site_.replica) site_.replica->now = site_.state.now;
  Say("d" + std::to_string(device.number) + " asks " +
      std::to_string(static_cast<int>(request.kind)) + " " + request.entity + " " + request.detail);
  Fate fate = Fate::kServed;
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
  if (device.vfs.dead() && fate == Fate::kServed) fate = Fate::kUnsent;
  return fate;
}

Fate World::Strike(const Op& op, SimDevice& device) {
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
      break;
    case OpKind::kRepeatRows:
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
      struck = device.open() && device.Rot(op, policy_);
      ++acts_;
      break;
    case OpKind::kClockJump:
      device.clock_offset += (more % 2 ? 1 : -1) * (more % 40) * kTicksADay;
      break;
    case OpKind::kServerClock:
      site_.state.now.ticks += (more % 2 ? 1 : -1) * (more % 180) * kMinute;
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

void World::Sync(SimDevice& device, const SimDevice::SyncWish& wish) {
  if (device.syncing) {
    return;  // One at a time: whoever drives a device sees to it.
  }
  if (depth_ > 2) return;
  if (std::exchange(device.wrong_user_next, false)) SyncAsSomebodyElse(device);
  ++report_.syncs;
  device.syncing = true;
  ++depth_;
  device.stop = std::stop_source();
  const std::int64_t acts = acts_;
  const int requests = device.crm.requests;
  const auto before = device.ReadAll(policy_);
  const auto outbox = device.Outbox();
  const bool resumes = device.open() && device.resumes();
  const Policy policy = policy_;
  const SyncOutcome outcome = device.Sync(policy, wish, device.stop.get_token());
  device.syncing = false;
  --depth_;
  std::string line = outcome.succeeded() ? "synced" : "failed";
  if (outcome.error) line += ": " + outcome.error->message;
  for (const EntityChange& entity : outcome.entities) {
    line += "; " + entity.name + (entity.full ? " full" : "") + (entity.swept ? " swept" : "") +
            " +" + std::to_string(entity.added) + " ~" + std::to_string(entity.updated) + " -" +
            std::to_string(entity.removed);
    if (entity.error) line += " " + entity.error->message;
    if (options_.trace) line += " (" + entity.why + " / " + entity.sweep_why + ")";
  }
  line += "; sent " + std::to_string(outcome.upload.sent) + " waiting " +
          std::to_string(outcome.upload.waiting);
  Say("d" + std::to_string(device.number) + " " + line);
  if (outcome.succeeded() && device.vfs.dead()) {
    // It may have died only after everything was done.
    Say("died after it");
  }
  if (device.crm.requests - requests > 3'000) Violated("I21: a sync of more than 3 000 requests");
  AfterSync(device);
  if (!device.open() || !report_.violation.empty()) return;
  const bool quiet = acts_ == acts && !site_.replica && policy == policy_;
  if (outcome.succeeded() && quiet) {
    ++report_.succeeded;
    const bool exact = std::all_of(outcome.entities.begin(), outcome.entities.end(),
                                   [](const EntityChange& e) { return e.full || e.swept; });
    if (exact && !resumes) CheckScope(device, "I1", false);
  } else if (outcome.succeeded()) {
    ++report_.succeeded;
  } else if (quiet && before && outbox) {
    CheckFailed(device, outcome, *before, *outbox);
  }
}

// Of a sync that failed nothing shows, unless the upload settled something first, or it died right
// after it had published; of an entity that failed alone, nothing either.
void World::CheckFailed(SimDevice& device, const SyncOutcome& outcome, const Rows& before,
                        const std::vector<OutboxEntry>& outbox) {
  auto now = device.ReadAll(policy_);
  const auto left = device.Outbox();
  if (!now || !left || *left != outbox) return;
  if (outcome.entities.empty()) {
    if (*now != before) CheckScope(device, "I8 (half of a sync shows)", false);
    return;
  }
  for (const EntityChange& entity : outcome.entities) {
    // Rows of N:N entities go with their ends.
    if (!entity.error || entity.name == "accountcontact") continue;
    const auto rows = before.find(entity.name);
    if (rows != before.end() && (*now)[entity.name] != rows->second) {
      Violated("I8: " + entity.name + " could not be read, and changed");
    }
  }
}

void World::SyncAsSomebodyElse(SimDevice& device) {
  if (!device.open() || !device.bound()) return;
  const std::int64_t acts = acts_;
  const auto before = device.Outbox();
  const int mutating = device.crm.mutating;
  const std::string owner = device.crm.user();
  for (const User& user : site_.state.users) {
    if (user.id != owner) device.crm.SetUser(user.id);
  }
  device.syncing = true;
  ++depth_;
  const SyncOutcome outcome = device.Sync(policy_, {}, {});
  --depth_;
  device.syncing = false;
  device.crm.SetUser(owner);
  Say("somebody else: " + (outcome.error ? outcome.error->message : std::string("synced")));
  report_.struck.set(static_cast<std::size_t>(OpKind::kWrongUser));
  if (outcome.succeeded()) Violated("I16: somebody else synchronised the device");
  if (device.crm.mutating != mutating) Violated("I16: changes were sent as somebody else");
  if (device.vfs.dead() || acts_ != acts) return;
  const auto after = device.Outbox();
  if (before && after && *before != *after) Violated("I16: somebody else changed the outbox");
}

void World::AfterSync(SimDevice& device) {
  if (device.storage_fault) {
    const bool kills =
        *device.storage_fault == OpKind::kKillStorage || *device.storage_fault == OpKind::kPowerCut;
    if (kills ? device.vfs.dead() : device.vfs.struck()) {
      report_.struck.set(static_cast<std::size_t>(*device.storage_fault));
    }
    device.storage_fault.reset();
  }
  device.vfs.Heal();
  device.vfs.CancelDeath();
  device.offline_for = 0;
  if (device.vfs.dead() || !device.open()) {
    Say("d" + std::to_string(device.number) + " died");
    if (auto opened = device.Open(policy_); !opened) {
      Violated("I8: after a crash the database does not open: " + opened.error().message);
      return;
    }
    const std::string broken = WhatIsBroken(device.database(), site_.state.schema(), policy_);
    if (broken != "ok") Violated("I8: after a crash: " + broken);
  }
  device.SettleUncertain();
}

void World::Quiesce() {
  armed_.clear();
  site_.replica.reset();
  lag_left_ = 0;
  for (auto& device : devices_) {
    AfterSync(*device);
    if (!report_.violation.empty()) return;
  }
  // Conflicts that devices make for each other settle in a few rounds.
  constexpr int kMostRounds = 5;
  bool settled = false;
  for (int round = 0; round < kMostRounds && !settled; ++round) {
    const auto written = site_.state.journal.size();
    settled = true;
    for (auto& device : devices_) {
      site_.state.now.ticks += 20 * kMinute;
      const std::int64_t before = report_.succeeded;
      Sync(*device, {.style = SyncStyle::kBackground, .sweep = round > 2});
      if (report_.violation.empty()) Check();
      if (!report_.violation.empty()) return;
      settled = settled && report_.succeeded > before;
    }
    settled = settled && site_.state.journal.size() == written;
  }
  for (auto& device : devices_) {
    site_.state.now.ticks += 20 * kMinute;
    const std::int64_t before = report_.succeeded;
    Sync(*device, {.style = SyncStyle::kBackground, .sweep = true});
    // That a server was put back need not show in its marks; what is remembered of earlier writes
    // ends all the same.
    for (std::int64_t i = 0; site_.state.restores > 0 && i <= kDownloadsToRemember; ++i) {
      if (!report_.violation.empty() || !device->RemembersWrites()) break;
      Sync(*device, {.style = SyncStyle::kBackground, .sweep = true});
    }
    if (!report_.violation.empty()) return;
    if (report_.succeeded == before) {
      Violated("I20: the server answers and the disk works, but syncs go on failing");
      return;
    }
    CheckScope(*device, "I1 (at the end)", true);
    CheckDrained(*device);
    if (!report_.violation.empty()) return;
  }
  Check();
  CheckJournal();
  for (auto& device : devices_) {
    const std::string broken = WhatIsBroken(device->database(), site_.state.schema(), policy_);
    if (broken != "ok") Violated("I8: at the end: " + broken);
  }
}

Report Run(const Case& one, const RunOptions& options) {
  return World(one, options).Run();
}

}  // namespace satchel::sim
