// The draft and its earlier versions, each with the name of the edit that made it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/console/commands.h"
#include "policy/model/policy.h"

namespace satchel {

class DraftHistory {
 public:
  static constexpr std::size_t kMost = 100;
  // Strokes in one field further apart than this are two edits.
  static constexpr double kMergeSeconds = 2;

  // What an edit was, and what was on screen when it was made.
  struct Edit {
    std::string name = {};
    std::string selected = {};  // Entity.
    Screen screen = Screen::kEntities;
    std::string merge = {};  // Edits in a row with the same one, shortly after another, are one.
    double at = 0;           // Seconds of the frame clock.
    std::string base = {};   // As base(), where it becomes another one.
  };

  void Reset(Policy policy, std::string base) {
    versions_ = {{std::move(policy), {}, std::move(base)}};
    index_ = 0;
  }
  // Forgets what was undone. A version equal to the current one is no edit.
  void Commit(Policy next, Edit edit) {
    if (next == current()) return;
    versions_.resize(index_ + 1);
    std::string base = edit.base.empty() ? versions_.back().base : edit.base;
    const Edit& last = versions_.back().edit;
    const bool merged = index_ > 0 && !edit.merge.empty() && edit.merge == last.merge &&
                        edit.at - last.at < kMergeSeconds;
    if (merged) versions_.pop_back();
    // Typed and taken back again: nothing happened.
    if (!merged || next != versions_.back().policy) {
      versions_.push_back({std::move(next), std::move(edit), std::move(base)});
    }
    if (versions_.size() > kMost) versions_.erase(versions_.begin());
    index_ = versions_.size() - 1;
  }
  [[nodiscard]] const Policy& current() const { return versions_[index_].policy; }
  // The hash of the file's bytes that the current version began with.
  [[nodiscard]] const std::string& base() const { return versions_[index_].base; }
  // The file says what the current version says: whatever is undone from here began with it.
  void Rebase(const std::string& base) {
    for (Version& version : versions_) version.base = base;
  }
  [[nodiscard]] bool can_undo() const { return index_ > 0; }
  [[nodiscard]] bool can_redo() const { return index_ + 1 < versions_.size(); }
  // What Undo would take back, and Redo do again.
  [[nodiscard]] std::string undo_name() const {
    return can_undo() ? versions_[index_].edit.name : "";
  }
  [[nodiscard]] std::string redo_name() const {
    return can_redo() ? versions_[index_ + 1].edit.name : "";
  }
  // The edit taken back or done again, so that the window shows what changed.
  const Edit* Undo() { return can_undo() ? &versions_[index_--].edit : nullptr; }
  const Edit* Redo() { return can_redo() ? &versions_[++index_].edit : nullptr; }

 private:
  struct Version {
    Policy policy;
    Edit edit;
    std::string base;
  };
  std::vector<Version> versions_ = {Version{}};
  std::size_t index_ = 0;
};

}  // namespace satchel
