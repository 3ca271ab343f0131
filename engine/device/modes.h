// Online and offline mode, and what happens between: pure. Whoever drives it asks the user, runs
// the sync, and tells it how that went.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/model/policy.h"
#include "policy/support/units.h"

namespace satchel::modes {

enum class Choice : std::uint8_t { kSync, kSkip, kStay };
[[nodiscard]] std::optional<Choice> FindChoice(std::string_view word);  // sync, skip, stay

// What is known of the world when an event happens.
struct Facts {
  bool connected = false;
  std::optional<Seconds> data_age = {};  // Since the last successful sync; nothing: never.
};

// Events.
struct Begun {
  std::optional<DeviceMode> last = {};  // As an earlier process left it; nothing: the first start.
  Facts facts = {};
};
struct SwitchAsked {
  DeviceMode to = DeviceMode::kOnline;
  Facts facts = {};
};
struct Answered {  // The user's answer to Ask.
  Choice choice = Choice::kStay;
  Facts facts = {};
};
struct SyncEnded {  // The sync that Sync asked for.
  bool succeeded = false;
  std::string reason = {};  // Why not.
  Facts facts = {};
};
struct PolicyChanged {
  Modes modes = {};
  Facts facts = {};
};
using Event = std::variant<Begun, SwitchAsked, Answered, SyncEnded, PolicyChanged>;

// Actions.
struct Ask {  // Answered by Answered: sync, skip or stay.
  DeviceMode to = DeviceMode::kOnline;
  std::string question = {};
  friend bool operator==(const Ask&, const Ask&) = default;
};
struct Sync {  // In the foreground; answered by SyncEnded.
  friend bool operator==(const Sync&, const Sync&) = default;
};
struct SetMode {  // To be stored; the switch is done.
  DeviceMode mode = DeviceMode::kOffline;
  friend bool operator==(const SetMode&, const SetMode&) = default;
};
struct Tell {  // A sentence for the user.
  std::string sentence = {};
  bool refused = false;  // The mode is as before.
  friend bool operator==(const Tell&, const Tell&) = default;
};
using Action = std::variant<Ask, Sync, SetMode, Tell>;
using Actions = std::vector<Action>;

class Machine {
 public:
  explicit Machine(const Modes& modes) : modes_(modes), mode_(modes.start_in) {}

  [[nodiscard]] Actions On(const Event& event);
  [[nodiscard]] DeviceMode mode() const { return mode_; }
  // Where a switch under way leads; nothing: none is.
  [[nodiscard]] std::optional<DeviceMode> switching_to() const { return to_; }

 private:
  Actions Handle(const Begun& event);
  Actions Handle(const SwitchAsked& event);
  Actions Handle(const Answered& event);
  Actions Handle(const SyncEnded& event);
  Actions Handle(const PolicyChanged& event);
  Actions Switch(DeviceMode to, const Facts& facts);
  Actions Refuse(std::string sentence);
  [[nodiscard]] SwitchRule RuleFor(DeviceMode to) const;

  Modes modes_;
  DeviceMode mode_;
  std::optional<DeviceMode> to_ = {};
};

// "The offline copy is 3 h old." / "Nothing has been synchronised yet."
[[nodiscard]] std::string AgeSentence(std::optional<Seconds> age);

}  // namespace satchel::modes
