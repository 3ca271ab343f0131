#include "engine/device/modes.h"

#include <utility>

#include "policy/model/keywords.h"

namespace satchel::modes {

namespace {

std::string Word(DeviceMode mode) {
  return std::string(Keyword(mode));
}

}  // namespace

std::optional<Choice> FindChoice(std::string_view word) {
  if (word == "sync") return Choice::kSync;
  if (word == "skip") return Choice::kSkip;
  if (word == "stay") return Choice::kStay;
  return std::nullopt;
}

std::string AgeSentence(std::optional<Seconds> age) {
  if (!age) return "Nothing has been synchronised yet.";
  if (*age < std::chrono::minutes(1)) return "The offline copy is less than a minute old.";
  const auto count = [](std::int64_t number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
  };
  const std::int64_t minutes = std::chrono::floor<std::chrono::minutes>(*age).count();
  std::string span = count(minutes, "minute");
  if (minutes >= 48 * 60) {
    span = count(minutes / (24 * 60), "day");
  } else if (minutes >= 120) {
    span = count(minutes / 60, "hour");
  }
  return "The offline copy is " + span + " old.";
}

Actions Machine::On(const Event& event) {
  return std::visit([this](const auto& each) { return Handle(each); }, event);
}

Actions Machine::Handle(const Begun& event) {
  // A user who may not switch has no last mode of their own.
  mode_ = modes_.user_may_switch ? event.last.value_or(modes_.start_in) : modes_.start_in;
  to_.reset();
  if (mode_ == DeviceMode::kOnline && !event.facts.connected) {
    mode_ = DeviceMode::kOffline;
    return {SetMode{mode_}, Tell{"There is no connection, so the device starts in offline mode. " +
                                 AgeSentence(event.facts.data_age)}};
  }
  if (event.last == mode_) return {};
  return {SetMode{mode_}};
}

Actions Machine::Handle(const SwitchAsked& event) {
  if (event.to == mode_) {
    to_.reset();
    return {Tell{"The device is in " + Word(mode_) + " mode already."}};
  }
  if (to_) return Refuse("A switch to " + Word(*to_) + " mode is under way (answer it first).");
  if (!modes_.user_may_switch) {
    return Refuse("The policy keeps this device in " + Word(mode_) +
                  " mode (modes.user_may_switch is false).");
  }
  if (event.to == DeviceMode::kOnline && !event.facts.connected) {
    return Refuse(
        "There is no connection, so the device stays in offline mode (try again when "
        "there is one).");
  }
  if (!event.facts.connected) return Switch(event.to, event.facts);
  switch (RuleFor(event.to)) {
    case SwitchRule::kNothing:
      return Switch(event.to, event.facts);
    case SwitchRule::kInform:
      to_ = event.to;
      return {Ask{event.to, "Going " + Word(event.to) + ". " + AgeSentence(event.facts.data_age) +
                                " Synchronise first, skip, or stay " + Word(mode_) + "?"}};
    case SwitchRule::kForce:
      to_ = event.to;
      return {Sync{}};
  }
  return {};
}

Actions Machine::Handle(const Answered& event) {
  if (!to_) return {};
  const DeviceMode to = *to_;
  if (event.choice == Choice::kStay) {
    to_.reset();
    return {Tell{"The device stays in " + Word(mode_) + " mode.", true}};
  }
  if (!event.facts.connected) {
    // It went away while the question stood.
    if (to == DeviceMode::kOffline) return Switch(to, event.facts);
    to_.reset();
    return Refuse("The connection is gone, so the device stays in offline mode.");
  }
  if (event.choice == Choice::kSync) return {Sync{}};
  return Switch(to, event.facts);
}

Actions Machine::Handle(const SyncEnded& event) {
  if (!to_) return {};
  const DeviceMode to = *to_;
  if (event.succeeded) return Switch(to, event.facts);
  // Going offline because the connection is going must not fail for want of it.
  if (to == DeviceMode::kOffline && !event.facts.connected) return Switch(to, event.facts);
  to_.reset();
  return Refuse("The device stays in " + Word(mode_) +
                " mode: the sync before the switch failed: " + event.reason);
}

Actions Machine::Handle(const PolicyChanged& event) {
  modes_ = event.modes;
  if (modes_.user_may_switch || mode_ == modes_.start_in) return {};
  if (modes_.start_in == DeviceMode::kOnline && !event.facts.connected) return {};
  to_.reset();
  mode_ = modes_.start_in;
  return {SetMode{mode_}, Tell{"The policy puts this device in " + Word(mode_) + " mode."}};
}

Actions Machine::Switch(DeviceMode to, const Facts& facts) {
  to_.reset();
  mode_ = to;
  if (to == DeviceMode::kOnline) {
    return {SetMode{to}, Tell{"Online: records are read from and written to the server."}};
  }
  return {SetMode{to}, Tell{"Offline: records are read from and written to the local copy. " +
                            AgeSentence(facts.data_age)}};
}

Actions Machine::Refuse(std::string sentence) {
  return {Tell{std::move(sentence), true}};
}

SwitchRule Machine::RuleFor(DeviceMode to) const {
  return to == DeviceMode::kOnline ? modes_.before_online : modes_.before_offline;
}

}  // namespace satchel::modes
