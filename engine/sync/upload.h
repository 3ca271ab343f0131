// The upload as a pure state machine.
//
// It does no I/O, reads no clock and starts no thread. The runner feeds it Events and carries out
// the Actions it returns, in order. docs/sync.md tells the rules; engine/sync/upload_order.h the
// order.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "engine/server/write.h"
#include "engine/store/outbox_settle.h"
#include "engine/sync/tuning.h"
#include "engine/sync/upload_order.h"
#include "policy/model/policy.h"
#include "policy/support/result.h"

namespace satchel::upload {

// Events.
struct Begun {
  std::vector<Item> items = {};  // The outbox in the order of seq, dropped entries left out.
};
// The answers to a Send, one for each of its parts.
struct Answer {
  enum class Kind : std::uint8_t {
    kDone,
    kConflict,
    kGone,
    kRejected,
    kTryLater,
    kUnknown,    // The answer was lost.
    kNotSent,    // Nothing about itself kept it from being sent.
    kUnguarded,  // Its entity takes no precondition: to be compared by us, then sent without one.
    kChanged,    // Not sent: the user changed it since the outbox was read.
  };
  Kind kind = Kind::kDone;
  std::string version = {};
  std::string words = {};  // The server's.
};
struct Answered {
  std::vector<Answer> answers = {};
  bool edited = false;               // The user changed something since the outbox was read.
  std::optional<Error> halted = {};  // Why nothing more can be sent now.
};
struct Refused {  // No part of the last Send was carried out.
  Error error = {};
};
// What the server has now, one for each part of a Look.
struct Found {
  Standing standing = Standing::kGone;
  bool settled = false;    // The entry is no longer there: nothing is left to decide.
  bool versioned = false;  // The server told its version.
};
struct Looked {
  std::vector<Found> found = {};
};
struct Reloaded {  // The answer to Reload.
  std::vector<Item> items = {};
};
struct Failed {  // A look, or the local database: the upload ends here.
  Error error = {};
};
using Event = std::variant<Begun, Answered, Refused, Looked, Reloaded, Failed>;

// Actions.
using Part = ToSend;
struct Send {  // Marked as being sent and committed before the request leaves. → Answered, Refused.
  std::vector<Part> parts = {};
  friend bool operator==(const Send&, const Send&) = default;
};
struct Look {  // Read the records. → Looked, Failed.
  std::vector<std::int64_t> seqs = {};
  friend bool operator==(const Look&, const Look&) = default;
};
// What becomes of entries; no answer. Those of one step are one transaction.
struct Acknowledge {
  std::int64_t seq = 0;
  std::string version = {};  // As the answer told.
  bool seen = false;         // As the last Look read, version and values.
  friend bool operator==(const Acknowledge&, const Acknowledge&) = default;
};
struct PutBack {  // It was not carried out; it waits again.
  std::int64_t seq = 0;
  bool counts = false;  // As an attempt.
  friend bool operator==(const PutBack&, const PutBack&) = default;
};
struct CountAttempt {  // Nobody knows yet whether it was carried out: it stays as it was sent.
  std::int64_t seq = 0;
  friend bool operator==(const CountAttempt&, const CountAttempt&) = default;
};
struct Park {  // For good, with the server's words.
  std::int64_t seq = 0;
  std::string words = {};
  bool uncertain = false;  // It may have been carried out.
  friend bool operator==(const Park&, const Park&) = default;
};
struct ParkConflict {  // With what the last Look read.
  std::int64_t seq = 0;
  std::string words = {};
  friend bool operator==(const ParkConflict&, const ParkConflict&) = default;
};
struct TakeTheirs {  // Likewise; the change is kept as dropped.
  std::int64_t seq = 0;
  std::string words = {};
  friend bool operator==(const TakeTheirs&, const TakeTheirs&) = default;
};
struct BaseOn {  // Likewise: that is the version it is based on. It is sent as it is.
  std::int64_t seq = 0;
  friend bool operator==(const BaseOn&, const BaseOn&) = default;
};
struct Rebase {  // Likewise: it waits again, on top of what the server has.
  std::int64_t seq = 0;
  bool whole = false;  // Every field of the record, not only the changed ones.
  friend bool operator==(const Rebase&, const Rebase&) = default;
};
struct Reload {  // → Reloaded.
  friend bool operator==(const Reload&, const Reload&) = default;
};
struct Finish {
  std::optional<Error> error = {};
  friend bool operator==(const Finish&, const Finish&) = default;
};
using Action = std::variant<Send, Look, Acknowledge, PutBack, CountAttempt, Park, ParkConflict,
                            TakeTheirs, BaseOn, Rebase, Reload, Finish>;
using Actions = std::vector<Action>;

struct Rules {
  ConflictRule conflict = ConflictRule::kServerWins;
  std::map<std::string, ConflictRule, std::less<>> by_entity = {};
  // A precondition fails where there is no record at all, too (412; other servers say 404).
  bool none_conflicts = false;
  [[nodiscard]] ConflictRule Of(std::string_view entity) const;
};

class Session {
 public:
  explicit Session(Rules rules) : rules_(std::move(rules)) {}
  [[nodiscard]] Actions On(const Event& event);

 private:
  // Why a record is looked at.
  enum class Why : std::uint8_t {
    kUncertain,  // The answer to a write was lost.
    kConflict,   // The server says that it has another version,
    kGone,       // or that something is not there.
    kNoVersion,  // To be able to say what the change is based on.
    kUnguarded,  // Because the server does not compare it.
  };
  struct Question {
    std::size_t place = 0;
    Why why = Why::kUncertain;
    std::string words = {};  // The server's.
  };

  Actions Handle(const Begun& event);
  Actions Handle(const Answered& event);
  Actions Handle(const Refused& event);
  Actions Handle(const Looked& event);
  Actions Handle(const Reloaded& event);
  Actions Handle(const Failed& event);

  Actions StartPass(const std::vector<Item>& items);
  void Continue(Actions& actions);  // Appends what to do next.
  Actions Stop(Error error);
  void Settle(std::size_t place);  // What waits for it may go.
  void Decide(const Question& question, const Found& found, Actions& actions);
  void DecideDeletion(const Question& question, Actions& actions);
  void DecideUncertain(const Question& question, Standing standing, Actions& actions);
  void DecideConflict(const Question& question, Standing standing, Actions& actions);
  void DecideGone(const Question& question, Standing standing, Actions& actions);
  void ApplyRule(std::size_t place, bool gone, Actions& actions, const char* why = nullptr);
  // Likewise in this pass or, where `now` is false, with the next upload; after many attempts it is
  // parked.
  void TryAgain(std::size_t place, const std::string& words, bool now, Actions& actions);
  // It waits again, unless it may have been carried out: then it stays as it was sent, apart from
  // what its user changed since, or the server's having it could not be told from its having both.
  void PutAside(std::size_t place, bool counts, Actions& actions);
  void AnswerOf(std::size_t place, const Answer& answer, Actions& actions);
  // For good; but what points at a record that is being changed is sent once more: that may turn
  // out to be gone, and be made again by the rule.
  void Refuse(std::size_t place, const std::string& words, Actions& actions);

  Rules rules_;
  std::vector<Item> items_ = {};  // Of this pass.
  Order order_ = {};
  std::vector<std::vector<std::size_t>> after_ = {};  // The inverse of order_.before.
  std::vector<std::size_t> waits_ = {};               // For so many others.
  std::set<std::size_t> ready_ = {};                  // Places.
  std::vector<std::size_t> sent_ = {};                // Places of the parts of the last Send.
  std::vector<Question> looking_ = {};                // Of the last Look.
  std::deque<Question> questions_ = {};
  std::set<std::int64_t> held_ = {};       // Not again in this upload.
  std::set<std::int64_t> uncertain_ = {};  // Sent once without an answer, and not settled since.
  // Entities that take no precondition. Between our look and our write somebody else may write; the
  // server offers nothing against that.
  std::set<std::string, std::less<>> unguarded_ = {};
  std::set<std::string> changing_ = {};      // Ids of the records of this pass's updates.
  std::set<std::int64_t> postponed_ = {};    // By Refuse.
  std::set<std::int64_t> compared_ = {};     // Of those, as the server has it: may be sent once.
  std::map<std::int64_t, int> rounds_ = {};  // Conflicts met.
  bool again_ = false;                       // Another pass has something to do.
  int passes_ = 0;
  int losses_ = 0;
  std::size_t batch_ = kOperationsPerBatch;
  bool over_ = false;
};

}  // namespace satchel::upload
