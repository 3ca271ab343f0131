// The draft and its earlier versions, each with the name of the edit that made it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/model/policy.h"

namespace satchel {

class DraftHistory {
 public:
  static constexpr std::size_t kMost = 100;

  void Reset(Policy policy) {
    versions_ = {{std::move(policy), {}, {}}};
    index_ = 0;
  }
  // Forgets what was undone. A version equal to the current one is no edit.
  void Commit(Policy next, std::string name, std::string selected) {
    if (next == current()) return;
    versions_.resize(index_ + 1);
    versions_.push_back({std::move(next), std::move(name), std::move(selected)});
    if (versions_.size() > kMost) versions_.erase(versions_.begin());
    index_ = versions_.size() - 1;
  }
  [[nodiscard]] const Policy& current() const { return versions_[index_].policy; }
  [[nodiscard]] bool can_undo() const { return index_ > 0; }
  [[nodiscard]] bool can_redo() const { return index_ + 1 < versions_.size(); }
  // What Undo would take back, and Redo do again.
  [[nodiscard]] std::string undo_name() const { return can_undo() ? versions_[index_].name : ""; }
  [[nodiscard]] std::string redo_name() const {
    return can_redo() ? versions_[index_ + 1].name : "";
  }
  // The entity the edit was about, so that the window shows what changed.
  std::string Undo() { return can_undo() ? versions_[index_--].selected : ""; }
  std::string Redo() { return can_redo() ? versions_[++index_].selected : ""; }

 private:
  struct Version {
    Policy policy;
    std::string name;
    std::string selected;
  };
  std::vector<Version> versions_ = {Version{}};
  std::size_t index_ = 0;
};

}  // namespace satchel
