// The upload as a pure state machine.
//
// It does no I/O, reads no clock and starts no thread. The runner feeds it Events and carries out
// the Actions it returns, in order. docs/sync.md tells the rules; engine/sync/upload_order.h the
// order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "engine/server/write.h"
#include "engine/store/outbox.h"
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
    kChanged,  // Not sent: the user changed it since the outbox was read.
  };
  Kind kind = Kind::kDone;
  std::string version = {};
  std::string words = {};  // The server's.
};
struct Answered {
  std::vector<Answer> answers = {};
};
struct Lost {  // Nothing is known about any part of the last Send.
  Error error = {};
};
// What the server has now, one for each part of a Look.
struct Found {
  enum class Kind : std::uint8_t {
    kGone,     // Or not ours to read.
    kOurs,     // Everything we wrote is there.
    kBase,     // Its version, or where none is known its values, are what our change is based on.
    kTheirs,   // Somebody else wrote it since.
    kSettled,  // The entry is gone: there is nothing to decide.
  };
  Kind kind = Kind::kGone;
  std::string version = {};
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
using Event = std::variant<Begun, Answered, Lost, Looked, Reloaded, Failed>;

// Actions.
struct Part {
  std::int64_t seq = 0;
  std::int64_t revision = 0;
  std::vector<std::string> later = {};  // Lookups left out, sent by an update of their own.
  friend bool operator==(const Part&, const Part&) = default;
};
struct Send {  // Marked as being sent and committed before the request leaves. → Answered, Lost.
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
  std::string version = {};
  friend bool operator==(const Acknowledge&, const Acknowledge&) = default;
};
struct PutBack {  // It was not carried out; it waits again.
  std::int64_t seq = 0;
  bool counts = false;  // As an attempt.
  friend bool operator==(const PutBack&, const PutBack&) = default;
};
struct Park {  // For good, with the server's words.
  std::int64_t seq = 0;
  std::string words = {};
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
using Action = std::variant<Send, Look, Acknowledge, PutBack, Park, ParkConflict, TakeTheirs,
                            Rebase, Reload, Finish>;
using Actions = std::vector<Action>;

struct Rules {
  ConflictRule conflict = ConflictRule::kServerWins;
  std::map<std::string, ConflictRule, std::less<>> by_entity = {};
  [[nodiscard]] ConflictRule Of(std::string_view entity) const;
};

class Session {
 public:
  explicit Session(Rules rules) : rules_(std::move(rules)) {}
  [[nodiscard]] Actions On(const Event& event);

 private:
  Actions Handle(const Begun& event);
  Actions Handle(const Answered& event);
  Actions Handle(const Lost& event);
  Actions Handle(const Looked& event);
  Actions Handle(const Reloaded& event);
  Actions Handle(const Failed& event);

  Rules rules_;
};

}  // namespace satchel::upload
