#include "engine/device/scheduler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/record/mutant.h"
#include "policy/support/text.h"

namespace satchel {

std::string_view Name(Trigger trigger) {
  constexpr std::array<std::string_view, 10> kNames = {
      "on_start",    "on_change",   "on_save",           "every", "reconnect", "retry",
      "sync button", "mode switch", "structural change", "again"};
  return kNames[static_cast<std::size_t>(trigger)];
}

std::string Names(const std::vector<Trigger>& triggers) {
  std::vector<std::string> names;
  for (const Trigger trigger : triggers) names.emplace_back(Name(trigger));
  return Join(names, ", ");
}

namespace schedule {

namespace {

// Beyond it the longest back-off is reached with any first one.
constexpr int kMostFailures = 30;

// A sync that somebody waits for: it runs on any network, and back-off does not hold it up.
bool ByUser(Trigger trigger) {
  return trigger == Trigger::kHand || trigger == Trigger::kSwitch;
}

bool Has(const std::vector<Trigger>& because, Trigger trigger) {
  return std::find(because.begin(), because.end(), trigger) != because.end();
}

// For people, never less than it is: "16 s", "14 min", "24 h".
std::string Span(Milliseconds span) {
  const std::int64_t seconds = std::max(std::chrono::ceil<Seconds>(span), Seconds(0)).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 120 * 60) return std::to_string((seconds + 59) / 60) + " min";
  return std::to_string((seconds + 3599) / 3600) + " h";
}

Milliseconds Part(Milliseconds whole, double chance) {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(whole.count()) * chance));
}

// Whether a timer has come; if so it is disarmed.
bool Take(std::optional<UptimePoint>& timer, UptimePoint now) {
  if (!timer || *timer > now) return false;
  timer.reset();
  return true;
}

void Append(Actions& actions, Actions more) {
  for (Action& action : more) actions.push_back(std::move(action));
}

}  // namespace

void Scheduler::Request::Add(const Request& other) {
  for (const Trigger trigger : other.because) {
    if (!Has(because, trigger)) because.push_back(trigger);
  }
  if (other.style == SyncStyle::kForeground) style = SyncStyle::kForeground;
}

Scheduler::Scheduler(const Triggers& triggers, SyncStyle hand_style, const Manners& manners)
    : triggers_(triggers), hand_style_(hand_style), manners_(manners) {}

Actions Scheduler::On(const Event& event, At at) {
  Actions actions = std::visit([&](const auto& each) { return Handle(each, at); }, event);
  // Whatever became of the last one: an interval is armed unless a sync that will arm it is on its
  // way.
  if (triggers_.every && !running_ && !interval_due_ && !Owes(Trigger::kInterval)) {
    ArmInterval(at.time);
  }
  if (WatchesServer() && !poll_due_ && !polling_ && !running_) ArmPoll(at.time);
  return actions;
}

Actions Scheduler::Handle(const Started& event, At at) {
  reach_ = event.reach;
  structure_pending_ = event.structure_pending;
  if (event.since_sync) last_success_ = at.time - *event.since_sync;
  if (triggers_.every) {
    // What was missed while the app did not run is missed once.
    const UptimePoint overdue = at.time - *triggers_.every;
    ArmInterval(std::max(last_success_.value_or(overdue), overdue));
  }
  Actions actions = StartOn(at);
  if (running_) return actions;
  // "At the latest at app start", whatever on_start says.
  if (structure_pending_) Append(actions, Want(Trigger::kStructure, at));
  // An earlier process may have died between a save and its sync.
  const bool here = triggers_.on_change && triggers_.on_change->watch != Watch::kServer;
  if (event.unsent && !running_ && !structure_pending_ && (triggers_.on_save || here)) {
    Append(actions, Want(triggers_.on_save ? Trigger::kSave : Trigger::kChange, at));
  }
  return actions;
}

Actions Scheduler::Handle(const Returned&, At at) {
  return StartOn(at);
}

Actions Scheduler::StartOn(At at) {
  if (!triggers_.on_start) return {};
  const auto& within = triggers_.on_start->skip_if_synced_within;
  if (within && last_success_ && at.time - *last_success_ < *within && !structure_pending_) {
    return {Suppressed{Trigger::kStart, "the last sync was " + Span(at.time - *last_success_) +
                                            " ago, and on_start skips within " +
                                            PrintDuration(*within)}};
  }
  return Want(Trigger::kStart, at);
}

Actions Scheduler::Handle(const ReachChanged& event, At at) {
  const bool could = MayUseNetwork();
  const bool back = reach_ == Reach::kNone && event.reach != Reach::kNone;
  reach_ = event.reach;
  if (!MayUseNetwork()) {
    poll_due_.reset();
    reconnect_due_.reset();
  } else if (!could) {
    Regain(back, at);
  }
  return {};
}

void Scheduler::Regain(bool from_nothing, At at) {
  // Everybody else may be coming back at this very moment, too.
  const UptimePoint turn = at.time + Part(manners_.reconnect_spread, at.chance);
  if (WatchesServer()) ArmPoll(turn);
  // What failed for want of the connection need not sit out its back-off.
  if ((missed_ || (deferred_ && from_nothing)) && !Planted(Mutant::kB53ReconnectIgnored)) {
    reconnect_due_ = std::max(turn, not_before_.value_or(turn));
  }
}

Actions Scheduler::Handle(const TimerDue&, At at) {
  Actions actions;
  if (Take(reconnect_due_, at.time)) {
    Request request = {{Trigger::kReconnect}, SyncStyle::kBackground};
    for (auto* wish : {&missed_, &deferred_}) {
      if (*wish) request.Add(*std::exchange(*wish, std::nullopt));
    }
    retry_due_.reset();
    Append(actions, Want(std::move(request), at, Patience::kSpent));
  }
  if (Take(retry_due_, at.time) && deferred_) {
    Append(actions, Want(*std::exchange(deferred_, std::nullopt), at, Patience::kSpent));
  }
  if (Take(interval_due_, at.time)) Append(actions, Want(Trigger::kInterval, at));
  if (Take(save_due_, at.time)) Append(actions, Want(Trigger::kSave, at));
  if (Take(poll_due_, at.time)) {
    const bool patience = not_before_ && at.time < *not_before_;
    // A sync under way, or about to be, sees what a poll would see.
    if (WatchesServer() && !running_ && !deferred_ && !polling_ && !patience) {
      polling_ = true;
      actions.push_back(Poll{triggers_.on_change->entities});
    }
  }
  return actions;
}

Actions Scheduler::Handle(const Saved& event, At at) {
  const bool at_once = triggers_.on_save && !triggers_.on_save->delay;
  if (at_once) return Want(Trigger::kSave, at);
  // From the first save on, so that a busy user cannot put it off for ever.
  if (triggers_.on_save && !save_due_) save_due_ = at.time + *triggers_.on_save->delay;
  return WatchesHere(event.entity) ? Want(Trigger::kChange, at) : Actions();
}

Actions Scheduler::Handle(const ChangedHere& event, At at) {
  return WatchesHere(event.entity) ? Want(Trigger::kChange, at) : Actions();
}

Actions Scheduler::Handle(const Polled& event, At at) {
  polling_ = false;
  ArmPoll(at.time);
  if (!event.failed) {
    poll_failures_ = 0;
    return event.changed.empty() ? Actions() : Want(Trigger::kChange, at);
  }
  poll_failures_ = std::min(poll_failures_ + 1, kMostFailures);
  if (event.retry_after) {
    not_before_ = at.time + std::min(*event.retry_after, manners_.longest_asked);
  }
  if (poll_due_) poll_due_ = std::max(*poll_due_, BackOff(poll_failures_, at));
  return {};
}

Actions Scheduler::Handle(const EditOpened&, At) {
  editing_ = true;
  return {};
}

Actions Scheduler::Handle(const EditClosed&, At at) {
  editing_ = false;
  if (!blocked_) return {};
  return Want(*std::exchange(blocked_, std::nullopt), at, Patience::kNew);
}

Actions Scheduler::Handle(const Asked& event, At at) {
  return Want({{event.trigger}, event.style.value_or(StyleOf(event.trigger))}, at, Patience::kNew);
}

Actions Scheduler::Handle(const Ended& event, At at) {
  if (!running_) return {};  // Nobody asked for it.
  Request over = *std::exchange(running_, std::nullopt);
  std::optional<Request> again = std::exchange(again_, std::nullopt);
  ArmInterval(at.time);
  if (WatchesServer()) ArmPoll(at.time);
  if (event.retry_after) {
    not_before_ = at.time + std::min(*event.retry_after, manners_.longest_asked);
  }
  switch (event.how) {
    case Ended::How::kSucceeded:
      last_success_ = at.time;
      if (over.style == SyncStyle::kForeground) structure_pending_ = false;
      if (again) {
        failures_ = 0;
        again->Add({{Trigger::kAgain}, SyncStyle::kBackground});
        return Want(std::move(*again), at, Patience::kNew);
      }
      if (event.unsent && Automatic()) {
        // The server took some and put others off: patience, as after a failure.
        failures_ = std::min(failures_ + 1, kMostFailures);
        Defer({{Trigger::kRetry}, StyleOf(Trigger::kRetry)}, BackOff(failures_, at),
              "some changes could not be sent yet");
      } else {
        failures_ = 0;
      }
      return {};
    case Ended::How::kStructural: {
      // Not a failure: what it uploaded is uploaded. The foreground sync takes the rest with it.
      structure_pending_ = true;
      Request next = {{Trigger::kStructure}, SyncStyle::kForeground};
      if (again) next.Add(*again);
      return Want(std::move(next), at, Patience::kNew);
    }
    case Ended::How::kBusy: {
      // The other one does what was wanted here; look soon whether something is left.
      const Trigger first = over.because.front();
      const std::string reason = "another process is synchronising this database";
      if (again) over.Add(*again);
      std::erase(over.because, Trigger::kSwitch);
      if (!over.because.empty()) {
        Defer(std::move(over),
              at.time + manners_.least_backoff + Part(manners_.first_backoff, at.chance), reason);
      }
      return {Suppressed{first, reason}};
    }
    case Ended::How::kCancelled:
      // Whoever cancels wants quiet; what was asked for meanwhile comes after a pause.
      if (again) {
        Defer(std::move(*again), at.time + manners_.first_backoff, "the last sync was cancelled");
      }
      return {};
    case Ended::How::kFailed:
      break;
  }
  failures_ = std::min(failures_ + 1, kMostFailures);
  if (!Automatic() && !structure_pending_ && !again)
    return {};  // Whoever syncs by hand repeats so.
  Request retry = {{Trigger::kRetry},
                   structure_pending_ ? SyncStyle::kForeground : StyleOf(Trigger::kRetry)};
  if (again) retry.Add(*again);
  if (Planted(Mutant::kB52NoRetry)) return {};
  Defer(std::move(retry), BackOff(failures_, at), "the last sync failed");
  return {};
}

Actions Scheduler::Handle(const PolicyChanged& event, At at) {
  const bool another_interval = triggers_.every != event.triggers.every;
  const bool could = MayUseNetwork();
  triggers_ = event.triggers;
  hand_style_ = event.hand_style;
  if (another_interval && !running_) {
    // The one timer is replaced; the new interval counts from where the old one did.
    ArmInterval(last_success_.value_or(at.time));
    if (interval_due_) interval_due_ = std::max(*interval_due_, at.time);
  }
  // What was saved under the old delay still goes.
  if (save_due_ && !(triggers_.on_save && triggers_.on_save->delay)) save_due_ = at.time;
  ArmPoll(at.time);
  if (!MayUseNetwork()) {
    reconnect_due_.reset();
  } else if (!could) {
    Regain(false, at);  // The policy allows the network that is there.
  }
  return {};
}

Actions Scheduler::Want(Trigger trigger, At at) {
  return Want({{trigger}, StyleOf(trigger)}, at, Patience::kNew);
}

Actions Scheduler::Want(Request request, At at, Patience patience) {
  const Trigger first = request.because.front();
  const bool by_user = std::any_of(request.because.begin(), request.because.end(),
                                   [](Trigger each) { return ByUser(each); });
  if (structure_pending_) request.style = SyncStyle::kForeground;
  const auto put_by = [&](std::optional<Request>& place) {
    // A mode switch is told no at once; it does not happen behind the user's back later.
    std::erase(request.because, Trigger::kSwitch);
    if (request.because.empty()) return false;
    if (place) request.Add(*place);
    place = request;
    return true;
  };
  if (running_) {
    return {Suppressed{first, put_by(again_) ? "a sync is running; one more follows it"
                                             : "a sync is running (try again when it is over)"}};
  }
  if (reach_ == Reach::kNone || (!by_user && !MayUseNetwork())) {
    const std::string reason = reach_ == Reach::kNone
                                   ? "there is no connection"
                                   : "the network is metered, and the policy asks for another";
    // The sync button is told no; what came by itself is made up for.
    std::erase(request.because, Trigger::kHand);
    const bool later = (triggers_.retry_on_reconnect || structure_pending_) && put_by(missed_);
    return {Suppressed{first, reason + (later ? "; it runs once when there is one" : "")}};
  }
  if (not_before_ && at.time < *not_before_) {
    const std::string wait = Span(*not_before_ - at.time);
    if (!put_by(deferred_)) {
      return {Suppressed{first, "the server asked to wait for another " + wait}};
    }
    retry_due_ = std::max(retry_due_.value_or(*not_before_), *not_before_);
    deferred_why_ = "the server asked to wait";
    return {Suppressed{first, "the server asked to wait; it runs in " + wait}};
  }
  if (deferred_ && retry_due_ && patience == Patience::kNew && !by_user) {
    put_by(deferred_);
    return {Suppressed{first,
                       deferred_why_ + "; the next attempt is in " + Span(*retry_due_ - at.time)}};
  }
  if (request.style == SyncStyle::kForeground && editing_) {
    return {Suppressed{first, put_by(blocked_)
                                  ? "an edit is open; the foreground sync runs when it is closed"
                                  : "an edit is open, and a foreground sync waits for nobody's "
                                    "half-typed record (save or discard it first)"}};
  }
  return Run(std::move(request));
}

void Scheduler::Defer(Request request, UptimePoint due, std::string why) {
  if (deferred_) request.Add(*deferred_);
  deferred_ = std::move(request);
  retry_due_ = due;
  deferred_why_ = std::move(why);
}

Actions Scheduler::Run(Request request) {
  // It does what every other wish is about.
  for (auto* wish : {&missed_, &blocked_, &deferred_}) wish->reset();
  for (auto* timer : {&interval_due_, &save_due_, &poll_due_, &retry_due_, &reconnect_due_}) {
    timer->reset();
  }
  running_ = request;
  return {Sync{request.style, std::move(request.because)}};
}

SyncStyle Scheduler::StyleOf(Trigger trigger) const {
  switch (trigger) {
    case Trigger::kHand:
      return hand_style_;
    case Trigger::kSwitch:
    case Trigger::kStructure:
      return SyncStyle::kForeground;
    case Trigger::kStart:
      if (triggers_.on_start && triggers_.on_start->style) return *triggers_.on_start->style;
      return triggers_.style;
    default:
      return triggers_.style;
  }
}

bool Scheduler::MayUseNetwork() const {
  return reach_ == Reach::kUnmetered ||
         (reach_ == Reach::kMetered && triggers_.network == Network::kAny);
}

bool Scheduler::WatchesHere(const std::string& entity) const {
  if (!triggers_.on_change || triggers_.on_change->watch == Watch::kServer) return false;
  const auto& entities = triggers_.on_change->entities;
  return entities.empty() || std::find(entities.begin(), entities.end(), entity) != entities.end();
}

bool Scheduler::WatchesServer() const {
  return triggers_.on_change && triggers_.on_change->watch != Watch::kDevice && MayUseNetwork();
}

bool Scheduler::Automatic() const {
  return triggers_.on_start || triggers_.on_change || triggers_.on_save || triggers_.every;
}

bool Scheduler::Owes(Trigger trigger) const {
  const auto in = [&](const std::optional<Request>& wish) {
    return wish && Has(wish->because, trigger);
  };
  return in(missed_) || in(blocked_) || in(deferred_);
}

void Scheduler::ArmInterval(UptimePoint from) {
  interval_due_.reset();
  if (triggers_.every) interval_due_ = from + *triggers_.every;
}

void Scheduler::ArmPoll(UptimePoint from) {
  poll_due_.reset();
  if (!WatchesServer()) return;
  poll_due_ = from + (triggers_.on_change->poll ? Milliseconds(*triggers_.on_change->poll)
                                                : manners_.default_poll);
}

UptimePoint Scheduler::BackOff(int failures, At at) const {
  if (Planted(Mutant::kB65NoBackOff)) return at.time;
  const double first = static_cast<double>(manners_.first_backoff.count());
  const double longest = static_cast<double>(manners_.longest_backoff.count());
  const Milliseconds most(
      static_cast<std::int64_t>(std::min(longest, std::ldexp(first, failures - 1))));
  const Milliseconds least = manners_.least_backoff;
  const UptimePoint due =
      at.time + least + Part(std::max(most - least, Milliseconds(0)), at.chance);
  return std::max(due, not_before_.value_or(due));
}

std::optional<UptimePoint> Scheduler::NextWake() const {
  std::optional<UptimePoint> next;
  for (const auto& timer : {interval_due_, save_due_, poll_due_, retry_due_, reconnect_due_}) {
    if (timer && (!next || *timer < *next)) next = timer;
  }
  return next;
}

std::vector<Waiting> Scheduler::WaitsFor() const {
  std::vector<Waiting> waits;
  const auto timer = [&](const std::optional<UptimePoint>& due, std::string what) {
    if (due) waits.push_back({std::move(what), due});
  };
  if (interval_due_) timer(interval_due_, "every " + PrintDuration(*triggers_.every));
  timer(save_due_, "on_save delay");
  timer(poll_due_, "on_change poll");
  timer(retry_due_, "retry");
  timer(reconnect_due_, "reconnect");
  if (running_) waits.push_back({"the end of the sync"});
  if (polling_) waits.push_back({"the answer to the poll"});
  if (blocked_) waits.push_back({"the end of the open edit"});
  if (missed_ && !reconnect_due_) waits.push_back({"a connection"});
  if (triggers_.on_start) waits.push_back({"on_start"});
  if (triggers_.on_save) waits.push_back({"on_save"});
  if (triggers_.on_change && triggers_.on_change->watch != Watch::kServer) {
    waits.push_back({"on_change"});
  }
  waits.push_back({"the sync button"});
  return waits;
}

}  // namespace schedule
}  // namespace satchel
