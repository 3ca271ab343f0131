// The filter of an entity as a tree of rows: groups with their connectors, conditions, links.
#pragma once

#include <optional>
#include <string>

#include "app/console/panels/condition_editor.h"

namespace satchel {

class FilterBuilder {
 public:
  // In a part of the window that scrolls, of which `seen` is what one sees: `content` is where the
  // tree goes, as wide as that and as high as it gets. How high that is.
  float Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Entity& entity,
             const Rect& content, const Rect& seen);
  // Scrolls to what a finding speaks of.
  void Show(const std::string& path) { show_ = path; }

 private:
  struct Frame;  // What all rows of one drawing share.
  struct Scope {
    TreePath path = {};
    std::string text = {};    // The path as findings name it.
    std::string entity = {};  // Whose fields.
    bool in_link = false;
  };
  float DrawGroup(Frame& f, const Group& group, const Scope& scope, float x0, float y, bool root);
  float DrawCondition(Frame& f, const Condition& condition, const Scope& scope, float x0, float y);
  float DrawLink(Frame& f, const Link& link, const Scope& scope, float x0, float y, bool in_filter);
  float DrawCount(Frame& f, const Scope& scope, float x1, float cy);
  void WatchFillingIn(const Frame& f);
  float DrawFindings(Frame& f, const std::string& path, bool leaf, float x0, float y);
  float DrawNote(Frame& f, const Scope& scope, const std::string& notes, float x0, float y);
  float DrawEmpty(Frame& f, const Scope& root, const Rect& area);
  enum class AddLook : std::uint8_t { kInTree, kAtTop, kAlone };
  float DrawAdd(Frame& f, const Group& group, const Scope& scope, float x0, float y, AddLook look);
  void DrawTools(Frame& f, const Scope& scope, const Rect& row, bool link);
  void Handle(Frame& f, const Scope& scope, const Rect& row, const Rect& grip,
              const std::string& what);
  [[nodiscard]] static std::string GroupWords(const Frame& f, const TreePath& path);
  void DrawBadge(Frame& f, const Group& group, const Scope& scope, const Rect& r, bool root);
  void FocusAfterwards(const std::string& path);
  void TakeFocus(Frame& f, const std::string& path);  // After the control it goes to.
  void FillInAfterwards(const std::string& path);
  void Edit(Frame& f, Entity next, std::string name, std::string merge = {});

  ConditionEditor editor_;
  Menu menu_;
  TextEdit typing_;
  std::string show_;
  bool by_key_ = false;              // Whoever sits there used the keyboard last, not the mouse.
  std::string focus_;                // The row or group the keyboard goes on at.
  std::string fill_in_;              // The new condition that it goes on in, where one types next.
  Rect filled_row_;                  // Of the condition that is being filled in,
  bool pressed_elsewhere_ = false;   // The mouse is held down outside of it.
  std::string entered_;              // and which one the keyboard has been in.
  std::string noting_;               // The row whose empty note is being written.
  std::optional<TreePath> dragged_;  // What is being carried.
  std::optional<std::pair<TreePath, std::size_t>> drop_;  // Group and place under the mouse.
};

}  // namespace satchel
