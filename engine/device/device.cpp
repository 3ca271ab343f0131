#include "engine/device/device.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/device/device_sync.h"
#include "engine/store/local_meta.h"
#include "engine/store/outbox.h"
#include "engine/store/sync_cursor.h"
#include "engine/sync/full_sync_plan.h"
#include "policy/model/keywords.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

// "12 sent, 3 received (1 new, 2 changed), 4 removed, 1 conflict". What did not happen is not said.
std::string Summary(const SyncOutcome& outcome) {
  std::int64_t received = 0;
  std::int64_t added = 0;
  std::int64_t updated = 0;
  std::int64_t removed = 0;
  for (const EntityChange& entity : outcome.entities) {
    received += entity.received;
    added += entity.added;
    updated += entity.updated;
    removed += entity.removed;
  }
  std::vector<std::string> parts;
  const auto say = [&](std::int64_t count, const std::string& what) {
    if (count > 0) parts.push_back(HumanCount(count) + " " + what);
  };
  std::vector<std::string> came;
  if (added > 0) came.push_back(HumanCount(added) + " new");
  if (updated > 0) came.push_back(HumanCount(updated) + " changed");
  say(outcome.upload.sent, "sent");
  say(received,
      "received" + (came.empty() ? " (none new or changed)" : " (" + Join(came, ", ") + ")"));
  say(removed, "removed");
  say(outcome.upload.conflicts, outcome.upload.conflicts == 1 ? "conflict" : "conflicts");
  say(outcome.upload.dropped, "replaced by the server's version");
  say(outcome.upload.parked, "refused");
  say(outcome.upload.waiting, "still waiting");
  return parts.empty() ? "nothing to send, and nothing new" : Join(parts, ", ");
}

std::optional<Seconds> AgeOf(std::optional<Instant> last, Instant now) {
  // The calendar went back since: how long ago it was is not known.
  if (!last || last->ticks > now.ticks) return std::nullopt;
  return Seconds((now.ticks - last->ticks) / kTicksPerSecond);
}

}  // namespace

Device::Device(const DeviceParts& parts, DeviceState state, DeviceListener listener)
    : parts_(parts),
      state_(std::move(state)),
      listener_(std::move(listener)),
      modes_(state_.policy->modes),
      scheduler_(state_.policy->triggers, state_.policy->sync.style) {
  reach_ = parts_.connectivity.Now();
  // A device that is only looked at keeps its mode, connection or not.
  for (const modes::Action& action :
       modes_.On(modes::Begun{state_.mode, {.connected = true, .data_age = Facts().data_age}})) {
    if (const auto* set = std::get_if<modes::SetMode>(&action)) {
      state_.mode = set->mode;
      Keep(WriteMode(parts_.database, set->mode));
    }
  }
  (void)scheduler_.On(schedule::ReachChanged{reach_}, {parts_.clock.Up(), Chance(parts_.random)});
}

Result<std::unique_ptr<Device>> Device::Open(const DeviceParts& parts, const DeviceBinding& binding,
                                             DeviceListener listener, std::stop_token stop) {
  if (auto made = CreateMeta(parts.database); !made) return Fail(made.error());
  auto state = ReadDeviceState(parts.database);
  if (!state) return Fail(state.error());
  if (!state->policy) {
    state->server = binding.server;
    state->source = binding.source;
    state->project = binding.project;
    DeviceSync sync(parts.database, parts.server, parts.policies, parts.clock);
    if (auto bound = sync.Bind(binding.as, *state, std::move(stop)); !bound) {
      return Fail(bound.error());
    }
  }
  std::unique_ptr<Device> device(new Device(parts, *std::move(state), std::move(listener)));
  if (!device->broken_) return Fail(device->broken_.error());
  return device;
}

modes::Facts Device::Facts() {
  return {.connected = reach_ != Reach::kNone,
          .data_age = AgeOf(state_.last_sync, parts_.clock.Now())};
}

void Device::Keep(Result<> written) {
  if (!written && broken_) broken_ = std::move(written);
}

void Device::Log(DeviceEvent::Kind kind, std::string text, std::string trigger) {
  DeviceEvent event = {.at = parts_.clock.Now(),
                       .kind = kind,
                       .trigger = std::move(trigger),
                       .text = std::move(text)};
  Keep(LogEvent(parts_.database, event));
  if (listener_.event) listener_.event(event);
}

void Device::Start() {
  reach_ = parts_.connectivity.Now();
  Log(DeviceEvent::Kind::kStarted, "the device runs");
  if (modes_.mode() == DeviceMode::kOnline && reach_ == Reach::kNone) {
    for (const modes::Action& action : modes_.On(modes::Begun{state_.mode, Facts()})) {
      if (const auto* set = std::get_if<modes::SetMode>(&action)) {
        state_.mode = set->mode;
        Keep(WriteMode(parts_.database, set->mode));
      } else if (const auto* tell = std::get_if<modes::Tell>(&action)) {
        Log(DeviceEvent::Kind::kMode, tell->sentence);
      }
    }
  }
  const auto counts = CountOutbox(parts_.database);
  if (!counts) Keep(Fail(counts.error()));
  Feed(schedule::Started{.since_sync = AgeOf(state_.last_sync, parts_.clock.Now()),
                         .reach = reach_,
                         .structure_pending = state_.structure_pending,
                         .unsent = counts && counts->to_send() > 0});
}

void Device::Stop() {
  Log(DeviceEvent::Kind::kStopped, "the device stopped");
}

void Device::On(const schedule::Event& event) {
  Feed(event);
}

void Device::Feed(const schedule::Event& event) {
  for (schedule::Action& action :
       scheduler_.On(event, {parts_.clock.Up(), Chance(parts_.random)})) {
    if (const auto* suppressed = std::get_if<schedule::Suppressed>(&action)) {
      suppressed_ = suppressed->reason;
      Log(DeviceEvent::Kind::kSuppressed, suppressed->reason,
          std::string(Name(suppressed->trigger)));
    } else {
      due_.push_back(std::move(action));
    }
  }
}

void Device::LookAround() {
  const Reach now = parts_.connectivity.Now();
  if (now == reach_) return;
  reach_ = now;
  constexpr const char* kWords[] = {"the connection is gone", "there is a metered connection",
                                    "there is a connection"};
  Log(DeviceEvent::Kind::kConnection, kWords[static_cast<std::size_t>(now)]);
  Feed(schedule::ReachChanged{now});
}

std::optional<UptimePoint> Device::NextWake() const {
  if (!due_.empty()) return UptimePoint::min();
  return scheduler_.NextWake();
}

Result<bool> Device::Step(std::stop_token stop) {
  LookAround();
  const auto due = scheduler_.NextWake();
  if (due && *due <= parts_.clock.Up()) Feed(schedule::TimerDue{});
  const bool something = !due_.empty();
  if (something) {
    const schedule::Action action = std::move(due_.front());
    due_.pop_front();
    if (const auto* sync = std::get_if<schedule::Sync>(&action)) {
      (void)Run(*sync, {}, std::move(stop));
    } else if (const auto* poll = std::get_if<schedule::Poll>(&action)) {
      Feed(Ask(*poll, std::move(stop)));
    }
  }
  if (!broken_) return Fail(broken_.error());
  return something;
}

SyncOutcome Device::Synchronize(const ByHand& how, std::stop_token stop) {
  return RunNow(Trigger::kHand, how, std::move(stop));
}

SyncOutcome Device::RunNow(Trigger trigger, const ByHand& how, std::stop_token stop) {
  LookAround();
  // What is due already comes first: one sync at a time.
  while (!due_.empty()) {
    if (const auto stepped = Step(stop); !stepped) return {.error = stepped.error()};
  }
  Feed(schedule::Asked{trigger, how.style});
  if (due_.empty()) return {.error = Error{ErrorCode::kOffline, suppressed_}};
  const schedule::Sync sync = std::get<schedule::Sync>(due_.front());
  due_.pop_front();
  return Run(sync, how, std::move(stop));
}

SyncOutcome Device::Run(const schedule::Sync& sync, const ByHand& how, std::stop_token stop) {
  SyncOutcome outcome = {.style = sync.style};
  const std::string because = Names(sync.because);
  const auto locked = parts_.lock.TryLock();
  if (!locked || !*locked) {
    outcome.error =
        locked ? Error{ErrorCode::kConflict,
                       "another process is synchronising this database (try again when it is done)"}
               : locked.error();
    Feed(schedule::Ended{.how =
                             locked ? schedule::Ended::How::kBusy : schedule::Ended::How::kFailed});
    return outcome;
  }
  const bool foreground = sync.style == SyncStyle::kForeground;
  Log(DeviceEvent::Kind::kSync, std::string(Keyword(sync.style)) + " sync", because);
  if (foreground) Keep(WriteForeground(parts_.database, true));
  const UptimePoint begun = parts_.clock.Up();
  const Policy before = *state_.policy;
  DeviceSync run(parts_.database, parts_.server, parts_.policies, parts_.clock);
  outcome = run.Run(
      {.style = sync.style,
       .full = how.full,
       .sweep = how.sweep,
       .one_thread = parts_.one_thread,
       .copied_rows = parts_.copied_rows},
      state_, [this](const std::string& text) { Log(DeviceEvent::Kind::kPolicy, text); },
      listener_.progress, stop);
  outcome.seconds = std::chrono::duration<double>(parts_.clock.Up() - begun).count();
  if (foreground) Keep(WriteForeground(parts_.database, false));

  schedule::Ended ended;
  if (outcome.succeeded()) {
    state_.last_sync = parts_.clock.Now();
    Keep(WriteLastSync(parts_.database, *state_.last_sync));
    Log(DeviceEvent::Kind::kSynced, Summary(outcome), because);
  } else {
    const bool cancelled =
        stop.stop_requested() || (outcome.error && outcome.error->code == ErrorCode::kCancelled);
    ended.how = outcome.structure_pending ? schedule::Ended::How::kStructural
                : cancelled               ? schedule::Ended::How::kCancelled
                                          : schedule::Ended::How::kFailed;
    Log(DeviceEvent::Kind::kFailed, outcome.WhyNot(), because);
  }
  for (const std::string& warning : outcome.warnings) {
    Log(DeviceEvent::Kind::kPolicy, "warning: " + warning);
  }
  if (outcome.upload.conflicts > 0) {
    Log(DeviceEvent::Kind::kConflict,
        HumanCount(outcome.upload.conflicts) +
            (outcome.upload.conflicts == 1 ? " conflict waits" : " conflicts wait") +
            " for the user");
  }
  parts_.lock.Unlock();
  if (listener_.outcome) listener_.outcome(outcome);

  const auto counts = CountOutbox(parts_.database);
  if (!counts) Keep(Fail(counts.error()));
  ended.unsent = counts && counts->to_send() > 0;
  if (parts_.asked_to_wait) ended.retry_after = parts_.asked_to_wait();
  if (!(*state_.policy == before)) {
    Feed(schedule::PolicyChanged{state_.policy->triggers, state_.policy->sync.style});
    for (const modes::Action& action :
         modes_.On(modes::PolicyChanged{state_.policy->modes, Facts()})) {
      if (const auto* set = std::get_if<modes::SetMode>(&action)) {
        state_.mode = set->mode;
        Keep(WriteMode(parts_.database, set->mode));
      } else if (const auto* tell = std::get_if<modes::Tell>(&action)) {
        Log(DeviceEvent::Kind::kMode, tell->sentence);
      }
    }
  }
  Feed(ended);
  return outcome;
}

schedule::Polled Device::Ask(const schedule::Poll& poll, std::stop_token stop) {
  schedule::Polled polled;
  const auto failed = [&] {
    polled = {.failed = true};
    if (parts_.asked_to_wait) polled.retry_after = parts_.asked_to_wait();
    return polled;
  };
  const auto schema = parts_.server.ReadSchema(EntitiesNamed(*state_.policy), stop);
  if (!schema) return failed();
  for (const Entity& entity : state_.policy->entities) {
    const bool watched =
        poll.entities.empty() ||
        std::find(poll.entities.begin(), poll.entities.end(), entity.name) != poll.entities.end();
    if (entity.mode != DeviceMode::kOffline || !watched) continue;
    const auto changed = Changed(entity.name, *schema, stop);
    if (!changed) return failed();
    if (*changed) polled.changed.push_back(entity.name);
  }
  return polled;
}

Result<bool> Device::Changed(const std::string& entity, const Schema& schema,
                             std::stop_token stop) {
  const auto cursor = ReadSyncCursor(parts_.database, entity);
  if (!cursor) return Fail(cursor.error());
  const auto before = *cursor ? ParseHighWater((*cursor)->mark) : std::nullopt;
  if (!before) return true;  // Never downloaded.
  if (before->kind == HighWater::Kind::kVersion) {
    const auto mark = parts_.server.NoteHighWater(entity, schema, state_.as, stop);
    if (!mark) return Fail(mark.error());
    return mark->kind != HighWater::Kind::kVersion || mark->version != before->version;
  }
  // Without versions: the latest change the server shows, against the server's clock at the last
  // sync.
  const EntitySchema* known = schema.Find(entity);
  if (!known || known->modified.empty()) return false;
  const auto plan =
      parts_.server.Plan({.query = {.entity = entity,
                                    .order = {{.field = known->modified, .descending = true}},
                                    .top = 1},
                          .fields = {known->modified},
                          .as = state_.as,
                          .page_size = 1},
                         schema);
  if (!plan) return Fail(plan.error());
  if (!plan->ordered_cut) return false;
  const auto page = parts_.server.ReadPage(*plan, plan->first_cursor, stop);
  if (!page) return Fail(page.error());
  const auto& columns = page->rows.columns();
  for (std::size_t i = 0; i < columns.size() && page->rows.rows() > 0; ++i) {
    const Cell& cell = page->rows.cell(0, i);
    if (columns[i].name == known->modified && cell.kind == Cell::Kind::kInteger) {
      return cell.integer > before->time.ticks;
    }
  }
  return false;
}

Result<modes::Tell> Device::Switch(DeviceMode to, std::stop_token stop) {
  LookAround();
  modes::Tell told;
  std::deque<modes::Event> events = {modes::SwitchAsked{to, Facts()}};
  while (!events.empty()) {
    const modes::Event event = std::move(events.front());
    events.pop_front();
    for (const modes::Action& action : modes_.On(event)) {
      if (const auto* ask = std::get_if<modes::Ask>(&action)) {
        const auto choice = listener_.ask ? listener_.ask(*ask) : modes::Choice::kStay;
        LookAround();
        events.push_back(modes::Answered{choice, Facts()});
      } else if (std::holds_alternative<modes::Sync>(action)) {
        const SyncOutcome outcome =
            RunNow(Trigger::kSwitch, {.style = SyncStyle::kForeground}, stop);
        LookAround();
        events.push_back(modes::SyncEnded{outcome.succeeded(), outcome.WhyNot(), Facts()});
      } else if (const auto* set = std::get_if<modes::SetMode>(&action)) {
        state_.mode = set->mode;
        Keep(WriteMode(parts_.database, set->mode));
      } else if (const auto* tell = std::get_if<modes::Tell>(&action)) {
        told = *tell;
        Log(DeviceEvent::Kind::kMode, tell->sentence);
      }
    }
  }
  if (!broken_) return Fail(broken_.error());
  return told;
}

Result<> Device::Refresh() {
  auto state = ReadDeviceState(parts_.database);
  if (!state) return Fail(state.error());
  if (!state->policy) return {};
  const bool another = !(*state->policy == *state_.policy);
  state_ = *std::move(state);
  if (another) {
    Feed(schedule::PolicyChanged{state_.policy->triggers, state_.policy->sync.style});
    (void)modes_.On(modes::PolicyChanged{state_.policy->modes, Facts()});
  }
  (void)modes_.On(modes::Begun{state_.mode, {.connected = true, .data_age = Facts().data_age}});
  return {};
}

}  // namespace satchel
