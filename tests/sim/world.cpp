#include "tests/sim/world.h"

#include <algorithm>

#include "engine/store/tuning.h"
#include "policy/yaml/write_policy.h"
#include "tests/sim/small_company.h"

namespace satchel::sim {

namespace {

constexpr std::int64_t kLeastBackOff = 1'000;  // Milliseconds.
constexpr int kMostSteps = 8;                  // Of a device before something else happens.

bool IsAutomatic(const Triggers& triggers) {
  return triggers.on_start || triggers.on_change || triggers.on_save || triggers.every;
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
      latency_(one.seed, "latency") {
  Populate(site_.state, static_cast<int>(one.accounts));
  Publish(one.policy);
  const bool power = UsesPower(one);
  for (std::uint32_t d = 0; d < std::clamp(one.devices, 1U, 4U); ++d) {
    const std::string user = UserId(static_cast<int>(((one.traits >> 20) + d) % 4));
    devices_.push_back(
        std::make_unique<SimDevice>(site_, published_, static_cast<int>(d), user, one.seed, power));
    SimDevice& device = *devices_.back();
    device.crm.on_request = [this, &device](const satchel::sim::Request& request) {
      return OnRequest(device, request);
    };
    device.crm.on_written = [this, &device] { CheckOverwritten(device); };
  }
}

World::~World() = default;

void World::EndLag() {
  site_.replica.reset();
  lag_left_ = 0;
  if (std::exchange(long_lag_, false)) HideFrom("");
  ++acts_;  // What was done meanwhile shows now.
}

void World::Publish(std::uint32_t variant) {
  const Policy policy = PolicyOf(variant);
  published_ = {.text = PrintPolicy(policy), .policy = policy, .tag = std::to_string(variant)};
  policy_rules_.insert(policy.sync.conflict);
}

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
    if (auto opened = device->Open(); !opened) Violated("I20: " + opened.error().message);
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
  device.touched = true;
  if (IsHidden(op.kind)) HideFrom("");
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
      Drain(device);
      return;
    case OpKind::kRestart:
      if (device.syncing) return;
      device.Close();
      if (auto opened = device.Open(); !opened) Violated("I20: " + opened.error().message);
      Drain(device);
      return;
    case OpKind::kNetwork: {
      static constexpr Reach kReach[] = {Reach::kNone, Reach::kMetered, Reach::kUnmetered,
                                         Reach::kUnmetered};
      device.network.reach = kReach[op.n[1] % std::size(kReach)];
      Drain(device);
      return;
    }
    case OpKind::kMode:
      if (device.syncing || depth_ > 2) return;
      Drain(device);
      Watch(device, [&](std::stop_token stop) {
        return device.Switch(op.n[1] % 2 ? DeviceMode::kOnline : DeviceMode::kOffline,
                             static_cast<modes::Choice>(op.n[1] / 2 % 3), stop);
      });
      Drain(device);
      return;
    case OpKind::kTyping:
      if (op.n[1] % 2) {
        device.Post(schedule::EditOpened{});
      } else {
        device.Post(schedule::EditClosed{});
      }
      Drain(device);
      return;
    case OpKind::kWait: {
      const std::int64_t n = op.n[0];
      PassTime(n < 20   ? n * 7 * kTicksAMinute
               : n < 35 ? n * 60 * kTicksAMinute
                        : kTicksADay * (n - 33));
      return;
    }
    case OpKind::kPolicy:
      // A sync that runs goes on with the one it has.
      Publish(op.n[0]);
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
  const std::string text = "s-" + std::to_string(++marker_) + ";";
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
      HideFrom(user);  // The user's own teams are asked for.
      return;
    }
    case OpKind::kMoveUnit:
      for (User& one : crm.users) {
        if (one.id == user) one.unit = 1 - one.unit;
      }
      HideFrom(user);
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
    case OpKind::kColleague: {
      const FieldKey& last = devices_[op.n[0] % devices_.size()]->last;
      const Row* row = crm.Find(last.entity, last.id);
      if (!row) return;
      const FieldSchema* field = crm.schema().Find(last.entity, last.field);
      Values values;
      const char* empty = last.entity == "account" ? "city" : "emailaddress1";
      if (op.n[3] % 2 == 1 && last.entity != "task" && !row->values.contains(empty)) {
        values[empty] = text;
      } else if (!field || field->type == FieldType::kString || op.n[1] % 4 == 0) {
        values[field && field->type == FieldType::kString ? last.field : TextField(last.entity)] =
            text;
      } else if (field->type == FieldType::kState) {
        values[last.field] = 1 - std::get<std::int64_t>(row->values.at(last.field));
      } else if (field->type == FieldType::kMoney) {
        values[last.field] = std::int64_t{op.n[2]} * 13;
      } else {
        values[last.field] = Value();
        values[last.field + "@type"] = Value();
      }
      crm.Update(last.entity, last.id, values);
      return;
    }
    case OpKind::kRemake: {
      const FieldKey& last = devices_[op.n[0] % devices_.size()]->last;
      const bool there = crm.Find(last.entity, last.id) != nullptr;
      if (op.n[1] % 2 == 0) {
        if (there) crm.Delete(last.entity, last.id);
        return;
      }
      // Nobody knows an id that was never sent.
      const bool was =
          std::any_of(crm.removals.begin(), crm.removals.end(), [&](const auto& removal) {
            return removal.entity == last.entity && removal.id == last.id;
          });
      if (!there && was) {
        crm.Create(last.entity, last.id,
                   {{TextField(last.entity), text}, {"statecode", std::int64_t{0}}}, user);
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
        values["scheduledend"] = crm.now.ticks + (std::int64_t{op.n[1]} % 9 - 4) * kTicksADay / 2;
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

void World::Sync(SimDevice& device, const SimDevice::SyncWish& wish) {
  if (device.syncing) return;  // One at a time: whoever drives a device sees to it.
  if (depth_ > 2) return;
  if (std::exchange(device.wrong_user_next, false)) SyncAsSomebodyElse(device);
  Drain(device);
  Watch(device, [&](std::stop_token stop) { return device.Synchronize(wish, stop); });
  Drain(device);
}

// What the device has to do by itself.
void World::Drain(SimDevice& device) {
  if (device.syncing || depth_ > 2) return;
  for (int step = 0; step < kMostSteps && report_.violation.empty() && device.open(); ++step) {
    if (!device.device()) return;
    if (device.due()) {
      const std::int64_t failed_at = device.touched ? -1 : device.failed_at;
      const std::int64_t now = site_.uptime;
      const std::int64_t syncs = report_.syncs;
      Watch(device, [&](std::stop_token stop) { return device.Step(stop); });
      if (failed_at >= 0 && report_.syncs > syncs && now - failed_at < kLeastBackOff) {
        Violated("I24: device " + std::to_string(device.number) + " tries again " +
                 std::to_string(now - failed_at) + " ms after a sync that failed");
      }
    } else {
      // It only looks around.
      device.syncing = true;
      (void)device.Step({});
      device.syncing = false;
      device.Deliver();
      if (device.broken()) AfterSync(device);
      if (!device.due()) break;
    }
  }
  if (!device.open() || !device.device()) return;
  const auto waits = device.device()->scheduler().WaitsFor();
  const bool waits_for_network =
      std::any_of(waits.begin(), waits.end(),
                  [](const schedule::Waiting& one) { return one.what == "a connection"; });
  if (waits_for_network && device.network.reach == Reach::kUnmetered && !device.due()) {
    Violated("I20: device " + std::to_string(device.number) +
             " waits for a connection, which is there");
  }
  if (waits.empty()) {
    Violated("I20: device " + std::to_string(device.number) + " waits for nothing");
  }
}

// Timers fire on the way, so many of them; then the machines sleep.
void World::PassTime(std::int64_t ticks) {
  const std::int64_t until = site_.uptime + ticks * 1000 / kTicksPerSecond;
  for (int wakes = 0; depth_ == 0 && wakes < kMostSteps && report_.violation.empty(); ++wakes) {
    SimDevice* next = nullptr;
    std::int64_t when = until;
    for (auto& device : devices_) {
      if (!device->device()) continue;
      const auto wake = device->device()->NextWake();
      if (!wake || wake->time_since_epoch().count() >= when) continue;
      when = wake->time_since_epoch().count();
      next = device.get();
    }
    if (!next) break;
    SleepUntil(when);
    Drain(*next);
    if (report_.violation.empty()) Check();
  }
  SleepUntil(until);
}

void World::SleepUntil(std::int64_t uptime) {
  const std::int64_t ticks = (uptime - site_.uptime) * kTicksPerSecond / 1000;
  if (ticks <= 0) return;
  // Where changes are asked for by time, a read side may be as far behind as the reads overlap
  // (engine/sync/tuning.h); further, only a sweep sees what others wrote: docs/sync.md.
  if (site_.replica && !site_.state.traits().row_versions && ticks > kTicksAMinute)
    long_lag_ = true;
  site_.Pass(ticks);
}

void World::Watch(SimDevice& device, const std::function<SimDevice::Ran(std::stop_token)>& call) {
  device.syncing = true;
  ++depth_;
  device.stop = std::stop_source();
  device.reachable = device.network.reach != Reach::kNone;
  device.requests_before = device.crm.requests;
  const int writes = device.crm.writes;
  const int mutating = device.crm.mutating;
  const bool hidden = std::exchange(device.hidden, false);
  const std::int64_t acts = acts_;
  const Policy policy = device.policy();
  const auto before = device.ReadAll();
  const auto outbox = device.Outbox();
  const Ground ground = TakeGround(device);
  device.crm.told.clear();
  device.overwrites = false;
  NoteRules(device);
  const SimDevice::Ran ran = call(device.stop.get_token());
  const bool quiet = acts_ == acts && !site_.replica;
  if (device.crm.mutating != mutating) ++acts_;  // To a sync during which this one was.
  const bool lagged = std::exchange(device.crm.lagged, false);
  device.syncing = false;
  device.reachable = true;
  --depth_;
  device.touched = false;
  device.Deliver();
  if (!ran) {
    device.hidden = device.hidden || hidden;
    AfterSync(device);
    return;
  }
  const SyncOutcome& outcome = *ran;
  ++report_.syncs;
  std::string line = outcome.succeeded() ? "synced" : "failed";
  if (outcome.error) line += ": " + outcome.error->message;
  if (outcome.structure_pending) line += ": the structure changes";
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
  const bool tried = device.crm.requests > device.requests_before;
  if (!outcome.succeeded() && tried && !device.stop.stop_requested() &&
      !outcome.structure_pending && device.device()) {
    device.must_retry = IsAutomatic(device.policy().triggers);
    if (device.must_retry) device.failed_at = site_.uptime;
  }
  // The foreground sync follows at once; whoever cancels wants quiet.
  if (outcome.structure_pending || device.stop.stop_requested()) {
    device.failed_at = -1;
    device.must_retry = false;
  }
  const bool died = device.vfs.dead();
  AfterSync(device);  // Whoever died knows nothing of it.
  if (!device.open() || !report_.violation.empty()) return;
  const bool resumes = Resumes(device, ground);
  NoteStaged(device);
  const bool told_in_order = !lagged && ground.restores == site_.state.restores;
  if (died && told_in_order) CheckCursors(device, ground);
  const bool exact =
      outcome.succeeded() && !resumes &&
      std::all_of(outcome.entities.begin(), outcome.entities.end(),
                  [](const EntityChange& entity) { return entity.full || entity.swept; });
  // A sweep of a read side that lags sees nothing of what left no trace since.
  if (hidden && lagged) device.hidden_at = device.now();
  device.hidden = device.hidden || (hidden && (!exact || lagged));
  // A download counts although the upload before it was cut short.
  const auto held_as = outcome.entities.empty() ? device.held_as : NoteHeld(device, outcome);
  if (outcome.succeeded()) {
    ++report_.succeeded;
    device.must_retry = false;
    device.failed_at = -1;
    if (told_in_order) device.restores_known = ground.restores;
    ReadJournal();
    // Of a download that was gone on with, what came since may wait for the next sync.
    if (told_in_order && !resumes) CheckNewest(device, "I2", {});
    if (before) CheckStays(device, **before, held_as);
    if (quiet && !resumes) {
      CheckReadBack(device);
      CheckGivenBack(device);
    }
    if (quiet && (exact || (!resumes && SeesAll(device)))) {
      CheckScope(device, exact ? "I1" : "I5 (without a sweep)", false);
    } else if (quiet && !resumes && device.clock_offset == ground.clock_offset) {
      // A policy that never sweeps leaves what goes by the date to the date.
      CheckAskedAnew(device, held_as);
    }
    return;
  }
  if (!quiet || !before || !outbox) return;
  if (outcome.upload.stopped && outcome.upload.stopped->code == ErrorCode::kDenied &&
      device.crm.writes == writes + 1) {
    CheckDenied(device, **outbox);
  }
  if (policy == device.policy()) CheckFailed(device, outcome, **before, **outbox);
}

// Whether a sync that swept nothing must be exact all the same: by `reconcile: auto`, as long as
// nothing happened that leaves no trace, and in any case a day after it did.
bool World::SeesAll(const SimDevice& device) const {
  const Incremental& how = device.policy().sync.incremental;
  if (how.reconcile.kind != Reconcile::Kind::kAuto) return false;
  if (how.changes == Changes::kMatching) return false;  // What leaves the filter comes with none.
  if (!device.hidden) return true;
  return device.crm.asked_at.ticks - device.hidden_at.ticks > kTicksADay + kTicksAMinute;
}

// I18: that the user is signed out is no fault of what waits.
void World::CheckDenied(SimDevice& device, const std::vector<OutboxEntry>& before) {
  const auto now = device.Outbox();
  if (!now) return;
  for (const OutboxEntry& old : before) {
    for (const OutboxEntry& entry : **now) {
      if (entry.seq == old.seq && entry.attempts > old.attempts) {
        Violated("I18: device " + std::to_string(device.number) +
                 " counts an attempt of a change although it was signed out");
      }
    }
  }
}

// Of a sync that failed nothing shows, unless the upload settled something first, or it died right
// after it had published; of an entity that failed alone, nothing either.
void World::CheckFailed(SimDevice& device, const SyncOutcome& outcome, const Rows& before,
                        const std::vector<OutboxEntry>& outbox) {
  const auto now = device.ReadAll();
  const auto left = device.Outbox();
  if (!now || !left || **left != outbox) return;
  if (outcome.entities.empty()) {
    if (**now != before) CheckScope(device, "I8 (half of a sync shows)", false);
    return;
  }
  for (const EntityChange& entity : outcome.entities) {
    // Rows of N:N entities go with their ends.
    if (!entity.error || entity.name == "accountcontact") continue;
    const auto rows = before.find(entity.name);
    const auto shown = (*now)->find(entity.name);
    const bool same =
        rows == before.end() || (shown != (*now)->end() && shown->second == rows->second);
    if (!same) {
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
  device.requests_before = device.crm.requests;
  const SimDevice::Ran ran = device.Synchronize({}, {});
  --depth_;
  device.syncing = false;
  device.crm.SetUser(owner);
  device.Deliver();
  const SyncOutcome outcome = ran.value_or(SyncOutcome{});
  Say("somebody else: " + (outcome.error ? outcome.error->message : std::string("synced")));
  report_.struck.set(static_cast<std::size_t>(OpKind::kWrongUser));
  if (outcome.succeeded()) Violated("I16: somebody else synchronised the device");
  if (device.crm.mutating != mutating) Violated("I16: changes were sent as somebody else");
  if (device.vfs.dead() || acts_ != acts) return;
  const auto after = device.Outbox();
  if (before && after && **before != **after) Violated("I16: somebody else changed the outbox");
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
  device.same_page = false;
  if (device.vfs.dead() || !device.open() || device.broken()) {
    Say("d" + std::to_string(device.number) + " died");
    if (auto opened = device.Open(); !opened) {
      Violated("I8: after a crash the database does not open: " + opened.error().message);
      return;
    }
    const std::string broken =
        WhatIsBroken(device.database(), site_.state.schema(), device.policy());
    if (broken != "ok") Violated("I8: after a crash: " + broken);
  }
  device.SettleUncertain();
}

// Faults stop, the connection is back, and nobody touches anything: what was tried and failed is
// tried again without anybody's doing.
void World::CheckRetries(SimDevice& device) {
  constexpr int kMostWakes = 12;
  for (int wake = 0; device.must_retry && IsAutomatic(device.policy().triggers); ++wake) {
    const auto due = device.device() ? device.device()->NextWake() : std::nullopt;
    if (!due || wake == kMostWakes) {
      Violated("I20: device " + std::to_string(device.number) +
               ": what failed is not tried again until it succeeds");
      return;
    }
    const std::int64_t when = due->time_since_epoch().count();
    if (when > site_.uptime) site_.Pass((when - site_.uptime) * kTicksPerSecond / 1000);
    Drain(device);
    if (!report_.violation.empty()) return;
  }
}

void World::Quiesce() {
  armed_.clear();
  site_.replica.reset();
  lag_left_ = 0;
  for (auto& device : devices_) {
    AfterSync(*device);
    device->network.reach = Reach::kUnmetered;
    device->Post(schedule::EditClosed{});
    Drain(*device);
    CheckRetries(*device);
    if (report_.violation.empty()) Check();
    if (!report_.violation.empty()) return;
  }
  // Conflicts that devices make for each other settle in a few rounds.
  constexpr int kMostRounds = 5;
  bool settled = false;
  for (int round = 0; round < kMostRounds && !settled; ++round) {
    const auto written = site_.state.journal.size();
    settled = true;
    for (auto& device : devices_) {
      site_.Pass(20 * kTicksAMinute);
      const std::int64_t before = report_.succeeded;
      Sync(*device, {.style = SyncStyle::kForeground, .sweep = round > 2});
      if (report_.violation.empty()) Check();
      if (!report_.violation.empty()) return;
      settled = settled && report_.succeeded > before;
    }
    settled = settled && site_.state.journal.size() == written;
  }
  for (auto& device : devices_) {
    site_.Pass(20 * kTicksAMinute);
    const std::int64_t before = report_.succeeded;
    Sync(*device, {.style = SyncStyle::kBackground, .sweep = true});
    // That a server was put back need not show in its marks; what is remembered of earlier writes
    // ends all the same.
    for (std::int64_t i = 0; site_.state.restores > 0 && i <= kDownloadsToRemember; ++i) {
      if (!report_.violation.empty() || !device->RemembersWrites()) break;
      Sync(*device, {.style = SyncStyle::kBackground, .sweep = true});
    }
    // What was written here and does not come has left only after some downloads: a time does not
    // tell how far the read side is, nor a mark of which the user no longer sees the record.
    for (std::int64_t i = 0; i < kDownloadsThatMayLag; ++i) {
      if (!report_.violation.empty() || !device->HoldsWritten()) break;
      Sync(*device, {.style = SyncStyle::kBackground, .sweep = true});
    }
    if (!report_.violation.empty()) return;
    if (report_.succeeded == before) {
      Violated("I20: the server answers and the disk works, but syncs go on failing");
      return;
    }
    if (!(device->policy() == published_.policy)) {
      Violated("I19: the published policy never comes into force");
      return;
    }
    CheckScope(*device, "I1 (at the end)", true);
    CheckDrained(*device);
    CheckPreview(*device);
    if (!report_.violation.empty()) return;
  }
  Check();
  CheckJournal();
  for (auto& device : devices_) {
    const std::string broken =
        WhatIsBroken(device->database(), site_.state.schema(), device->policy());
    if (broken != "ok") Violated("I8: at the end: " + broken);
    CheckLeastData(*device);
  }
}

Report Run(const Case& one, const RunOptions& options) {
  return World(one, options).Run();
}

}  // namespace satchel::sim
