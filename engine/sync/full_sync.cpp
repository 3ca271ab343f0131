#include "engine/sync/full_sync.h"

#include <utility>

#include "engine/sync/tuning.h"

namespace satchel::full_sync {

namespace {

Actions operator+(Actions a, Actions b) {
  for (Action& action : b) a.push_back(std::move(action));
  return a;
}

Error Endless(const std::string& entity, const std::string& why) {
  return {ErrorCode::kCorrupt, entity + ": " + why +
                                   ", so the read would never end (report it to whoever runs the "
                                   "server; a smaller page_size may help)"};
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
  cursors_ = {cursor};
  pages_ = 0;
  empty_pages_ = 0;
  known_pages_ = 0;
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
  ++pages_;
  empty_pages_ = event.rows == 0 ? empty_pages_ + 1 : 0;
  known_pages_ = event.rows > 0 && event.new_rows == 0 ? known_pages_ + 1 : 0;
  if (known_pages_ > kMaxKnownPages && !event.next_cursor.empty()) {
    return Stop(
        Endless(name, "the server sends pages with nothing but records it had sent before"));
  }
  if (pages_ > kMaxPages || empty_pages_ > kMaxEmptyPages) {
    return Stop(Endless(name, "the server sent " + std::to_string(pages_) + " pages" +
                                  (empty_pages_ > kMaxEmptyPages ? " and many empty ones" : "")));
  }
  const Stage stage{entity_, helper_};
  if (event.next_cursor.empty()) return Actions{stage} + EndRead();
  if (!cursors_.insert(event.next_cursor).second) {
    return Stop(Endless(name, "the server named a page as next that it had sent before"));
  }
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
