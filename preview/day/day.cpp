#include "preview/day/day.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/device/scheduler.h"
#include "policy/model/keywords.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Midnight of the simulated day; anything well after zero.
constexpr UptimePoint kMidnight{std::chrono::hours(24 * 365)};

// One device and its user. The app's process comes and goes with start and stop; what is on the
// device stays.
class Simulation {
 public:
  Simulation(const Policy& policy, const DayScript& script)
      : policy_(policy),
        script_(script),
        random_(MakeSeededRandom(script.seed)),
        modes_(policy.modes) {
    day_.hours.resize(24);
    if (script.last_sync) last_success_ = kMidnight - *script.last_sync;
  }

  SimulatedDay Run() {
    std::size_t next = 0;
    const UptimePoint end = kMidnight + script_.until;
    for (;;) {
      // The script goes first where times are equal: a user acts, the device reacts.
      const UptimePoint event =
          next < script_.events.size() ? kMidnight + script_.events[next].at : UptimePoint::max();
      const UptimePoint timer = NextTimer();
      const UptimePoint at = std::min(event, timer);
      if (at > end || at == UptimePoint::max()) break;
      now_ = std::max(now_, at);
      if (event <= timer) {
        Do(script_.events[next++]);
      } else if (sync_ && sync_->end <= now_) {
        EndSync();
      } else {
        Tell(schedule::TimerDue{});
      }
    }
    day_.unsent = unsent_;
    Sum();
    return std::move(day_);
  }

 private:
  struct RunningSync {
    UptimePoint end = {};
    SyncStyle style = SyncStyle::kBackground;
    bool for_switch = false;
    int sends = 0;                    // Saves it takes along.
    std::set<std::string> sees = {};  // Server changes it brings.
  };

  [[nodiscard]] UptimePoint NextTimer() const {
    UptimePoint next = UptimePoint::max();
    if (sync_) next = sync_->end;
    if (scheduler_) next = std::min(next, scheduler_->NextWake().value_or(next));
    return next;
  }
  [[nodiscard]] modes::Facts Facts() const {
    modes::Facts facts = {.connected = reach_ != Reach::kNone};
    if (last_success_) facts.data_age = std::chrono::floor<Seconds>(now_ - *last_success_);
    return facts;
  }
  [[nodiscard]] bool Blocked() const { return sync_ && sync_->style == SyncStyle::kForeground; }

  DayTotals& Hour() {
    const auto hour = std::chrono::floor<std::chrono::hours>(now_ - kMidnight).count();
    return day_.hours[static_cast<std::size_t>(std::clamp<std::int64_t>(hour, 0, 23))];
  }
  void Row(DayRow::Kind kind, std::string text, std::string trigger = {},
           std::optional<SyncStyle> style = {}) {
    day_.rows.push_back({now_ - kMidnight, kind, std::move(trigger), style, std::move(text)});
    if (kind == DayRow::Kind::kSuppressed) ++Hour().suppressed;
    if (kind == DayRow::Kind::kAsked) ++Hour().questions;
    if (kind == DayRow::Kind::kRefused) ++Hour().refused;
    if (kind == DayRow::Kind::kFailed) ++Hour().failed;
  }

  void Do(const DayEvent& event);
  void Save(const std::string& entity);
  void Switch(DeviceMode to, modes::Choice answer);
  void Reached(Reach reach, std::string text);
  void Act(const modes::Actions& actions);
  void Tell(const schedule::Event& event);
  void Begin(const schedule::Sync& sync);
  void EndSync();
  void AnswerPoll(const schedule::Poll& poll);
  void Sum();

  const Policy& policy_;
  const DayScript& script_;
  std::unique_ptr<Random> random_;
  modes::Machine modes_;
  std::optional<DeviceMode> mode_ = {};                // As stored on the device.
  std::optional<schedule::Scheduler> scheduler_ = {};  // While the app runs.
  std::optional<RunningSync> sync_ = {};
  UptimePoint now_ = kMidnight;
  std::optional<UptimePoint> last_success_ = {};
  Reach reach_ = Reach::kUnmetered;
  bool server_fails_ = false;
  std::optional<Seconds> retry_after_ = {};
  bool structure_published_ = false;  // Not on the device yet.
  bool structure_pending_ = false;    // A background sync met it.
  int unsent_ = 0;
  std::set<std::string> changed_there_ = {};
  modes::Choice answer_ = modes::Choice::kStay;
  SimulatedDay day_ = {};
};

void Simulation::Do(const DayEvent& event) {
  using Kind = DayEvent::Kind;
  const std::string entity = !event.entity.empty() || policy_.entities.empty()
                                 ? event.entity
                                 : policy_.entities.front().name;
  const bool needs_app = event.kind == Kind::kReturn || event.kind == Kind::kSave ||
                         event.kind == Kind::kOpenEdit || event.kind == Kind::kCloseEdit ||
                         event.kind == Kind::kSync || event.kind == Kind::kGoOnline ||
                         event.kind == Kind::kGoOffline || event.kind == Kind::kStop;
  if (needs_app && !scheduler_) {
    Row(DayRow::Kind::kRefused, "the app does not run", std::string(Name(event.kind)));
    return;
  }
  switch (event.kind) {
    case Kind::kStart: {
      if (scheduler_) return Row(DayRow::Kind::kRefused, "the app runs already", "start");
      Row(DayRow::Kind::kEvent, "the app starts");
      scheduler_.emplace(policy_.triggers, policy_.sync.style);
      Act(modes_.On(modes::Begun{mode_, Facts()}));
      schedule::Started started = {
          .reach = reach_, .structure_pending = structure_pending_, .unsent = unsent_ > 0};
      if (last_success_) started.since_sync = std::chrono::floor<Seconds>(now_ - *last_success_);
      return Tell(started);
    }
    case Kind::kStop:
      Row(DayRow::Kind::kEvent,
          sync_ ? "the app is closed; the sync goes on at the next start" : "the app is closed");
      if (Blocked()) Hour().blocked -= std::chrono::floor<Seconds>(sync_->end - now_);
      scheduler_.reset();
      sync_.reset();
      return;
    case Kind::kReturn:
      Row(DayRow::Kind::kEvent, "the app comes back from the background");
      return Tell(schedule::Returned{});
    case Kind::kSave:
      return Save(entity);
    case Kind::kOpenEdit:
      if (Blocked()) {
        return Row(DayRow::Kind::kRefused, "a foreground sync is running", "open-edit");
      }
      Row(DayRow::Kind::kEvent, "the user opens a record for editing");
      return Tell(schedule::EditOpened{});
    case Kind::kCloseEdit:
      Row(DayRow::Kind::kEvent, "the user closes the record");
      return Tell(schedule::EditClosed{});
    case Kind::kServerChange:
      Row(DayRow::Kind::kEvent, "somebody changes a record on the server: " + entity);
      changed_there_.insert(entity);
      return;
    case Kind::kConnection:
      return Reached(Reach::kUnmetered, "there is a connection");
    case Kind::kMetered:
      return Reached(Reach::kMetered, "there is a metered connection");
    case Kind::kNoConnection:
      return Reached(Reach::kNone, "the connection is gone");
    case Kind::kSync:
      Row(DayRow::Kind::kEvent, "the user presses the sync button");
      return Tell(schedule::Asked{});
    case Kind::kGoOnline:
      return Switch(DeviceMode::kOnline, event.answer);
    case Kind::kGoOffline:
      return Switch(DeviceMode::kOffline, event.answer);
    case Kind::kServerFails:
      server_fails_ = true;
      retry_after_ = event.retry_after;
      return Row(
          DayRow::Kind::kEvent,
          "the server begins to fail" +
              (retry_after_ ? ", asking to wait " + PrintDuration(*retry_after_) : std::string()));
    case Kind::kServerWorks:
      server_fails_ = false;
      retry_after_.reset();
      return Row(DayRow::Kind::kEvent, "the server works again");
    case Kind::kPublish:
      structure_published_ = structure_published_ || event.structural;
      return Row(DayRow::Kind::kEvent, event.structural
                                           ? "a policy with another structure is published"
                                           : "a policy of the same structure is published");
  }
}

void Simulation::Save(const std::string& entity) {
  if (Blocked()) return Row(DayRow::Kind::kRefused, "a foreground sync is running", "save");
  const Entity* kept = policy_.Find(entity);
  const bool live =
      modes_.mode() == DeviceMode::kOnline || (kept && kept->mode == DeviceMode::kOnline);
  if (live && (reach_ == Reach::kNone || server_fails_)) {
    return Row(DayRow::Kind::kRefused,
               reach_ == Reach::kNone ? "there is no connection, and the record is kept online"
                                      : "the server fails, and the record is kept online",
               "save");
  }
  Row(DayRow::Kind::kEvent, "the user saves a record: " + entity +
                                (live ? " (on the server at once)" : " (on the device)"));
  if (!live) ++unsent_;
  Tell(schedule::Saved{entity});
}

void Simulation::Switch(DeviceMode to, modes::Choice answer) {
  Row(DayRow::Kind::kEvent,
      to == DeviceMode::kOnline ? "the user goes online" : "the user goes offline");
  answer_ = answer;
  Act(modes_.On(modes::SwitchAsked{to, Facts()}));
}

void Simulation::Reached(Reach reach, std::string text) {
  Row(DayRow::Kind::kEvent, std::move(text));
  reach_ = reach;
  if (scheduler_) Tell(schedule::ReachChanged{reach});
  // A sync under way ends with the connection.
  if (reach == Reach::kNone && sync_) {
    if (Blocked()) Hour().blocked -= std::chrono::floor<Seconds>(sync_->end - now_);
    sync_->end = now_;
  }
}

void Simulation::Act(const modes::Actions& actions) {
  for (const modes::Action& action : actions) {
    if (const auto* ask = std::get_if<modes::Ask>(&action)) {
      constexpr std::array<const char*, 3> kWords = {"sync", "skip", "stay"};
      Row(DayRow::Kind::kAsked, ask->question + " → " + kWords[static_cast<std::size_t>(answer_)]);
      Act(modes_.On(modes::Answered{answer_, Facts()}));
    } else if (std::holds_alternative<modes::Sync>(action)) {
      Tell(schedule::Asked{Trigger::kSwitch});
      const bool runs = sync_ && sync_->style == SyncStyle::kForeground && sync_->end > now_;
      if (runs) {
        sync_->for_switch = true;
      } else {
        Act(modes_.On(modes::SyncEnded{false, "it could not run now", Facts()}));
      }
    } else if (const auto* set = std::get_if<modes::SetMode>(&action)) {
      mode_ = set->mode;
    } else if (const auto* tell = std::get_if<modes::Tell>(&action)) {
      Row(tell->refused ? DayRow::Kind::kRefused : DayRow::Kind::kMode, tell->sentence);
    }
  }
}

void Simulation::Tell(const schedule::Event& event) {
  for (const schedule::Action& action : scheduler_->On(event, {now_, Chance(*random_)})) {
    if (const auto* sync = std::get_if<schedule::Sync>(&action)) {
      Begin(*sync);
    } else if (const auto* poll = std::get_if<schedule::Poll>(&action)) {
      AnswerPoll(*poll);
    } else if (const auto* suppressed = std::get_if<schedule::Suppressed>(&action)) {
      Row(DayRow::Kind::kSuppressed, suppressed->reason, std::string(Name(suppressed->trigger)));
    }
  }
}

void Simulation::Begin(const schedule::Sync& sync) {
  const bool foreground = sync.style == SyncStyle::kForeground;
  std::string text = foreground ? "nobody can edit until it ends" : "";
  if (unsent_ > 0) {
    text = std::to_string(unsent_) + (unsent_ == 1 ? " save" : " saves") + " to send" +
           (text.empty() ? "" : "; " + text);
  }
  Row(DayRow::Kind::kSync, text, Names(sync.because), sync.style);
  ++(foreground ? Hour().foreground : Hour().background);
  sync_ = RunningSync{.end = now_ + script_.sync_takes,
                      .style = sync.style,
                      .sends = unsent_,
                      .sees = changed_there_};
  if (foreground) Hour().blocked += script_.sync_takes;
}

void Simulation::EndSync() {
  const RunningSync sync = *sync_;
  sync_.reset();
  schedule::Ended ended;
  std::string reason;
  if (reach_ == Reach::kNone || server_fails_) {
    ended.how = schedule::Ended::How::kFailed;
    reason = reach_ == Reach::kNone ? "the connection is gone" : "the server fails";
    if (reach_ != Reach::kNone) ended.retry_after = retry_after_;
    Row(DayRow::Kind::kFailed, reason, "", sync.style);
  } else {
    unsent_ -= sync.sends;
    if (structure_published_ && sync.style == SyncStyle::kBackground) {
      ended.how = schedule::Ended::How::kStructural;
      structure_pending_ = true;
      Row(DayRow::Kind::kFailed,
          "the policy's structure changed: it uploaded, and stopped before the download", "",
          sync.style);
    } else {
      structure_published_ = structure_pending_ = false;
      last_success_ = now_;
      for (const std::string& entity : sync.sees) changed_there_.erase(entity);
      Row(DayRow::Kind::kSynced, "", "", sync.style);
    }
  }
  const bool succeeded = ended.how == schedule::Ended::How::kSucceeded;
  Tell(ended);
  if (sync.for_switch) Act(modes_.On(modes::SyncEnded{succeeded, reason, Facts()}));
}

void Simulation::AnswerPoll(const schedule::Poll& poll) {
  ++Hour().polls;
  schedule::Polled polled = {.failed = server_fails_};
  if (server_fails_) {
    polled.retry_after = retry_after_;
    Row(DayRow::Kind::kPolled, "the server fails", "on_change");
  } else {
    for (const std::string& entity : changed_there_) {
      const bool watched =
          poll.entities.empty() ||
          std::find(poll.entities.begin(), poll.entities.end(), entity) != poll.entities.end();
      if (watched) polled.changed.push_back(entity);
    }
    if (!polled.changed.empty()) {
      Row(DayRow::Kind::kPolled, "changed on the server: " + Join(polled.changed, ", "),
          "on_change");
    }
  }
  Tell(polled);
}

void Simulation::Sum() {
  for (const DayTotals& hour : day_.hours) {
    DayTotals& sum = day_.totals;
    sum.foreground += hour.foreground;
    sum.background += hour.background;
    sum.failed += hour.failed;
    sum.suppressed += hour.suppressed;
    sum.questions += hour.questions;
    sum.refused += hour.refused;
    sum.polls += hour.polls;
    sum.blocked += hour.blocked;
  }
}

}  // namespace

std::string_view Name(DayRow::Kind kind) {
  constexpr std::array<std::string_view, 9> kNames = {
      "event", "sync", "synced", "failed", "suppressed", "asked", "mode", "refused", "polled"};
  return kNames[static_cast<std::size_t>(kind)];
}

SimulatedDay SimulateDay(const Policy& policy, const DayScript& script) {
  return Simulation(policy, script).Run();
}

}  // namespace satchel
