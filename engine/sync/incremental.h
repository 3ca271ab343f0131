// The incremental sync as a pure state machine.
//
// It does no I/O, reads no clock and starts no thread. The runner feeds it Events and carries out
// the Actions it returns, in order. What may be asked of an entity is worked out before
// (incremental_rules.h); what the answers make of it is decided here. docs/sync.md tells the rules.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "engine/server/high_water.h"
#include "engine/sync/page_guard.h"
#include "policy/support/result.h"

namespace satchel::incremental {

// What a read brings. They come in this order; a read that is not asked for is left out.
enum class Read : std::uint8_t {
  kDelta,    // The server's own list of changes: what was deleted, and where to go on next time.
  kIds,      // The ids of everything changed since the mark.
  kChanges,  // Rows changed since the mark: everything, or (after kIds) what meets the filter.
  kSweep,    // Ids and versions of what meets the filter now.
  kMissing,  // Rows by id: what the sweep has and the device has not, what must be read back.
};

// Where an entity stands when the sync begins.
struct Start {
  std::string entity = {};
  bool full = false;  // Read it in full, whatever else is said here.
  HighWater mark = {};
  bool delta = false;    // Begin with kDelta.
  bool ids = false;      // kIds before kChanges.
  bool changes = true;   // kChanges.
  bool sweep = false;    // A sweep is due anyhow …
  bool may_move = true;  // … and if not, ask whether something moved that no change tells of.
};

// Events.
struct Begun {
  std::vector<Start> entities = {};  // In the policy's order.
};
struct Noted {  // The server's mark now.
  HighWater mark = {};
};
struct Moved {  // Whether a sweep is needed.
  bool sweep = false;
};
struct Planned {  // A read may begin.
  std::string first_cursor = {};
};
struct Received {
  std::int64_t rows = 0;
  std::int64_t new_rows = 0;  // Not seen before in this read.
  std::string next_cursor = {};
};
struct Compared {         // What was swept against what is here.
  std::size_t parts = 0;  // Reads it takes to fetch what is missing.
  bool full = false;      // So much that the whole entity is read sooner.
};
struct FullyRead {};
struct Published {};
struct Mismatched {  // Nothing was published: what these would hold is not what their sweeps said.
  std::vector<std::size_t> entities = {};
};
struct Failed {
  Error error = {};
};
using Event = std::variant<Begun, Noted, Moved, Planned, Received, Compared, FullyRead, Published,
                           Mismatched, Failed>;

// Why an entity is read in full after all.
enum class Reread : std::uint8_t { kAsked, kNoMark, kWentBack, kExpired, kMuch, kMismatch };

// Actions. An entity is named by its place in Begun.
struct NoteMark {  // Answered by Noted. Before anything of the entity is read.
  std::size_t entity = 0;
  friend bool operator==(const NoteMark&, const NoteMark&) = default;
};
struct AskMoved {  // Answered by Moved.
  std::size_t entity = 0;
  friend bool operator==(const AskMoved&, const AskMoved&) = default;
};
struct Plan {  // Answered by Planned.
  std::size_t entity = 0;
  Read read = Read::kChanges;
  std::size_t part = 0;  // Of kMissing.
  friend bool operator==(const Plan&, const Plan&) = default;
};
struct Fetch {  // Answered by Received.
  std::string cursor = {};
  friend bool operator==(const Fetch&, const Fetch&) = default;
};
struct Stage {  // Set the page just received aside.
  std::size_t entity = 0;
  Read read = Read::kChanges;
  friend bool operator==(const Stage&, const Stage&) = default;
};
struct Compare {  // After all reads but kMissing. Answered by Compared.
  std::size_t entity = 0;
  friend bool operator==(const Compare&, const Compare&) = default;
};
struct ReadFull {  // Read it as a full sync would, staged. Answered by FullyRead.
  std::size_t entity = 0;
  Reread why = Reread::kAsked;
  friend bool operator==(const ReadFull&, const ReadFull&) = default;
};
struct Skip {  // It stays as it was: there is no use in asking again.
  std::size_t entity = 0;
  Error error = {};
  friend bool operator==(const Skip&, const Skip&) = default;
};
struct Publish {  // Everything, in one transaction. Answered by Published or Mismatched.
  friend bool operator==(const Publish&, const Publish&) = default;
};
struct Finish {
  std::optional<Error> error = {};  // Nothing: it succeeded.
  friend bool operator==(const Finish&, const Finish&) = default;
};
using Action =
    std::variant<NoteMark, AskMoved, Plan, Fetch, Stage, Compare, ReadFull, Skip, Publish, Finish>;
using Actions = std::vector<Action>;

// The server was put back to an earlier state, or its clock was. Of a clock, what the overlap
// covers does not count.
[[nodiscard]] bool WentBack(const HighWater& before, const HighWater& now);

class Session {
 public:
  [[nodiscard]] Actions On(const Event& event);

 private:
  Actions Handle(const Begun& event);
  Actions Handle(const Noted& event);
  Actions Handle(const Moved& event);
  Actions Handle(const Planned& event);
  Actions Handle(const Received& event);
  Actions Handle(const Compared& event);
  Actions Handle(const FullyRead& event);
  Actions Handle(const Published& event);
  Actions Handle(const Mismatched& event);
  Actions Handle(const Failed& event);

  Actions StartNext();
  Actions StartReads(bool sweep);
  Actions NextRead();
  Actions EndRead();
  Actions ReadInFull(Reread why, const Error& error);
  Actions Stop(Error error);

  enum class Phase : std::uint8_t {
    kIdle,
    kNoting,
    kAsking,
    kPlanning,
    kReading,
    kComparing,
    kReadingFull,
    kPublishing,
    kOver,
  };
  Phase phase_ = Phase::kIdle;
  std::vector<Start> entities_ = {};
  std::size_t next_ = 0;         // Entity to start after the current one.
  std::size_t entity_ = 0;       // The one being read.
  std::vector<Read> left_ = {};  // Reads still to come of it, the last one first.
  Read read_ = Read::kChanges;
  std::size_t part_ = 0;
  std::size_t parts_ = 0;                    // Of kMissing.
  std::set<std::size_t> reread_ = {};        // Once each.
  std::vector<std::size_t> to_repair_ = {};  // After a mismatch.
  PageGuard guard_ = {};
};

}  // namespace satchel::incremental
