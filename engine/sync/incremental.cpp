#include "engine/sync/incremental.h"

#include <algorithm>
#include <utility>

#include "engine/record/mutant.h"
#include "engine/sync/tuning.h"

namespace satchel::incremental {

namespace {

Actions operator+(Actions a, Actions b) {
  for (Action& action : b) a.push_back(std::move(action));
  return a;
}

// Asking again cannot help, and the other entities have no part in it.
bool ConcernsOneEntity(const Error& error) {
  return error.code == ErrorCode::kDenied || error.code == ErrorCode::kNotFound ||
         error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kInvalid;
}

}  // namespace

bool WentBack(const HighWater& before, const HighWater& now) {
  if (before.kind != now.kind || Planted(Mutant::kB40RestoreUnnoticed)) return false;
  if (now.kind == HighWater::Kind::kVersion) return now.version < before.version;
  return now.time.ticks < before.time.ticks - kTimeOverlapTicks;
}

Actions Session::On(const Event& event) {
  if (phase_ == Phase::kOver) return {};
  return std::visit([this](const auto& e) { return Handle(e); }, event);
}

Actions Session::Handle(const Begun& event) {
  entities_ = event.entities;
  return StartNext();
}

Actions Session::StartNext() {
  if (!to_repair_.empty()) {
    entity_ = to_repair_.back();
    to_repair_.pop_back();
    return ReadInFull(Reread::kMismatch, {ErrorCode::kCorrupt, ""});
  }
  if (next_ == entities_.size()) {
    phase_ = Phase::kPublishing;
    return {Publish{}};
  }
  entity_ = next_++;
  if (entities_[entity_].full) {
    phase_ = Phase::kReadingFull;
    return {ReadFull{entity_, Reread::kAsked}};
  }
  phase_ = Phase::kNoting;
  return {NoteMark{entity_}};
}

Actions Session::Handle(const Noted& event) {
  const Start& start = entities_[entity_];
  if (event.mark.kind == HighWater::Kind::kNone || event.mark.kind != start.mark.kind) {
    return ReadInFull(Reread::kNoMark, {});
  }
  if (WentBack(start.mark, event.mark)) return ReadInFull(Reread::kWentBack, {});
  if (start.sweep || !start.may_move) return StartReads(start.sweep);
  phase_ = Phase::kAsking;
  return {AskMoved{entity_}};
}

Actions Session::Handle(const Moved& event) {
  return StartReads(event.sweep);
}

Actions Session::StartReads(bool sweep) {
  const Start& start = entities_[entity_];
  left_.clear();
  if (sweep) left_.push_back(Read::kSweep);
  if (start.changes) left_.push_back(Read::kChanges);
  if (start.changes && start.ids) left_.push_back(Read::kIds);
  if (start.delta) left_.push_back(Read::kDelta);
  return NextRead();
}

Actions Session::NextRead() {
  if (left_.empty()) {
    phase_ = Phase::kComparing;
    return {Compare{entity_}};
  }
  read_ = left_.back();
  left_.pop_back();
  part_ = 0;
  phase_ = Phase::kPlanning;
  return {Plan{entity_, read_, part_}};
}

Actions Session::Handle(const Planned& event) {
  if (phase_ != Phase::kPlanning) return {};
  phase_ = Phase::kReading;
  guard_.Begin(event.first_cursor);
  return {Fetch{event.first_cursor}};
}

Actions Session::Handle(const Received& event) {
  if (phase_ != Phase::kReading) return {};
  const std::string& name = entities_[entity_].entity;
  auto endless = guard_.After({.rows = event.rows,
                               .new_rows = event.new_rows,
                               .may_repeat = read_ == Read::kDelta,
                               .next_cursor = event.next_cursor},
                              name);
  if (endless && !Planted(Mutant::kB24EndlessPages)) return Stop(*std::move(endless));
  const Stage stage{entity_, read_};
  if (event.next_cursor.empty()) return Actions{stage} + EndRead();
  return {stage, Fetch{event.next_cursor}};
}

Actions Session::EndRead() {
  if (read_ != Read::kMissing) return NextRead();
  if (++part_ == parts_) return StartNext();
  phase_ = Phase::kPlanning;
  return {Plan{entity_, read_, part_}};
}

Actions Session::Handle(const Compared& event) {
  if (event.full) return ReadInFull(Reread::kMuch, {});
  if (event.parts == 0) return StartNext();
  read_ = Read::kMissing;
  part_ = 0;
  parts_ = event.parts;
  phase_ = Phase::kPlanning;
  return {Plan{entity_, read_, part_}};
}

Actions Session::ReadInFull(Reread why, const Error& error) {
  if (!reread_.insert(entity_).second) {
    return Stop(why == Reread::kMismatch
                    ? Error{ErrorCode::kCorrupt,
                            entities_[entity_].entity +
                                ": what was stored is not what the server said, twice (check the "
                                "disk)"}
                    : error);
  }
  phase_ = Phase::kReadingFull;
  return {ReadFull{entity_, why}};
}

Actions Session::Handle(const FullyRead&) {
  return StartNext();
}

Actions Session::Handle(const Published&) {
  phase_ = Phase::kOver;
  return {Finish{}};
}

Actions Session::Handle(const Mismatched& event) {
  to_repair_ = event.entities;
  std::reverse(to_repair_.begin(), to_repair_.end());
  return StartNext();
}

Actions Session::Handle(const Failed& event) {
  const bool reading = phase_ == Phase::kPlanning || phase_ == Phase::kReading;
  if (reading && read_ == Read::kDelta &&
      (event.error.code == ErrorCode::kExpired || ConcernsOneEntity(event.error))) {
    // Only deletions were to be learned from it; a sweep finds them too.
    entities_[entity_].delta = false;
    return StartReads(true);
  }
  if (reading && event.error.code == ErrorCode::kExpired) {
    return ReadInFull(Reread::kExpired, event.error);
  }
  const bool of_one = phase_ == Phase::kNoting || phase_ == Phase::kAsking || reading ||
                      phase_ == Phase::kReadingFull;
  if (of_one && ConcernsOneEntity(event.error)) {
    Actions actions = {Skip{entity_, event.error}};  // Before StartNext moves on.
    return std::move(actions) + StartNext();
  }
  return Stop(event.error);
}

Actions Session::Stop(Error error) {
  phase_ = Phase::kOver;
  return {Finish{std::move(error)}};
}

}  // namespace satchel::incremental
