// When a device synchronises: pure. Events go in with the time they happened, actions come out; it
// starts nothing, sleeps never and reads no clock. docs/sync.md tells the rules.
//
// Whoever drives it carries out the actions in order and sends TimerDue when NextWake() has come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/device/world.h"
#include "policy/model/policy.h"

namespace satchel {

enum class Trigger : std::uint8_t {
  kStart,      // The app started or came back from the background.
  kChange,     // Records changed, on the server or on the device.
  kSave,       // The user saved something.
  kInterval,   // `every`.
  kReconnect,  // What was missed without a connection.
  kRetry,      // After a sync that failed.
  kHand,       // The sync button.
  kSwitch,     // A mode switch wants it.
  kStructure,  // The policy changed in structure while a background sync ran.
  kAgain,      // Something asked while a sync was running.
};
[[nodiscard]] std::string_view Name(Trigger trigger);  // "on_start", "every", "sync button" …
[[nodiscard]] std::string Names(const std::vector<Trigger>& triggers);  // Separated by ", ".

namespace schedule {

// When something happened, and one random number for what it may lead to (0 ≤ chance < 1).
struct At {
  UptimePoint time = {};
  double chance = 0;
};

// Events.
struct Started {  // The app started.
  // By the calendar, of the last sync that succeeded, in whichever process; nothing: never, or the
  // calendar went back since.
  std::optional<Seconds> since_sync = {};
  Reach reach = Reach::kNone;
  bool structure_pending = false;  // A background sync met a structural change before.
  bool unsent = false;             // Local changes wait for upload.
};
struct Returned {  // The app came back from the background.
};
struct ReachChanged {
  Reach reach = Reach::kNone;
};
struct TimerDue {};
struct Saved {  // By the user. Counts as a change on the device, too.
  std::string entity = {};
};
struct ChangedHere {  // A local write that is no save of the user, as a conflict's resolution.
  std::string entity = {};
};
struct Polled {                           // The answer to Poll.
  std::vector<std::string> changed = {};  // Entities.
  bool failed = false;
  std::optional<Seconds> retry_after = {};
};
struct EditOpened {};
struct EditClosed {};
struct Asked {  // The sync button, or a mode switch.
  Trigger trigger = Trigger::kHand;
  std::optional<SyncStyle> style = {};  // Absent: sync.style.
};
struct Ended {  // The sync that Sync asked for is over.
  enum class How : std::uint8_t {
    kSucceeded,
    kFailed,
    kCancelled,   // By the user.
    kStructural,  // A background sync stopped before the download: a foreground one must follow.
    kBusy,        // Another process is synchronising the same database.
  };
  How how = How::kSucceeded;
  std::optional<Seconds> retry_after = {};  // As the server asked.
  bool unsent = false;                      // Changes still wait that another sync could send.
};
struct PolicyChanged {
  Triggers triggers = {};
  SyncStyle hand_style = SyncStyle::kForeground;
};
using Event = std::variant<Started, Returned, ReachChanged, TimerDue, Saved, ChangedHere, Polled,
                           EditOpened, EditClosed, Asked, Ended, PolicyChanged>;

// Actions.
struct Sync {  // Run one sync; answered by Ended.
  SyncStyle style = SyncStyle::kBackground;
  std::vector<Trigger> because = {};  // At least one, each once.
  friend bool operator==(const Sync&, const Sync&) = default;
};
struct Poll {  // Ask the server whether these changed; answered by Polled.
  std::vector<std::string> entities = {};  // Empty: all that are kept offline.
  friend bool operator==(const Poll&, const Poll&) = default;
};
struct Suppressed {  // Recorded: a trigger that led to no sync now.
  Trigger trigger = Trigger::kStart;
  std::string reason = {};  // A sentence.
  friend bool operator==(const Suppressed&, const Suppressed&) = default;
};
using Action = std::variant<Sync, Poll, Suppressed>;
using Actions = std::vector<Action>;

// What a scheduler waits for: each an armed timer or a named event.
struct Waiting {
  std::string what = {};                // "every 15m", "retry", "connection", "sync button" …
  std::optional<UptimePoint> due = {};  // A timer; nothing: an event from outside.
  friend bool operator==(const Waiting&, const Waiting&) = default;
};

// The spans that are nobody's policy; docs/sync.md gives the reasons.
struct Manners {
  Milliseconds first_backoff = Seconds(30);  // Full jitter: a random time up to first · 2ⁿ …
  Milliseconds longest_backoff = std::chrono::minutes(15);  // … at most this …
  Milliseconds least_backoff = Seconds(1);                  // … at least this.
  // After the connection is back. 10 000 devices that regain it at once start 111 a second.
  Milliseconds reconnect_spread = Seconds(90);
  Milliseconds default_poll = std::chrono::minutes(1);
  // A server that asks for more than this is not obeyed in full: ten years are a mistake.
  Seconds longest_asked = std::chrono::hours(24);
};

class Scheduler {
 public:
  explicit Scheduler(const Triggers& triggers, SyncStyle hand_style = SyncStyle::kForeground,
                     const Manners& manners = {});

  [[nodiscard]] Actions On(const Event& event, At at);
  // The earliest armed timer; nothing: only an event from outside can lead on.
  [[nodiscard]] std::optional<UptimePoint> NextWake() const;
  // Never empty: there is no state without a timer or a named event that leads out of it.
  [[nodiscard]] std::vector<Waiting> WaitsFor() const;
  [[nodiscard]] bool running() const { return running_.has_value(); }
  [[nodiscard]] bool structure_pending() const { return structure_pending_; }

 private:
  struct Request {  // A sync that is wanted, and why.
    std::vector<Trigger> because = {};
    SyncStyle style = SyncStyle::kBackground;
    void Add(const Request& other);
  };

  Actions Handle(const Started& event, At at);
  Actions Handle(const Returned& event, At at);
  Actions Handle(const ReachChanged& event, At at);
  Actions Handle(const TimerDue& event, At at);
  Actions Handle(const Saved& event, At at);
  Actions Handle(const ChangedHere& event, At at);
  Actions Handle(const Polled& event, At at);
  Actions Handle(const EditOpened& event, At at);
  Actions Handle(const EditClosed& event, At at);
  Actions Handle(const Asked& event, At at);
  Actions Handle(const Ended& event, At at);
  Actions Handle(const PolicyChanged& event, At at);

  // Whether a request has sat out the wait that was put on it.
  enum class Patience : std::uint8_t { kNew, kSpent };

  // The one way to a sync: starts it, or says why not and sees to it that it comes later.
  Actions Want(Trigger trigger, At at);
  Actions Want(Request request, At at, Patience patience);
  Actions StartOn(At at);
  Actions Run(Request request);
  void Regain(bool from_nothing, At at);
  void Defer(Request request, UptimePoint due, std::string why);
  [[nodiscard]] SyncStyle StyleOf(Trigger trigger) const;
  [[nodiscard]] bool MayUseNetwork() const;
  [[nodiscard]] bool WatchesHere(const std::string& entity) const;
  [[nodiscard]] bool WatchesServer() const;
  [[nodiscard]] bool Automatic() const;
  [[nodiscard]] bool Owes(Trigger trigger) const;
  void ArmInterval(UptimePoint from);
  void ArmPoll(UptimePoint from);
  [[nodiscard]] UptimePoint BackOff(int failures, At at) const;

  Triggers triggers_;
  SyncStyle hand_style_;
  Manners manners_;
  Reach reach_ = Reach::kNone;
  std::optional<Request> running_ = {};
  std::optional<Request> again_ = {};     // The one "again" flag, with who set it.
  std::optional<Request> missed_ = {};    // No connection (that may be used): when it returns.
  std::optional<Request> blocked_ = {};   // Foreground, but an edit is open: when it closes.
  std::optional<Request> deferred_ = {};  // Runs when retry_due_ has come.
  std::string deferred_why_ = {};
  bool structure_pending_ = false;
  bool editing_ = false;
  bool polling_ = false;   // A Poll is under way.
  int failures_ = 0;       // Of syncs, in a row.
  int poll_failures_ = 0;  // Likewise.
  std::optional<UptimePoint> last_success_ = {};
  std::optional<UptimePoint> not_before_ = {};  // The server's Retry-After.
  // Armed timers, at most one of each kind.
  std::optional<UptimePoint> interval_due_ = {};
  std::optional<UptimePoint> save_due_ = {};
  std::optional<UptimePoint> poll_due_ = {};
  std::optional<UptimePoint> retry_due_ = {};
  std::optional<UptimePoint> reconnect_due_ = {};
};

}  // namespace schedule
}  // namespace satchel
