// The full sync as a pure state machine.
//
// It does no I/O, reads no clock and starts no thread. The runner feeds it Events and carries out
// the Actions it returns, in order: what concerns the server one after another, what concerns the
// local database one after another, the two beside each other. docs/sync.md tells the rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/sync/page_guard.h"
#include "policy/support/result.h"

namespace satchel::full_sync {

// Where an entity stands when the sync begins.
struct Start {
  std::string entity = {};
  bool complete = false;    // Staged wholly by an earlier run.
  std::string cursor = {};  // Where an earlier run stopped; empty: at the start.
};

// Events.
struct Begun {
  std::vector<Start> entities = {};  // In the policy's order.
};
struct Planned {
  std::string first_cursor = {};
  std::vector<std::string> helpers = {};  // Linked entities the device needs to finish the filter.
};
struct HelperPlanned {
  std::string first_cursor = {};
};
struct Received {
  std::int64_t rows = 0;
  std::int64_t new_rows = 0;  // Not seen before in this read.
  std::string next_cursor = {};
};
struct Published {};
struct Failed {
  Error error = {};
};
using Event = std::variant<Begun, Planned, HelperPlanned, Received, Published, Failed>;

// Actions. An entity is named by its place in Begun.
struct NoteMark {  // The high-water mark, before anything of the entity is read.
  std::size_t entity = 0;
  friend bool operator==(const NoteMark&, const NoteMark&) = default;
};
struct Plan {  // Answered by Planned.
  std::size_t entity = 0;
  friend bool operator==(const Plan&, const Plan&) = default;
};
struct Prepare {  // Empty staging tables.
  std::size_t entity = 0;
  friend bool operator==(const Prepare&, const Prepare&) = default;
};
struct Fetch {  // Answered by Received.
  std::string cursor = {};
  friend bool operator==(const Fetch&, const Fetch&) = default;
};
struct Stage {  // Write the page just received.
  std::size_t entity = 0;
  std::size_t helper = 0;  // 0: the entity's own rows; n: of the n-th helper.
  friend bool operator==(const Stage&, const Stage&) = default;
};
struct PlanHelper {  // Answered by HelperPlanned.
  std::size_t entity = 0;
  std::size_t helper = 0;  // From 1.
  friend bool operator==(const PlanHelper&, const PlanHelper&) = default;
};
struct Complete {  // Finish the filter, cut, index.
  std::size_t entity = 0;
  friend bool operator==(const Complete&, const Complete&) = default;
};
struct Publish {  // Answered by Published.
  friend bool operator==(const Publish&, const Publish&) = default;
};
struct Finish {
  std::optional<Error> error = {};  // Nothing: it succeeded.
  friend bool operator==(const Finish&, const Finish&) = default;
};
using Action =
    std::variant<NoteMark, Plan, Prepare, Fetch, Stage, PlanHelper, Complete, Publish, Finish>;
using Actions = std::vector<Action>;

class Session {
 public:
  [[nodiscard]] Actions On(const Event& event);

 private:
  Actions Handle(const Begun& event);
  Actions Handle(const Planned& event);
  Actions Handle(const HelperPlanned& event);
  Actions Handle(const Received& event);
  Actions Handle(const Published& event);
  Actions Handle(const Failed& event);

  Actions StartNext();
  Actions StartRead(const std::string& cursor);
  Actions EndRead();
  Actions Stop(Error error);

  enum class Phase { kIdle, kPlanning, kReading, kPublishing, kOver };
  Phase phase_ = Phase::kIdle;
  std::vector<Start> entities_ = {};
  std::size_t next_ = 0;                   // Entity to start after the current one.
  std::size_t entity_ = 0;                 // The one being read.
  std::vector<std::string> helpers_ = {};  // Of entity_.
  std::size_t helper_ = 0;                 // 0: reading the entity itself.
  PageGuard guard_ = {};
};

}  // namespace satchel::full_sync
