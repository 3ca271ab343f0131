#include "engine/sync/full_sync.h"

#include <utility>

namespace satchel::full_sync {

namespace {

Actions operator+(Actions a, Actions b) {
  for (Action& action : b) a.push_back(std::move(action));
  return a;
}

}  // namespace

Actions Session::On(const Event& event) {
  if (phase_ == Phase::kOver) return {};
  return std::visit([this](const auto& e) { return Handle(e); }, event);
}

Actions Session::Handle(const Begun& event) {
  entities_ = event.entities;
  return StartNext();
}

Actions Session::StartNext() {
  while (next_ < entities_.size() && entities_[next_].complete) ++next_;
  if (next_ == entities_.size()) {
    phase_ = Phase::kPublishing;
    return {Publish{}};
  }
  entity_ = next_++;
  helper_ = 0;
  helpers_.clear();
  phase_ = Phase::kPlanning;
  // A resumed read keeps the mark it noted: nothing since then may be missed.
  if (!entities_[entity_].cursor.empty()) return {Plan{entity_}};
  return {NoteMark{entity_}, Plan{entity_}};
}

Actions Session::StartRead(const std::string& cursor) {
  phase_ = Phase::kReading;
  guard_.Begin(cursor);
  return {Fetch{cursor}};
}

Actions Session::Handle(const Planned& event) {
  helpers_ = event.helpers;
  const std::string& resumed = entities_[entity_].cursor;
  if (!resumed.empty()) return StartRead(resumed);
  return Actions{Prepare{entity_}} + StartRead(event.first_cursor);
}

Actions Session::Handle(const HelperPlanned& event) {
  return StartRead(event.first_cursor);
}

Actions Session::Handle(const Received& event) {
  if (phase_ != Phase::kReading) return {};
  const std::string& name = helper_ ? helpers_[helper_ - 1] : entities_[entity_].entity;
  auto endless = guard_.After(
      {.rows = event.rows, .new_rows = event.new_rows, .next_cursor = event.next_cursor}, name);
  if (endless) return Stop(*std::move(endless));
  const Stage stage{entity_, helper_};
  if (event.next_cursor.empty()) return Actions{stage} + EndRead();
  return {stage, Fetch{event.next_cursor}};
}

Actions Session::EndRead() {
  if (helper_ < helpers_.size()) {
    phase_ = Phase::kPlanning;
    ++helper_;
    return {PlanHelper{entity_, helper_}};
  }
  Actions actions = {Complete{entity_}};  // Before StartNext moves on to the next one.
  return std::move(actions) + StartNext();
}

Actions Session::Handle(const Published&) {
  phase_ = Phase::kOver;
  return {Finish{}};
}

Actions Session::Handle(const Failed& event) {
  return Stop(event.error);
}

Actions Session::Stop(Error error) {
  phase_ = Phase::kOver;
  return {Finish{std::move(error)}};
}

}  // namespace satchel::full_sync
